"""The roster: a bad one is refused with its line, and what a new one changes is shown before it applies."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.language import Voice
from config.plan_file import load_plan
from config.roster import DRILL, Person, Roster, RosterError, load_roster, roster_difference, roster_from_text
from config.roster_checks import unmatched

ZH = Voice("zh")
PLAN = load_plan("gangbei-2017").plan
TEXT = DRILL.read_text(encoding="utf-8")
CAST = load_roster(DRILL, PLAN)


def line_of(text: str, start: str) -> int:
    return next(n for n, line in enumerate(text.splitlines(), 1) if line.strip().startswith(start))


def loaded(folder: Path, *changes: tuple[str, str]) -> Roster:
    text = TEXT
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    file = folder / "roster.yaml"
    file.write_text(text, encoding="utf-8")
    return load_roster(file, PLAN)


def refusal(folder: Path, *changes: tuple[str, str]) -> list[str]:
    with pytest.raises(RosterError) as refused:
        loaded(folder, *changes)
    return refused.value.say(ZH).splitlines()


PEOPLE = line_of(TEXT, "people:")
CHATS = line_of(TEXT, "chats:")
DUTY = line_of(TEXT, "- {from: 2024-01-01")
WANGWU = line_of(TEXT, "- key: wangwu")
LIMIN = line_of(TEXT, "- key: limin")
LIUYANG = line_of(TEXT, "- key: liuyang")
ROLES = (
    "reporter, duty_officer, spokesperson, network_spokesperson, reviewer, office_head, "
    "leader, duty_leader, joint_member, agency, expert, administrator"
)

# What is changed in the drill's roster → the exact answer.
BAD: list[tuple[str, str, str, list[str]]] = [
    (
        "field misspelt",
        "name: 李敏",
        "nmae: 李敏",
        [
            f"{LIMIN} 缺少 name;请写 name: 文字(加引号)",
            f"{LIMIN + 1} 不认识 nmae,是否想写 name?",
        ],
    ),
    (
        "role unknown",
        "roles: [office_head]",
        "roles: [chief]",
        [
            f"{line_of(TEXT, 'roles: [office_head]')} roles 不能写 chief;可写 {ROLES}",
        ],
    ),
    (
        "administrator in the roster",
        "roles: [reporter]",
        "roles: [reporter, administrator]",
        [
            f"{LIMIN + 5} 管理员不能写在名册里;请删去 administrator,并在命令行指定管理员",
        ],
    ),
    (
        "account that is a number",
        "accounts: {drill: limin}",
        "accounts: {drill: 12345}",
        [
            f"{LIMIN + 6} drill 写了 12345,应为文字(加引号)",
        ],
    ),
    (
        "account twice",
        "accounts: {drill: wangwu}",
        "accounts: {drill: limin}",
        [
            f"{WANGWU + 7} drill:limin 用了两次;每个只能属于一处,请改正",
        ],
    ),
    ("chat twice", "id: channel", "id: staff", [f"{CHATS + 3} drill:staff 用了两次;每个只能属于一处,请改正"]),
    (
        "topic unknown",
        "topics: [quality,",
        "topics: [qualty,",
        [
            f"{WANGWU + 6} 方案里没有主题 qualty,是否想写 quality?",
        ],
    ),
    (
        "gate unknown",
        "    gates: [political]",
        "    gates: [politics]",
        [
            f"{PEOPLE} 政治关没有审核人;请在某人的 gates 里加上 political",
            f"{LIUYANG + 6} 方案里没有关口 politics,是否想写 political?",
        ],
    ),
    (
        "gate without a reviewer",
        "    roles: [reviewer]\n    gates: [political]",
        "    roles: [reporter]",
        [
            f"{PEOPLE} 政治关没有审核人;请在某人的 gates 里加上 political",
        ],
    ),
    (
        "gate held by no reviewer",
        "    roles: [reviewer]\n    gates: [political]",
        "    roles: [expert]\n    gates: [political]",
        [
            f"{LIUYANG + 5} 刘洋 有审核关口却不是审核人;请在 roles 加 reviewer",
        ],
    ),
    (
        "one signer",
        "    deputy_gates: [signature]\n",
        "",
        [
            f"{PEOPLE} 能签发的只有 1 人,而谁都不能签自己的稿;请给两人以上加上关口 signature",
        ],
    ),
    (
        "nobody in a role",
        "roles: [network_spokesperson]",
        "roles: [reporter]",
        [
            f"{PEOPLE} 方案要找网络发言人,名册里没有人;请给某人加上角色 network_spokesperson",
        ],
    ),
    (
        "default topic without a voice",
        "environment, other]\n    accounts: {drill: wangwu}",
        ("environment]\n    accounts: {drill: wangwu}"),
        [f"{PEOPLE} 默认主题 other 没有发言人;请在某位发言人的 topics 里加上"],
    ),
    (
        "no deputy",
        "    deputy_for: [quality",
        "    topics: [quality",
        [
            f"{PEOPLE} 指派顺序里有副职(deputy),但没有人写 deputy_for;请给一位发言人加上",
        ],
    ),
    (
        "agency without a name",
        "    agency: 水务局\n",
        "",
        [
            f"{line_of(TEXT, '- key: qianjin')} 协作单位人员 钱进 没有写单位;请加一行 agency: 单位名称",
        ],
    ),
    ("stranger on duty", "day: zhaoqiang", "day: zhaoqing", [f"{DUTY} 名册里没有 zhaoqing,是否想写 zhaoqiang?"]),
    (
        "wrong role on duty",
        "night: gaoming",
        "night: limin",
        [
            f"{DUTY} 李敏 没有 duty_officer 角色;请换人或在 roles 里加上",
        ],
    ),
    ("duty backwards", "to: null", "to: 2023-12-31", [f"{DUTY} from 晚于 to;请对调两个日期"]),
    (
        "duty overlaps",
        "duty:\n",
        ("duty:\n  - {from: 2026-01-01, to: null, day: gaoming, night: zhaoqiang, leader: zhengjuzhang}\n"),
        [f"{DUTY} 与从 2024-01-01 起的值班重叠;请改 from 或 to"],
    ),
    (
        "leave backwards",
        "accounts: {drill: limin}",
        ("accounts: {drill: limin}\n    leave: [{from: 2026-02-02, to: 2026-02-01}]"),
        [f"{LIMIN + 7} from 晚于 to;请对调两个日期"],
    ),
    (
        "use of a chat unknown",
        "use: staff",
        "use: stuff",
        [
            f"{CHATS + 1} use 不能写 stuff;可写 staff, joint_meeting, release_channel,是否想写 staff?",
        ],
    ),
    ("tab", "    name: 李敏", "\tname: 李敏", [f"{LIMIN + 1} 缩进用了制表符;请改用空格"]),
]


@pytest.mark.parametrize(("old", "new", "said"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_a_bad_roster_is_refused_with_file_line_and_what_to_write(
    tmp_path: Path, old: str, new: str, said: list[str]
) -> None:
    """Exactly these problems, in the order of the lines."""
    found = refusal(tmp_path, (old, new))
    expected = [f"roster.yaml 第 {line} 行:{what}" for line, _, what in (each.partition(" ") for each in said)]
    assert found == expected


def test_a_roster_needs_no_chats(tmp_path: Path) -> None:
    """A bureau's chats are bound by code; only the drill, where nobody says one, wants them named."""
    text = TEXT[: TEXT.index("chats:")] + TEXT[TEXT.index("# `to: null`") :]
    assert roster_from_text(text, "roster.yaml", PLAN).chats == ()
    with pytest.raises(RosterError) as refused:
        roster_from_text(text, "roster.yaml", PLAN, rooms=True)
    assert refused.value.say(ZH).splitlines() == [
        f"roster.yaml 第 {PEOPLE} 行:没有 staff 会话;请在 chats 里加一个 use: staff",
        f"roster.yaml 第 {PEOPLE} 行:没有 joint_meeting 会话;请在 chats 里加一个 use: joint_meeting",
    ]


