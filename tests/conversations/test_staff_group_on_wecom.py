"""A staff group on WeCom: reported by @, a button tapped, signed by command; whatever is said there is an answer."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from storage import person as people
from storage.report import Attachment
from tests.conversations.aibot_stage import StaffGroup, aibot_stages
from tests.conversations.chats.joining import code_in
from tests.conversations.talking import MakeStage, TalkingDesk
from tests.conversations.telegram_stage import Hook
from tests.conversations.writing import PLAIN, POST, REVIEWERS, submit
from tests.platforms.bot_api import BotApi
from tests.platforms.wecom_api import WecomApi


@pytest.fixture
def hooked() -> bool:
    """Give the group no webhook."""
    return False


@pytest.fixture
def stage(hook: Hook, api: BotApi, corp: WecomApi, tmp_path: Path, *, hooked: bool) -> Iterator[MakeStage]:
    """Give the staff's group on WeCom."""
    with aibot_stages(hook, api, corp, tmp_path / "blobs", hooked=hooked) as stages:
        yield stages


@pytest.fixture
def desk(new_desk: Callable[..., TalkingDesk]) -> TalkingDesk:
    """Give the desk."""
    return new_desk()


@pytest.fixture
def group(desk: TalkingDesk) -> StaffGroup:
    """Give its staff's group."""
    return StaffGroup(desk)


def appoint(desk: TalkingDesk) -> None:
    """Make 何主任 an administrator."""
    with desk.database.writing() as session:
        head = people.by_name(session, "何主任")
        assert head is not None
        head.roles = [*head.roles, "administrator"]
        people.save(session, head)


def reported(group: StaffGroup) -> str:
    """Report by quoting; return what is answered."""
    group.says("李敏", "", quote=POST)
    (answer,) = group.reads()
    return answer


def test_reported_tapped_and_signed_there(desk: TalkingDesk, group: StaffGroup) -> None:
    """A whole case up to its signature, in the group as far as the group goes."""
    answer = reported(group)
    assert answer.startswith("线索 S1 阳光花园小区全小区停水三天了")
    assert answer.endswith("也可 @我 说编号:1a1 属实 · 1a2 误报 · 1a3 改判 · 1b1 合并 · 1b2 不属本局")
    assert group.card().labels == ["属实", "误报", "改判", "合并", "不属本局"]

    group.taps("赵强", "属实")
    (answer,) = group.reads()
    assert answer.startswith("港建舆〔2026〕1号 阳光花园小区全小区停水三天了")
    assert group.card().labels == ["认领", "改判", "合并", "催办", "更多"]
    assert desk.direct("赵强").toast() == "✅ 已登记 港建舆〔2026〕1号(赵强 确认)"

    group.says("王五", "认领 1")
    (answer,) = group.reads()
    assert answer.startswith("🙋 1号 已由 王五 认领。")
    desk.direct("王五").says(f"起草 1 {PLAIN}")
    submit(desk)
    for name in (*REVIEWERS, "郑局长"):
        group.says(name, "同意 1")
    assert desk.kinds_on_record().count("approve") == len(REVIEWERS) + 1
    assert desk.case().stage == "issue"


def test_a_button_is_said_by_its_number(desk: TalkingDesk, group: StaffGroup) -> None:
    """Where a client shows no card."""
    reported(group)
    group.says("赵强", "1A1")
    assert desk.kinds_on_record().count("confirm") == 1


def test_a_tap_that_is_refused_disturbs_nobody(desk: TalkingDesk, group: StaffGroup) -> None:
    """Whoever may not is told 1:1, and the card stays."""
    reported(group)
    group.taps("梁教授", "属实")
    assert group.reads() == []
    assert "未做任何改动" in desk.direct("梁教授").toast()
    assert group.card().labels == ["属实", "误报", "改判", "合并", "不属本局"]


def test_a_quoted_picture_is_kept_with_the_report(desk: TalkingDesk, group: StaffGroup) -> None:
    """It lies sealed at its address; what is kept is the picture."""
    group.says("李敏", "上报 停水三天,全小区没水喝", picture=b"\xff\xd8\xff picture")
    assert "停水三天" in group.reads()[0]
    with desk.database.reading() as session:
        (kept,) = session.exec(select(Attachment)).all()
    assert kept.stage == "kept"
    assert desk.stage.blobs is not None
    with desk.stage.blobs.open(kept.sha256) as content:
        assert content.read() == b"\xff\xd8\xff picture"


