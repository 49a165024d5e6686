"""Days on which the watch is put to the test: a holiday week, nobody who answers, a grade given twice (R4, R5, R6)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from tests.conversations.talking import TalkingDesk
from tests.conversations.test_clocks import OUTAGE, heard, outcomes, reported
from tests.conversations.test_questions import QUESTION

EVE = datetime(2026, 9, 30, 7, 0, tzinfo=UTC)  # Wednesday, 15:00: the holidays go from 1 to 7 October
CALL = "☎️ 请打电话给"


def test_a_holiday_week_with_a_day_made_up(new_desk: Callable[..., TalkingDesk]) -> None:
    """Hours run through the holidays; working days wait for the 8th, and the Saturday made up is one of them."""
    desk = new_desk(start=EVE)
    desk.staff.forwards("李敏", QUESTION)
    desk.staff.says("赵强", "属实 S1")
    desk.staff.says("赵强", "问政 1")
    reported_too(desk)
    desk.staff.says("赵强", "时限 1")
    limits = desk.staff.bot_says()
    assert "1个工作日内问政受理,09-30 15:00 起算,截止 10-09 00:00" in limits
    assert "5个工作日内问政答复,09-30 15:00 起算,截止 10-14 00:00" in limits  # 8, 9, 10 (made up), 12, 13
    desk.direct("徐蕾").says("受理 1")
    heard(desk)
    desk.until(EVE + timedelta(hours=48))
    assert "🚨 2号 回应已到时限,仍未完成(截止 10-02 15:00" in "".join(desk.direct("王五").bot_says_all())
    digests = [said.splitlines()[0] for said in desk.staff.bot_says_all() if said.startswith("☀️")]
    assert digests == ["☀️ 10-01 周四 晨报 · 在办 2 件", "☀️ 10-02 周五 晨报 · 在办 2 件"]
    desk.until(datetime(2026, 10, 10, 1, 0, tzinfo=UTC))
    digest = next(said for said in desk.staff.bot_says_all() if said.startswith("☀️ 10-10 周六"))
    assert "今日值班:白班 赵强" in digest
    desk.direct("徐蕾").says("答复 1 已告知在政务中心三楼办理")
    assert outcomes(desk, "question_answer") == ["met"]


def reported_too(desk: TalkingDesk) -> None:
    """Let a second post become case 2, and be taken."""
    desk.staff.forwards("李敏", OUTAGE)
    desk.direct("王五").taps("认领")
    heard(desk)


def test_the_spokesperson_is_away_and_the_deputy_does_not_answer(desk: TalkingDesk) -> None:
    """Skipped at once, then silence, then the leaders; in the end it waits for whoever is on duty."""
    desk.goes_away("王五")
    desk.staff.forwards("李敏", OUTAGE)
    assert "1号 指派跳过:新闻发言人 王五(休假);已请 副发言人 陈静" in desk.staff.bot_says_all()
    assert desk.direct("陈静").bot_says().startswith("📌 请认领 港建舆〔2026〕1号")
    desk.later(minutes=30)
    assert desk.staff.bot_says() == "⏭ 1号 陈静 30分 未认领,已转请 值班领导 冯副局长"
    assert desk.direct("王五").is_silent()
    desk.later(hours=1)
    assert desk.staff.bot_says().startswith("🚨 1号 无人认领,可问的人都问过了。")
    desk.until(datetime(2026, 11, 25, 0, 33, tzinfo=UTC))
    assert "等 赵强:1号(待指派)" in desk.staff.bot_says().splitlines()
    desk.staff.says("赵强", "指派 1 陈静")
    desk.direct("陈静").taps("认领")
    assert desk.case().stage == "draft"


def test_a_case_that_is_graded_twice(desk: TalkingDesk) -> None:
    """Found grave, its limits are past at once and go up the ladder; found ordinary, nobody is chased for them."""
    reported(desk).later(hours=2)
    heard(desk)
    desk.staff.says("赵强", "定级 1 重大")
    assert outcomes(desk, "first_release") == ["missed", "running"]
    desk.later(minutes=30)
    assert any(said.startswith(CALL) for said in desk.direct("赵强").bot_says_all())
    desk.staff.says("赵强", "定级 1 一般")
    heard(desk)
    desk.staff.says("赵强", "时限 1")
    limits = desk.staff.bot_says().splitlines()
    assert any("依据 本方案 三.1:❌ 11-24 10:05 已过,改判后不适用" in line for line in limits)
    assert sum("截止 11-26 09:05" in line and "剩 45时30分" in line for line in limits) == 2
    assert "❌" not in desk.staff.shows("港建舆〔2026〕1号")
    desk.later(hours=20)
    assert desk.direct("赵强").is_silent()
    said = desk.staff.bot_says_all()
    assert not [each for each in said if "超时" in each or "牌" in each]
    desk.staff.says("赵强", "定级 1 重大")
    assert "首发 ❌ 11-24 10:05 已过" in desk.staff.shows("港建舆〔2026〕1号")
    desk.later(minutes=30)
    assert any(each.startswith(CALL) for each in desk.direct("赵强").bot_says_all())