def test_a_roster_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """The path is shown."""
    with pytest.raises(RosterError) as refused:
        load_roster(tmp_path / "roster.yaml", PLAN)
    assert refused.value.say(ZH) == f"roster.yaml:没有这个文件;请检查路径 {tmp_path / 'roster.yaml'}"


def test_one_gate_each_must_be_possible(tmp_path: Path) -> None:
    """Two gates that the same person alone can hold are refused, naming the gate that is left over."""
    changes = (
        ("    gates: [wording]", "    gates: [law]"),
        ("    gates: [secrecy]", "    gates: [wording, secrecy]"),
        ("    deputy_gates: [wording, secrecy]", "    deputy_gates: [law]"),
    )
    assert refusal(tmp_path, *changes) == [
        f"roster.yaml 第 {PEOPLE} 行:一人只能把一关,保密关分不到人;请让另一位审核人也能审 secrecy"
    ]


def test_the_same_roster_stands_when_the_plan_lets_one_person_hold_two_gates(tmp_path: Path) -> None:
    """one_gate_per_person: false."""
    review = PLAN.review.model_copy(update={"one_gate_per_person": False})
    text = TEXT.replace("    gates: [wording]", "    gates: [law]")
    text = text.replace("    gates: [secrecy]", "    gates: [wording, secrecy]")
    text = text.replace("    deputy_gates: [wording, secrecy]", "    deputy_gates: [law]")
    file = tmp_path / "roster.yaml"
    file.write_text(text, encoding="utf-8")
    assert load_roster(file, PLAN.model_copy(update={"review": review})).person("wugang").gates == (
        "wording",
        "secrecy",
    )


