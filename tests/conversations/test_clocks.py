"""The statutory clocks: how they nag, how they end, how they pass."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from handlers.conversation import Incoming, Place, Sender
from storage import clock as clocks
from storage import timer as timers
from storage.chat import Chat
from tests.conversations.talking import TalkingDesk

OUTAGE = "江南路全小区停水三天,老人孩子没水喝,打电话没人管,居民非常气愤。"
COLLAPSE = "城东工地脚手架坍塌,造成12人死亡,5人重伤,救援正在进行。"
FRIDAY = datetime(2026, 11, 27, 6, 5, tzinfo=UTC)


def reported(desk: TalkingDesk, text: str = OUTAGE) -> TalkingDesk:
    """Let a post be reported, become case 1, and be taken by the spokesperson."""
    desk.staff.forwards("李敏", text)
    desk.direct("王五").taps("认领")
    heard(desk)
    return desk


def past_its_limit(new_desk: Callable[..., TalkingDesk]) -> TalkingDesk:
    """Give a desk whose first case has just passed its limit, at ten in the morning; what was said so far is heard."""
    desk = reported(new_desk(start=datetime(2026, 11, 24, 2, 0, tzinfo=UTC)))
    desk.later(hours=48)
    heard(desk)
    return desk


def heard(desk: TalkingDesk) -> None:
    """Pass over what was said so far."""
    for talk in (desk.staff, desk.joint, *(desk.direct(name) for name in desk.keys)):
        talk.bot_says_all()


def outcomes(desk: TalkingDesk, rule: str, reference: str = "1") -> list[str]:
    """List how the clocks of one rule stand, the nearest limit first."""
    with desk.database.reading() as session:
        return [row.outcome for row in clocks.of_case(session, desk.case(reference).id) if row.rule == rule]


def test_both_bases_are_listed(desk: TalkingDesk) -> None:
    """The local and the national limit are both listed with their basis, the stricter first."""
    reported(desk, COLLAPSE).staff.says("赵强", "时限 1")
    said = desk.staff.bot_says().splitlines()
    first = said.index("【首发】")
    assert said[first + 1] == "· 1小时内首发,11-24 09:05 起算,截止 11-24 10:05,依据 本方案 三.1:剩 1时"
    assert said[first + 2] == "· 5小时内首发,11-24 09:05 起算,截止 11-24 14:05,依据 国办发〔2016〕80号:剩 5时"


def test_reminders_at_the_plans_fractions(desk: TalkingDesk) -> None:
    """The spokesperson is reminded at 50, 75 and 90 % of the limit, with time left, basis and one tap."""
    wang = reported(desk).direct("王五")
    desk.later(hours=23.9)
    assert wang.is_silent()
    desk.later(hours=0.1)
    assert (
        wang.bot_says()
        == "⏰ 1号 回应还剩 24时(11-26 09:05,本方案 三.1)。江南路全小区停水三天,老人孩子没水喝,打电话没人…"
    )
    assert wang.buttons("还剩 24时") == ["起草说明", "📄模板", "稍后10分"]
    desk.later(hours=12)
    assert wang.bot_says().startswith("⏰ 1号 回应还剩 12时")
    desk.later(hours=7.2)
    assert wang.bot_says().startswith("⏰ 1号 回应还剩 4时48分")


def test_missed_limit_is_told(desk: TalkingDesk) -> None:
    """At the limit the clock is missed; the spokesperson, the superiors and the staff hear it with its basis."""
    reported(desk).later(hours=47.9)
    heard(desk)
    desk.later(hours=0.1)
    alarm = "🚨 1号 回应已到时限,仍未完成(截止 11-26 09:05,本方案 三.1、国办发〔2016〕61号) · 负责人 王五"
    assert alarm in desk.direct("王五").bot_says().splitlines()
    assert alarm in desk.direct("何主任").bot_says().splitlines()
    assert alarm in desk.direct("郑局长").bot_says().splitlines()
    assert alarm in desk.staff.bot_says().splitlines()
    assert outcomes(desk, "respond") == ["missed", "missed"]
    assert "回应 ❌ 11-26 09:05 已过" in desk.staff.shows("港建舆〔2026〕1号")


def test_slip_has_its_clocks_from_the_start(desk: TalkingDesk) -> None:
    """A slip that nobody has confirmed yet is already under its limits."""
    desk.staff.forwards("李敏", "食堂今天红烧肉")
    assert outcomes(desk, "respond", "S1") == ["running", "running"]


def test_regrading_counts_from_the_original_start(desk: TalkingDesk) -> None:
    """Found grave after two hours, the one-hour limit is missed at once, the five-hour one has three hours left."""
    reported(desk).later(hours=2)
    heard(desk)
    desk.staff.says("赵强", "定级 1 重大")
    assert outcomes(desk, "first_release") == ["missed", "running"]
    assert outcomes(desk, "respond") == ["lapsed", "lapsed"]
    assert (
        "🚨 1号 首发超时 1时(截止 11-24 10:05,本方案 三.1) · 负责人 王五" in desk.direct("王五").bot_says().splitlines()
    )
    assert "首发 剩 3时" in desk.staff.shows("⏱ 5小时内首发") or "5小时内首发" in desk.staff.shows("港建舆〔2026〕1号")


def test_reported_upward_ends_its_clock(desk: TalkingDesk) -> None:
    """One tap on the reminder records the report to the superior, in time."""
    reported(desk, COLLAPSE).later(minutes=30)
    desk.direct("赵强").taps("已上报")
    assert outcomes(desk, "report_upward") == ["met"]
    assert desk.direct("赵强").toast() == (
        "☑️ 1号 已上报上级,记于 11-24 09:35。\n✅ 上报 按时(本台默认 desk default,截止 11-24 10:05)"
    )


def test_late_is_on_record_as_late(desk: TalkingDesk) -> None:
    """What was done after the limit stays missed, and by how much is said."""
    reported(desk, COLLAPSE).later(minutes=72)
    heard(desk)
    desk.staff.says("赵强", "已上报 1 电话报区政府值班室")
    assert "❌ 上报 迟了 12分" in desk.staff.bot_says()
    assert outcomes(desk, "report_upward") == ["missed"]
    assert "上报 ❌ 迟 12分" in desk.staff.shows("港建舆〔2026〕1号")


def test_conference_needs_a_head(desk: TalkingDesk) -> None:
    """A press conference is not recorded without a head or spokesperson named as attending (实施方案 三.1)."""
    zhao = reported(desk, COLLAPSE).direct("赵强")
    zhao.says("发布会 1 已召开 李敏")
    assert zhao.bot_says().startswith("发布会须有部门负责人或新闻发言人出席。")
    assert outcomes(desk, "press_conference") == ["running", "running"]
    zhao.says("发布会 1 已召开 郑局长")
    assert zhao.bot_says().startswith("☑️ 1号 发布会已召开,记于 11-24 09:05。")
    assert outcomes(desk, "press_conference") == ["met", "met"]


def test_snooze_is_quiet_for_a_while(desk: TalkingDesk) -> None:
    """A snoozed reminder comes after the span that was asked for."""
    wang = reported(desk).direct("王五")
    wang.says("稍后 1 30小时")
    assert wang.bot_says() == "🔕 1号 11-25 15:05 再提醒。时限 11-26 09:05 不变。"
    desk.later(hours=29)
    assert wang.is_silent()
    desk.later(hours=1)
    assert wang.bot_says().startswith("⏰ 1号 回应还剩 18时")


def test_snooze_never_passes_a_limit(desk: TalkingDesk) -> None:
    """However long the snooze, the limit itself rings."""
    wang = reported(desk).direct("王五")
    wang.says("稍后 1 99小时")
    assert wang.bot_says() == "🔕 1号 到时限 11-26 09:05 再提醒,不会更晚。"
    desk.later(hours=48)
    assert wang.bot_says().startswith("🚨 1号 回应已到时限,仍未完成")


@pytest.mark.parametrize(
    ("typed", "until"),
    [("十分钟", "09:15"), ("两个小时", "11:05"), ("二十五分", "09:30"), ("半小时", "09:35"), ("半个小时", "09:35")],
)
def test_a_span_may_be_written_out(desk: TalkingDesk, typed: str, until: str) -> None:
    """Numbers are read in either script."""
    wang = reported(desk).direct("王五")
    wang.says(f"稍后 1 {typed}")
    assert wang.bot_says() == f"🔕 1号 11-24 {until} 再提醒。时限 11-26 09:05 不变。"


@pytest.mark.parametrize("typed", ["一会儿", "0分", "00分", "-5分", "10天", "半半小时", "零分"])
def test_span_that_is_none(desk: TalkingDesk, typed: str) -> None:
    """A span the desk cannot read is refused with an example."""
    wang = reported(desk).direct("王五")
    wang.says(f"稍后 1 {typed}")
    assert wang.bot_says() == "稍后多久?请写如“稍后 1 10分”或“稍后 1 1小时”。"


def test_online_question_in_working_days(desk: TalkingDesk) -> None:
    """An online question is due in working days, counted from when it was received, and ends with the reply."""
    desk.until(FRIDAY)
    reported(desk).staff.says("赵强", "问政 1")
    assert desk.staff.bot_says_all()[0] == "☑️ 1号 按网络问政办理。"
    desk.staff.says("赵强", "时限 1")
    said = desk.staff.bot_says()
    assert "· 1个工作日内问政受理,11-27 14:05 起算,截止 12-01 00:00" in said
    assert "· 5个工作日内问政答复,11-27 14:05 起算,截止 12-05 00:00" in said
    desk.staff.says("徐蕾", "受理 1")
    assert outcomes(desk, "question_accept") == ["met"]
    desk.staff.says("徐蕾", "答复 1 已派员修复,今晚通水")
    assert outcomes(desk, "question_answer") == ["met"]


def test_complex_question_has_longer(desk: TalkingDesk) -> None:
    """A complex question has fifteen working days instead of five."""
    reported(desk).staff.says("赵强", "问政 1 复杂")
    desk.staff.says("赵强", "时限 1")
    assert "15个工作日内问政答复" in desk.staff.shows("1号 的时限")


def test_reply_does_not_stand_for_a_signed_release(desk: TalkingDesk) -> None:
    """Public opinion is answered by a signed release: a mere reply is refused and ends no clock."""
    wang = reported(desk).direct("王五")
    wang.says("答复 1 已经修好了")
    assert wang.bot_says() == "1号 须以审核签发的发布来回应。确系单独答复来信人的,请先发“形式 1 答复来信人”。"
    assert outcomes(desk, "respond") == ["running", "running"]


def test_only_a_question_is_accepted_or_passed_on(desk: TalkingDesk) -> None:
    """Accepting and passing on are for online questions only."""
    reported(desk).direct("徐蕾").says("受理 1")
    assert desk.direct("徐蕾").bot_says() == "1号 不是网络问政。是的话,请先发“问政 1”。"


def test_referral_needs_a_rumour_and_a_receipt(desk: TalkingDesk) -> None:
    """A clue is handed over only for a confirmed rumour, and only with a receipt."""
    zhao = reported(desk).direct("赵强")
    zhao.says("移交 1 公安网安大队")
    assert zhao.bot_says() == "1号 没有认定为谣言。请先发“谣言 1 是”。"
    zhao.says("谣言 1 是")
    zhao.bot_says_all()
    zhao.says("移交 1")
    assert zhao.bot_says().startswith("请写明移交对象和回执")
    zhao.says("移交 1 公安网安大队,回执 15")
    assert outcomes(desk, "rumour_referral") == ["met"]


def test_merged_case_hands_its_clock_on(desk: TalkingDesk) -> None:
    """The survivor counts from the earlier start; the merged case's clocks lapse, and come back with the split."""
    desk.staff.forwards("李敏", OUTAGE)
    desk.later(hours=3)
    desk.staff.forwards("李敏", "城西路连续停水两天,居民楼里没水喝,业主打电话没人管。")
    desk.staff.says("赵强", "合并 1 2")
    assert outcomes(desk, "respond", "1") == ["lapsed", "lapsed"]
    desk.staff.says("赵强", "时限 2")
    assert "11-24 09:05 起算" in desk.staff.shows("2号 的时限")
    desk.staff.says("赵强", "拆分 1")
    assert outcomes(desk, "respond", "1") == ["running", "running"]
    assert outcomes(desk, "respond", "2").count("running") == 2


