"""协办: other bodies assist the one that answers for a case; they are asked for what they know (实施方案 一)."""

import pytest

from tests.conversations.talking import TalkingDesk
from tests.conversations.test_clocks import OUTAGE, heard, reported
from tests.conversations.writing import PLAIN, drafted, quiet

TITLE = "江南路全小区停水三天,老人孩子没水喝,打电话没人…"


@pytest.fixture
def desk_with_case(desk: TalkingDesk) -> TalkingDesk:
    """Give a desk with one case that 王五 took."""
    reported(desk, OUTAGE)
    quiet(desk)
    return desk


def test_a_body_that_assists_is_named_and_asked(desk_with_case: TalkingDesk) -> None:
    """Its people hear how to answer; the card names it; what they know reaches whoever has the case."""
    desk = desk_with_case
    desk.staff.says("赵强", "协办 1 水务局、应急局")
    assert desk.staff.bot_says() == "🤝 1号 协办:水务局、应急局。已请其提供情况"
    assert desk.direct("钱进").bot_says().splitlines() == [
        "🤝 港北区建设局 请 水务局 协办 港建舆〔2026〕1号",
        TITLE,
        "请提供贵单位掌握的情况,回复本条“补充 1 内容”,可附照片。",
    ]
    assert desk.direct("韩雪").bot_says().startswith("🤝 港北区建设局 请 应急局 协办")
    assert "责任主体 港北区建设局 · 协办 水务局、应急局" in desk.staff.shows("港建舆〔2026〕1号")
    desk.direct("钱进").says("补充 1 水泵今晚修好")
    assert desk.direct("钱进").bot_says() == "📝 已补充到 1号"
    assert desk.direct("王五").bot_says() == "🤝 1号 水务局 钱进:水泵今晚修好"
    assert "进展:水泵今晚修好" in desk.staff.shows("港建舆〔2026〕1号")


def test_another_body_is_added_and_all_are_let_go(desk_with_case: TalkingDesk) -> None:
    """Who assists already is not asked twice; 无 ends it; each change stands on record."""
    desk = desk_with_case
    desk.staff.says("赵强", "协办 1 水务局")
    desk.staff.says("赵强", "协办 1 水务局、供电局")
    heard(desk)
    assert desk.case().assisting_bodies == ["水务局", "供电局"]
    assert len([said for said in desk.direct("钱进").bot_says_all() if "请 水务局 协办" in said]) == 0
    desk.staff.says("赵强", "协办 1 水务局")
    assert desk.direct("赵强").bot_says() == "1号 已由这些单位协办:水务局、供电局。"
    desk.staff.says("赵强", "协办 1 无")
    assert desk.staff.bot_says() == "🤝 1号 已没有协办单位。"
    assert "协办" not in desk.staff.shows("港建舆〔2026〕1号")
    assert desk.kinds_on_record().count("assist") == 3


def test_a_body_nobody_is_known_of_is_phoned(desk_with_case: TalkingDesk) -> None:
    """It assists all the same; whoever assigned it hears that no message reaches it."""
    desk_with_case.staff.says("赵强", "协办 1 供电局")
    assert desk_with_case.staff.bot_says() == (
        "🤝 1号 协办:供电局。供电局 没有可联系的人,请打电话,情况用“补充 1 内容”记下"
    )


def test_without_a_name_the_known_ones_are_offered(desk_with_case: TalkingDesk) -> None:
    """A tap is enough; the lead body does not assist itself."""
    zhao = desk_with_case.direct("赵强")
    zhao.says("协办 1")
    assert zhao.bot_says().startswith("请哪个单位协办?")
    zhao.taps("水务局")
    assert desk_with_case.case().assisting_bodies == ["水务局"]
    zhao.bot_says_all()
    zhao.says("协办 1 港北区建设局")
    assert zhao.bot_says() == "港北区建设局 是责任主体,不用协办。"


def test_who_does_not_assist_may_not_look(desk_with_case: TalkingDesk) -> None:
    """Another body knows only the cases it was asked about."""
    desk_with_case.staff.says("赵强", "协办 1 应急局")
    desk_with_case.direct("钱进").says("补充 1 水泵今晚修好")
    assert desk_with_case.direct("钱进").bot_says() == "没有「1」这个案件。发“待办”看在办案件。"


def test_the_draft_offers_them_first(desk: TalkingDesk) -> None:
    """Whether another agency is touched is asked with those that assist in front, known to the desk or not."""
    drafted(desk, PLAIN)
    desk.staff.says("赵强", "协办 1 供电局")
    quiet(desk)
    desk.direct("王五").says("送审 1")
    assert desk.direct("王五").buttons("是否涉及")[:2] == ["不涉及其他单位", "涉及 供电局"]