gate_names = st.sampled_from(["political", "policy", "law", "wording", "secrecy"])
able = st.dictionaries(gate_names, st.lists(st.sampled_from("abcde"), unique=True, max_size=4), min_size=1)


@given(able=able)
def test_a_gate_is_left_over_exactly_when_some_gates_always_share_too_few_people(able: dict[str, list[str]]) -> None:
    """Hall's condition: every set of gates has at least as many people between them."""
    gates = list(able)
    sets = [[gate for n, gate in enumerate(gates) if mask >> n & 1] for mask in range(1, 2 ** len(gates))]
    enough = all(len({person for gate in chosen for person in able[gate]}) >= len(chosen) for chosen in sets)
    assert (unmatched(able) == ()) is enough


# -------------------------------------------------------------------------------------------- the cast


def test_the_drill_has_somebody_for_everything() -> None:
    """Every role but the administrator, who is never in a roster, and every gate twice."""
    roles = {role for person in CAST.people for role in person.roles}
    assert len(CAST.people) >= 14
    assert roles == set(ROLES.split(", ")) - {"administrator"}
    for gate in (*PLAN.review.gates, PLAN.review.signature):
        assert sum(person.can_hold(gate.key) for person in CAST.people) == 2, gate.key


def test_everybody_in_the_drill_answers_by_their_key() -> None:
    """One platform, the account is the key."""
    assert all(person.accounts == {"drill": person.key} for person in CAST.people)
    assert {(chat.use, chat.id) for chat in CAST.chats} == {
        ("staff", "staff"),
        ("joint_meeting", "joint"),
        ("release_channel", "channel"),
    }


def test_duty_without_an_end_goes_on() -> None:
    """Before its first day there is nobody."""
    week = CAST.duty_on(date(2030, 1, 1))
    assert week is not None
    assert (week.day, week.night, week.leader) == ("zhaoqiang", "gaoming", "fengfujuzhang")
    assert CAST.duty_on(date(2023, 12, 31)) is None


def test_leave_includes_both_ends() -> None:
    """The first and the last day count."""
    person = Person.model_validate(
        {"key": "a", "name": "甲", "roles": ("expert",), "leave": ({"from": "2026-05-01", "to": "2026-05-05"},)}
    )
    away = [day for day in range(1, 8) if person.is_away(date(2026, 5, day))]
    assert away == [1, 2, 3, 4, 5]


def test_an_empty_roster_is_a_desk_without_people() -> None:
    """The default when none is named."""
    assert Roster().people == ()
    assert Roster().duty_on(date(2026, 11, 24)) is None


# -------------------------------------------------------------------------------------------- the difference


def test_the_same_roster_makes_no_difference() -> None:
    """Nothing to show, nothing to apply."""
    assert roster_difference(CAST, CAST) == ()


def test_what_a_new_roster_changes_is_said_line_by_line(tmp_path: Path) -> None:
    """People, chats and duty, each change with what was and what will be."""
    new = loaded(
        tmp_path,
        ("title: 信息员\n", "title: 首席信息员\n"),
        ("    roles: [reporter]\n", "    roles: [reporter, duty_officer]\n"),
        (
            "accounts: {drill: limin}",
            'accounts: {drill: limin, telegram: "1001"}\n    leave: [{from: 2026-05-01, to: 2026-05-05}]',
        ),
        ("    deputy_gates: [wording, secrecy]\n", "    deputy_gates: [wording]\n"),
        ("  - key: liangjiaoshou\n    name: 梁教授\n", "  - key: huang\n    name: 黄教授\n"),
        ("title: 舆情工作群", "title: 舆情值守群"),
        ("to: null, day: zhaoqiang", "to: 2026-12-31, day: limin"),
    )
    assert [change.say(ZH) for change in roster_difference(CAST, new)] == [
        "李敏 的职务:信息员 → 首席信息员",
        "李敏 的角色:信息员 → 信息员, 值班员",
        "李敏 的账号:drill:limin → drill:limin, telegram:1001",
        "李敏 的休假:无 → 2026-05-01–2026-05-05",
        "唐军 的代理关口:wording, secrecy → wording",
        "新增人员 黄教授(专家)",
        "移除人员 梁教授",
        "会话 舆情工作群(staff) → 舆情值守群(staff)",
        "新增值班 2024-01-01 至 2026-12-31:白班 limin,夜班 gaoming,带班领导 fengfujuzhang",
        "移除值班 2024-01-01 至 长期:白班 zhaoqiang,夜班 gaoming,带班领导 fengfujuzhang",
    ]


def test_the_first_roster_adds_everybody() -> None:
    """From a desk without people: one line each for people, chats and duty."""
    changes = roster_difference(Roster(), CAST)
    assert len(changes) == len(CAST.people) + len(CAST.chats) + len(CAST.duty)
    assert {change.act for change in changes} == {"added"}
