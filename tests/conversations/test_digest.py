"""The morning digest, the week's for the joint meeting, who is on duty, and figures on request (R6, R10)."""

from collections.abc import Callable
from datetime import UTC, datetime

from tests.conversations.talking import TalkingDesk
from tests.conversations.test_clocks import OUTAGE, heard, reported

DUTY = "今日值班:白班 赵强 · 夜班 高明 · 带班领导 冯副局长"


def test_a_morning_with_nothing_is_one_line(desk: TalkingDesk) -> None:
    """Nothing new, nothing open: who is on duty, and no more."""
    desk.until(datetime(2026, 11, 25, 0, 32, tzinfo=UTC))
    assert desk.staff.is_silent()
    desk.later(minutes=1)
    assert desk.staff.bot_says() == (
        "☀️ 11-25 周三 晨报 · 没有新增,没有在办 · 白班 赵强 · 夜班 高明 · 带班领导 冯副局长"
    )
    desk.later(hours=23)
    assert desk.staff.is_silent()


def test_the_digest_tells_what_was_and_what_is_to_come(new_desk: Callable[..., TalkingDesk]) -> None:
    """New, overdue, due today, for whom it waits, what was published, and both days' duty."""
    desk = reported(new_desk(start=datetime(2026, 11, 24, 2, 0, tzinfo=UTC)), OUTAGE)
    desk.until(datetime(2026, 11, 25, 0, 0, tzinfo=UTC))
    heard(desk)
    desk.until(datetime(2026, 11, 25, 0, 33, tzinfo=UTC))
    assert desk.staff.bot_says().splitlines() == [
        "☀️ 11-25 周三 晨报 · 在办 1 件",
        "新增 1:1号 江南路全小区停水三天,老人孩子没水喝,打电话没人…",
        "等 王五:1号(待起草)",
        DUTY,
        DUTY.replace("今日", "明日"),
    ]
    desk.until(datetime(2026, 11, 26, 0, 20, tzinfo=UTC))
    heard(desk)
    desk.until(datetime(2026, 11, 26, 0, 33, tzinfo=UTC))
    assert desk.staff.bot_says().splitlines()[1] == "⏰ 今日到期 1:1号 48小时内回应 11-26 10:00"
    desk.until(datetime(2026, 11, 27, 0, 0, tzinfo=UTC))
    heard(desk)
    desk.until(datetime(2026, 11, 27, 0, 33, tzinfo=UTC))
    told = next(said for said in desk.staff.bot_says_all() if said.startswith("☀️"))
    assert told.splitlines()[1] == "🚨 超时 1:1号 48小时内回应 超时 22时33分"


def test_a_digest_missed_in_an_outage_comes_when_the_desk_is_back(desk: TalkingDesk) -> None:
    """It tells of everything since the last one, once; the next one comes the next morning."""
    reported(desk, OUTAGE)
    desk.clock.move_to(datetime(2026, 11, 25, 6, 0, tzinfo=UTC))
    desk.desk.open()
    desk.desk.settle()
    told = [said for said in desk.staff.bot_says_all() if said.startswith("☀️")]
    assert len(told) == 1
    assert "新增 1:1号" in told[0]
    desk.until(datetime(2026, 11, 26, 0, 34, tzinfo=UTC))
    again = [said for said in desk.staff.bot_says_all() if said.startswith("☀️")]
    assert len(again) == 1
    assert "新增" not in again[0]


def test_the_joint_meeting_hears_on_mondays_how_the_week_went(desk: TalkingDesk) -> None:
    """Registered, closed, limits met and missed, the time to the first answer, what is open now."""
    reported(desk, OUTAGE)
    desk.staff.says("赵强", "不回应 1 已另行处理")
    desk.until(datetime(2026, 11, 30, 0, 0, tzinfo=UTC))
    heard(desk)
    desk.until(datetime(2026, 11, 30, 0, 33, tzinfo=UTC))
    assert desk.joint.bot_says().splitlines() == [
        "【联席会议周报】11-23 至 11-29",
        "登记 1 件:切身利益 1",
        "办结 1 件,发布 0 篇",
        "到期时限 0 个:按时 0,超时 0",
        "现在在办 0 件,其中超时 0 件",
    ]


def test_figures_of_a_month_on_request(desk: TalkingDesk) -> None:
    """This month without a word more, another one by its name; what is no month is asked for."""
    reported(desk, OUTAGE)
    he = desk.direct("何主任")
    he.says("统计")
    assert he.bot_says().splitlines()[:2] == ["📊 2026-11 统计", "登记 1 件:切身利益 1"]
    he.says("统计 2026年10月")
    assert he.bot_says().splitlines()[:2] == ["📊 2026-10 统计", "登记 0 件"]
    he.says("统计 上个月")
    assert he.bot_says() == "请写明月份,如“统计 2026-11”;不写就是本月。"


def test_duty_names_tomorrow_too(desk: TalkingDesk) -> None:
    """Whoever hands over knows to whom."""
    desk.staff.says("李敏", "值班")
    assert desk.staff.bot_says().splitlines() == [
        "📅 2026-11-24 值班",
        "白班:赵强",
        "夜班:高明",
        "带班领导:冯副局长",
        "明日 白班:赵强 · 夜班:高明 · 带班领导:冯副局长",
    ]
