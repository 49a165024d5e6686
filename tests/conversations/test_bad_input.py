"""Bad input, one table: what is sent, the exact answer, and that nothing changed and nothing was lost."""

from dataclasses import dataclass

import pytest

from storage import case as cases
from storage import inbox
from storage import report as reports
from tests.conversations.talking import TalkingDesk

POST = "阳光花园小区全小区停水三天了,物业和住建部门互相推诿,老人小孩都没水喝,什么时候能解决?"
NOT_YET = "1号 现在是〔待认领〕,这一步不适用,未做任何改动。下一步:被问的人“认领 1”。"
SEE_LIST = "这个案件。发“待办”看在办案件。"
HOW_TO = "要上报舆情:转发原帖,或发“上报 内容”;发“帮助”看全部说法。"
BIDI, ZERO_WIDTH = "\u202e", "\u200b"


@dataclass(frozen=True)
class Bad:
    """One row: who says what where, and what the desk answers where."""

    name: str
    who: str
    says: str
    answer: str  # exact
    group: bool = False  # said in the staff group (the refusal comes 1:1)


TABLE = [
    Bad("unknown verb", "赵强", "飞一个", f"没看懂「飞一个」。{HOW_TO}"),
    Bad("empty text", "赵强", "", f"没看懂「」。{HOW_TO}"),
    Bad("wrong case", "赵强", "查 99", "没有「99」这个案件。发“待办”看在办案件。"),
    Bad("wrong case of another year", "赵强", "查 港建舆〔1999〕1号", f"没有「港建舆〔1999〕1号」{SEE_LIST}"),
    Bad("wrong slip", "赵强", "属实 S99", "没有「S99」这个案件。发“待办”看在办案件。"),
    Bad("verb without a case", "李敏", "查", "请写明案件编号,如“查 12”。发“待办”看在办案件。"),
    Bad("already registered", "赵强", "属实 1", "港建舆〔2026〕1号 已经登记,不用再确认。"),
    Bad("missing right", "李敏", "误报 1",
        "您没有「误报」的权限,未做任何改动。可以办理的角色:值班员、办公室主任、主要负责人、值班领导。"),
    Bad("missing right in the group", "李敏", "误报 1",
        "您没有「误报」的权限,未做任何改动。可以办理的角色:值班员、办公室主任、主要负责人、值班领导。", group=True),
    Bad("merge with itself", "赵强", "合并 1 1", "1号 不能并入它自己,请换一个编号。"),
    Bad("merge into nothing", "赵强", "合并 1 77", "没有「77」这个案件。发“待办”看在办案件。"),
    Bad("split the only report", "赵强", "拆分 1", "1号 只有一条报送,不用拆分。"),
    Bad("empty note", "赵强", "补充 1", "请写上要补充的内容,如“补充 1 现场已通水”。"),
    Bad("empty report", "赵强", "上报", "请写上舆情内容,如“上报 XX路停水三天,无人处理”,或直接转发原帖。"),
    Bad("bidi in a verb", "李敏", f"误{BIDI}报 1",
        "您没有「误报」的权限,未做任何改动。可以办理的角色:值班员、办公室主任、主要负责人、值班领导。"),
    Bad("zero width in a number", "赵强", f"查 9{ZERO_WIDTH}9", "没有「99」这个案件。发“待办”看在办案件。"),
    Bad("a verb in traditional characters", "李敏", "誤報 1",
        "您没有「误报」的权限,未做任何改动。可以办理的角色:值班员、办公室主任、主要负责人、值班领导。"),
    Bad("full-width slash and hash", "赵强", "\uff0fcase \uff0399", "没有「99」这个案件。发“待办”看在办案件。"),
    Bad("html in a verb", "赵强", "<b>查</b> 1", f"没看懂「<b>查</b> 1」。{HOW_TO}"),
    Bad("unknown language", "赵强", "语言 法语", "可用的语言:中文(language zh)、English(language en)。"),
    Bad("leave without days", "王五", "请假", "请写明起止日期,如“请假 2026-12-01 2026-12-03”;销假发“请假 取消”。"),
    Bad("leave on a day that does not exist", "王五", "请假 2026-02-30 2026-03-01",
        "请写明起止日期,如“请假 2026-12-01 2026-12-03”;销假发“请假 取消”。"),
    Bad("sign what is not in review", "郑局长", "同意 1", NOT_YET),
    Bad("issue what is not signed", "王五", "发布 1", NOT_YET),
]  # fmt: skip


