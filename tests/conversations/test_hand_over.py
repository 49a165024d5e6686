"""Who is away is not waited for: what they were asked for and what they took goes to others."""

from tests.conversations.talking import TalkingDesk
from tests.conversations.writing import FIRST, drafted, quiet, submitted, taken

OUTAGE = "江南路全小区停水三天,老人孩子没水喝,打电话没人管,居民非常气愤。"
WEST = "城西路连续停水两天,居民楼里没水喝,业主打电话没人管。"
LEAVE = "请假 2026-11-24 2026-11-26"


def test_what_waits_goes_to_the_next(desk: TalkingDesk) -> None:
    """Whoever is asked and goes on leave is followed by the deputy at once, and the staff hear it in one message."""
    desk.staff.forwards("李敏", OUTAGE)
    desk.staff.forwards("李敏", WEST)
    quiet(desk)
    desk.direct("王五").says(LEAVE)
    assert desk.staff.bot_says().splitlines() == [
        "🔁 1号 王五 请假,转请 陈静 认领",
        "🔁 2号 王五 请假,转请 陈静 认领",
    ]
    asked = [said.splitlines()[0] for said in desk.direct("陈静").bot_says_all()]
    assert [said[:17] for said in asked] == ["📌 请认领 港建舆〔2026〕1号", "📌 请认领 港建舆〔2026〕2号"]


def test_leave_that_begins_later_hands_nothing_over(desk: TalkingDesk) -> None:
    """While somebody is still here, their cases stay with them."""
    desk.staff.forwards("李敏", OUTAGE)
    quiet(desk)
    desk.direct("王五").says("请假 2026-12-01 2026-12-03")
    assert desk.direct("陈静").is_silent()
    assert desk.staff.is_silent()
    desk.direct("王五").says("认领 1")
    assert desk.case().stage == "draft"


def test_what_was_taken_is_offered_to_the_deputy(desk: TalkingDesk) -> None:
    """A case somebody took before they went on leave is offered to the deputy, who takes it over with one tap."""
    taken(desk).direct("王五").says(LEAVE)
    assert desk.staff.bot_says() == "🔁 1号 王五 请假,已请 陈静 接办"
    chen = desk.direct("陈静")
    assert chen.bot_says().splitlines()[0] == "📌 王五 请假,请接办 港建舆〔2026〕1号〔待起草〕"
    assert chen.buttons("请接办") == ["接办", "查看"]
    chen.taps("接办")
    assert chen.toast() == "🙋 1号 已由您认领。下一步:起草,第一行“起草 1 标题”,第二行起写正文。"
    assert "发言人 陈静(已认领)" in desk.staff.shows("来源")
    assert desk.direct("王五").shows("不用再处理") == "1号 已由 陈静 认领,您不用再处理。"


def test_case_under_review_is_taken_over_where_it_stands(desk: TalkingDesk) -> None:
    """Taking a case over from somebody away moves nothing: the gates go on."""
    submitted(desk, FIRST).direct("王五").says(LEAVE)
    quiet(desk)
    desk.direct("陈静").says("认领 1")
    assert desk.direct("陈静").bot_says().startswith("🙋 1号 已由您认领。下一步:等各关审核人")
    assert desk.case().stage == "review"


def test_case_is_not_taken_from_somebody_who_is_here(desk: TalkingDesk) -> None:
    """While its spokesperson is here, nobody takes a case over."""
    drafted(desk).direct("陈静").says("认领 1")
    assert desk.direct("陈静").bot_says() == "1号 已由 王五 认领。要换人请值班员或领导发“指派 1 姓名”。"


def test_deputy_is_reminded_until_somebody_takes_over(desk: TalkingDesk) -> None:
    """The reminders of a case whose spokesperson is away go to the deputy, not to the duty officer."""
    taken(desk).direct("王五").says(LEAVE)
    quiet(desk)
    desk.later(hours=24)
    assert desk.direct("陈静").bot_says().startswith("⏰ 1号 回应还剩 24时")
    assert desk.direct("王五").is_silent()
    assert desk.direct("赵强").is_silent()
