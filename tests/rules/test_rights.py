"""Rights are a table: verb by role by chat."""

from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.language import Voice
from config.plan_file import load_plan, plan_names
from config.rights import ROLE_NAMES, ROLES, VERBS, ChatUse, RightsError, load_rights

RIGHTS = load_rights()

MAY = [
    ("reporter", "report", "staff", True),
    ("reporter", "report", "joint_meeting", False),
    ("reporter", "approve", "staff", False),
    ("reporter", "text", "direct", False),
    ("duty_officer", "assign", "staff", True),
    ("duty_officer", "approve", "direct", False),
    ("duty_officer", "false_alarm", "staff", True),
    ("spokesperson", "draft", "direct", True),
    ("spokesperson", "issue", "staff", True),
    ("spokesperson", "false_alarm", "staff", False),
    ("spokesperson", "no_response", "direct", False),
    ("network_spokesperson", "reply", "direct", True),
    ("reviewer", "approve", "staff", True),
    ("reviewer", "approve", "joint_meeting", False),
    ("reviewer", "issue", "direct", False),
    ("leader", "approve", "direct", True),
    ("agency", "agency_confirm", "direct", True),
    ("agency", "case", "direct", False),
    ("joint_member", "case", "joint_meeting", True),
    ("expert", "help", "direct", True),
    ("administrator", "approve", "direct", False),
]

BAD = [
    ("verbs:\n  aprove: {roles: [leader], chats: [direct]}\n", 2, "没有指令 aprove,是否想写 approve?"),
    ("verbs:\n  approve: {roles: [boss], chats: [direct]}\n", 2, "roles 不能写 boss;可写 "),
    (
        "verbs:\n  approve: {roles: [leader], chats: [lobby]}\n",
        2,
        "chats 不能写 lobby;可写 staff, joint_meeting, direct",
    ),
    ("verbs:\n  approve: {roles: [leader]}\n", 2, "缺少 chats;请写 chats: 列表(每项以 - 开头)"),
    ("verbs:\n  approve: {roles: [], chats: [direct]}\n", 2, "roles 是空的;请写上内容"),
    ("verbs:\n  help: {roles: [anyone], chats: [direct]}\n", 1, "缺少指令 report, report_text, case"),
    ("rights: {}\n", 1, "缺少 verbs;请写 verbs: 若干行 键: 值"),
]


@pytest.mark.parametrize(("role", "verb", "chat", "allowed"), MAY)
def test_who_may_do_what_where(role: str, verb: str, chat: str, allowed: bool) -> None:  # noqa: FBT001 - a column
    """Each row of the table is what the desk allows."""
    assert RIGHTS.may(frozenset({role}), verb, chat) is allowed


def test_several_roles_add_up() -> None:
    """Somebody who is reporter and reviewer may do what either may."""
    both = frozenset({"reporter", "reviewer"})
    assert RIGHTS.may(both, "report", "staff")
    assert RIGHTS.may(both, "approve", "staff")


@given(roles=st.frozensets(st.sampled_from(ROLES)), verb=st.text(max_size=12), chat=st.sampled_from(get_args(ChatUse)))
def test_a_verb_that_is_not_in_the_table_is_never_allowed(roles: frozenset[str], verb: str, chat: str) -> None:
    """Whoever asks, an unknown verb is nobody's."""
    assert verb in VERBS or not RIGHTS.may(roles, verb, chat)


@given(roles=st.frozensets(st.sampled_from(ROLES)), verb=st.sampled_from(VERBS))
def test_nothing_is_ever_allowed_in_a_chat_without_a_use(roles: frozenset[str], verb: str) -> None:
    """An unbound chat and the release channel hear nothing."""
    assert not RIGHTS.may(roles, verb, "")
    assert not RIGHTS.may(roles, verb, "release_channel")


def test_every_role_can_be_named() -> None:
    """A refusal can say in words who may do it."""
    assert set(ROLES) | {"anyone"} == set(ROLE_NAMES)


@pytest.mark.parametrize("name", plan_names())
def test_who_owns_a_clock_may_say_the_verb_that_ends_it(name: str) -> None:
    """No plan of the house reminds somebody of what they may not do."""
    for clock in load_plan(name).plan.clocks:
        assert RIGHTS.may(frozenset({clock.owner}), clock.verb, "direct"), clock.key


@pytest.mark.parametrize(("text", "line", "said"), BAD)
def test_a_bad_table_is_refused_with_its_line(tmp_path: Path, text: str, line: int, said: str) -> None:
    """File, line, what is wrong and what to write."""
    file = tmp_path / "rights.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(RightsError) as refused:
        load_rights(file)
    lines = refused.value.say(Voice("zh")).splitlines()
    assert [each for each in lines if each.startswith(f"rights.yaml 第 {line} 行:{said}")], lines