def test_closed_case_is_quiet(desk: TalkingDesk) -> None:
    """A case that was let go nags nobody, and each clock says why it lapsed."""
    reported(desk).staff.says("赵强", "普通 1")
    heard(desk)
    desk.later(hours=60)
    assert desk.direct("王五").is_silent()
    with desk.database.reading() as session:
        rows = clocks.of_case(session, desk.case().id)
        assert {(row.outcome, row.lapsed_why, row.lapsed_by is not None) for row in rows} == {
            ("lapsed", "ordinary", True)
        }


def test_every_running_clock_has_one_timer(desk: TalkingDesk) -> None:
    """Each running clock always has exactly one timer waiting, and no ended clock has any."""
    reported(desk, COLLAPSE).later(hours=3)
    desk.staff.says("赵强", "定级 1 较大")
    desk.staff.says("赵强", "稍后 1 1小时")
    desk.later(hours=2)
    with desk.database.reading() as session:
        case_id = desk.case().id
        running = sorted(str(row.id) for row in clocks.of_case(session, case_id) if row.outcome == "running")
        waiting = sorted(timer.subject for timer in timers.of_case(session, case_id) if timer.kind == "clock")
    assert running == waiting


def test_notice_after_an_outage_is_marked_late(desk: TalkingDesk) -> None:
    """A reminder that goes out later than it was owed says so."""
    reported(desk)
    desk.clock.move_to(desk.clock.now() + timedelta(hours=25))
    desk.desk.settle()
    assert "(迟发,原定 11-25 09:05)" in desk.direct("王五").bot_says()


def test_imported_case_has_its_clocks(desk: TalkingDesk) -> None:
    """What came in by import runs against its clocks too, and its reminders go to the duty officer."""
    with desk.database.writing() as session:
        session.add(Chat(platform="import", account="import", use="intake"))
    event = Incoming(
        platform="import",
        key="row-1",
        at=desk.clock.now(),
        place=Place(account="import"),
        sender=Sender(account="import", name="导入"),
        text=OUTAGE,
        url="http://example.test/1",
    )
    desk.desk.accept(event)
    desk.desk.settle()
    assert outcomes(desk, "respond") == ["running", "running"]
    assert desk.direct("王五").is_silent()
    desk.later(hours=24)
    assert desk.direct("赵强").bot_says().startswith("⏰ 1号 回应还剩 24时")