def test_a_long_text_by_name_is_a_report_and_a_remark_is_none(desk: TalkingDesk, group: StaffGroup) -> None:
    """As elsewhere what is pasted; a remark is answered 1:1."""
    group.says("李敏", f"{POST}业主多次打电话反映。" * 3)
    assert group.reads()[0].startswith("线索 S1")
    group.says("李敏", "在吗")
    assert group.reads() == []
    assert "在吗" in desk.direct("李敏").bot_says()


def test_the_desks_own_words_are_no_report(desk: TalkingDesk, group: StaffGroup) -> None:
    """Quoted, with whatever is said beside: no second slip."""
    reported(group)
    group.says("李敏", "这条怎么样了", quote=group.quotable())
    assert group.reads() == []
    assert "这条怎么样了" in desk.direct("李敏").bot_says()


def test_the_photo_of_a_signature_comes_with_its_words(desk: TalkingDesk, group: StaffGroup) -> None:
    """What 1:1 cannot be done on WeCom."""
    reported(group)
    group.taps("赵强", "属实")
    group.says("王五", "认领 1")
    desk.direct("王五").says(f"起草 1 {PLAIN}")
    submit(desk)
    for name in REVIEWERS:
        group.says(name, "同意 1")
    desk.later(minutes=2)  # a group takes twenty messages a minute
    group.reads()
    group.shows("赵强", "代录签批 1 签发 郑局长 v1", b"\xff\xd8\xff signed")
    assert group.reads()[0].startswith("🖋 1号 v1「签发」已代录:郑局长 纸面签批")
    assert desk.case().stage == "issue"


def test_a_command_is_said_to_the_quoted_case(desk: TalkingDesk, group: StaffGroup) -> None:
    """As a reply is elsewhere: of two cases that are open, the quoted one."""
    reported(group)
    quoted = group.quotable()
    group.says("李敏", "", quote="西江路路灯坏了一个月,没人修,晚上一片漆黑,已经有人摔伤。")
    group.says("赵强", "属实", quote=quoted)
    assert desk.kinds_on_record().count("confirm") == 1
    assert desk.case("1").slip == 1


def test_a_member_of_another_corp_is_nobody(desk: TalkingDesk, group: StaffGroup, corp: WecomApi) -> None:
    """Though the userid is that of one of ours."""
    reported(group)
    corp.world.visitors["zhaoqiang"] = "wpAnother"
    group.says("赵强", "属实 S1")
    group.taps("赵强", "属实")
    assert "confirm" not in desk.kinds_on_record("S1")
    corp.world.visitors.clear()
    group.says("赵强", "属实 S1")
    assert desk.kinds_on_record().count("confirm") == 1


def test_what_nobody_asked_for_waits_for_the_next_word(desk: TalkingDesk, group: StaffGroup) -> None:
    """Administrators hear that the group cannot be told; nothing is lost."""
    appoint(desk)
    reported(group)
    desk.later(hours=1)  # registered meanwhile, since nobody denied it
    assert group.reads() == []
    heard = desk.direct("何主任").bot_says_all()
    assert sum("舆情工作群" in text for text in heard) == 1
    group.says("李敏", "查 1")
    said = group.reads()
    assert any(text.startswith("✅ 已登记 港建舆〔2026〕1号(到时无人否定") for text in said)


@pytest.mark.parametrize("hooked", [True])
def test_with_a_webhook_it_speaks_unasked(desk: TalkingDesk, group: StaffGroup) -> None:
    """In its own time."""
    reported(group)
    desk.later(minutes=30)
    assert group.reads() == ["✅ 已登记 港建舆〔2026〕1号(到时无人否定,自动登记)"]


def test_another_group_is_bound_by_a_code(desk: TalkingDesk, group: StaffGroup, corp: WecomApi) -> None:
    """Said to the bot there; nobody else's words are heard in a group that is not bound."""
    appoint(desk)
    corp.add_group("wrOther", "联席会议", ["limin"])
    group.says("李敏", "待办", at="wrOther")
    desk.direct("何主任").says("绑定 联席会议群")
    code = code_in(desk.direct("何主任").bot_says())
    group.says("李敏", f"/bind {code}", at="wrOther")
    assert [each.text for each in corp.messages("wrOther", own=True)] == ["✅ 本群已绑定为联席会议群。"]