@pytest.mark.parametrize("bad", TABLE, ids=lambda bad: bad.name)
def test_bad_input_is_refused_with_the_way_on(desk: TalkingDesk, bad: Bad) -> None:
    """Each row gets its exact answer; no case, report or clock changes, and the event itself is kept."""
    desk.staff.forwards("李敏", POST)
    desk.staff.taps("赵强", "属实")
    before = _state(desk)
    talk = desk.direct(bad.who)
    talk.bot_says_all()
    if bad.group:
        desk.staff.says(bad.who, bad.says)
    else:
        talk.says(bad.says)
    arrives = bool(bad.says) or desk.platform.name == "drill"  # elsewhere nobody can send nothing
    assert talk.bot_says_all() == ([bad.answer] if arrives else [])
    assert _state(desk) == before
    with desk.database.reading() as session:
        assert inbox.count(session, desk.platform.name, "waiting") == 0
        assert inbox.count(session, desk.platform.name, "broken") == 0


def test_a_hundred_kilobytes_are_kept_whole(desk: TalkingDesk) -> None:
    """A very long post is stored word for word; its card shows the beginning."""
    text = "停水" * 50_000
    desk.staff.forwards("李敏", text)
    assert len(desk.staff.bot_says()) < 1_000
    with desk.database.reading() as session:
        assert reports.of_case(session, cases.named(session, "S1")[0].id)[0].text == text


def test_hostile_text_is_shown_harmless_and_kept_as_it_was(desk: TalkingDesk) -> None:
    """HTML stays text, direction marks and invisible characters are not shown, the original has them all."""
    text = f"<script>alert(1)</script>{BIDI}工地塌方{ZERO_WIDTH}两人被困,住建局隐瞒不报"
    desk.staff.forwards("李敏", text)
    card = desk.staff.bot_says()
    assert "<script>alert(1)</script>" in card
    assert BIDI not in card
    assert ZERO_WIDTH not in card
    with desk.database.reading() as session:
        assert reports.of_case(session, cases.named(session, "S1")[0].id)[0].text == text


@pytest.mark.parametrize(
    "text", ["停水\x00三天没人管", "停水\ud83d三天没人管", "停水\udc00三天"], ids=["nul", "high", "low"]
)
def test_what_no_database_can_keep_is_replaced_not_refused(desk: TalkingDesk, text: str) -> None:
    """NUL and halves of surrogate pairs become a mark; the post is taken all the same."""
    desk.staff.forwards("李敏", text)
    assert desk.staff.bot_says().startswith("线索 S1")
    with desk.database.reading() as session:
        kept = reports.of_case(session, cases.named(session, "S1")[0].id)[0].text
    assert kept in {text.replace(text[2], mark) for mark in "\ufffd?"}


def test_one_poisoned_event_stops_nothing(desk: TalkingDesk) -> None:
    """An event that cannot even be read is marked broken, with a number in the logs; the next one is handled."""
    with desk.database.writing() as session:
        garbled = inbox.Inbox(platform="drill", key="garbled", payload={"text": 7}, received_at=desk.clock.now())
        inbox.accept(session, [garbled])
    desk.staff.forwards("李敏", POST)
    assert desk.staff.bot_says().startswith("线索 S1")
    with desk.database.reading() as session:
        assert inbox.count(session, "drill", "broken") == 1


def test_a_stale_button_shows_the_case_as_it_is(desk: TalkingDesk) -> None:
    """A tap on what no longer applies is refused with a toast; a double tap acts once."""
    desk.staff.forwards("李敏", POST)
    message = desk.staff.messages()[-1]
    press = message.buttons[0][0]["press"]
    desk.staff.taps("赵强", "属实", twice=True)
    assert desk.staff.toast() == "港建舆〔2026〕1号 已经登记,不用再确认。"
    desk.staff.presses("赵强", message, press)
    assert desk.staff.toast() == "港建舆〔2026〕1号 已经登记,不用再确认。"
    desk.staff.presses("赵强", message, "no_such_verb||")
    assert desk.staff.toast() == "这个按钮已经失效,请看最新的卡片。"
    desk.staff.presses("赵强", message, "confirm|not-a-case|")
    assert desk.staff.toast() == "这个按钮已经失效,请看最新的卡片。"
    with desk.database.reading() as session:
        assert cases.count(session, numbered=True) == 1


def test_strangers_get_nothing_done(desk: TalkingDesk) -> None:
    """An account nobody knows may forward into a bound group, and nothing else."""
    desk.staff.says("路人", "误报 S1")
    desk.staff.forwards("路人", POST)
    desk.staff.says("路人", "误报 S1")
    with desk.database.reading() as session:
        assert cases.named(session, "S1")[0].stage == "confirmation"


def _state(desk: TalkingDesk) -> list[object]:
    with desk.database.reading() as session:
        return [case.model_dump() for case in cases.open_cases(session)] + [reports.count(session)]
