"""What follows while a limit stays missed (R6): calls, yellow and red cards, the reason for the delay."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tests.conversations.talking import TalkingDesk
from tests.conversations.test_clocks import OUTAGE, heard, past_its_limit, reported
from tests.conversations.test_questions import QUESTION
from tests.conversations.writing import REVIEWERS, signed, submit

HEAD = "☎️ 请打电话给 冯副局长 副局长:0775-0000116"


@pytest.fixture
def overdue(new_desk: Callable[..., TalkingDesk]) -> TalkingDesk:
    """Give a desk whose first case has just passed its limit."""
    return past_its_limit(new_desk)


def test_the_duty_officer_is_told_whom_to_phone(overdue: TalkingDesk) -> None:
    """Half an hour late: the name, the number, what it is about, and one tap when it is done."""
    zhao = overdue.direct("赵强")
    overdue.later(minutes=30)
    assert zhao.bot_says().splitlines() == [
        HEAD,
        "1号 仍未完成:",
        "· 回应 截止 11-26 10:00,超时 30分(本方案 三.1、国办发〔2016〕61号)",
        "江南路全小区停水三天,老人孩子没水喝,打电话没人…",
        "打完点“已通知”,或发“已通知 1 冯副局长”。",
    ]
    zhao.taps("已通知")
    assert zhao.toast() == "☎️ 1号 已记:电话通知 冯副局长"
    overdue.later(minutes=25)
    assert zhao.is_silent()


def test_a_call_nobody_made_is_asked_for_three_times(overdue: TalkingDesk) -> None:
    """Every ten minutes, and no more than that."""
    overdue.later(minutes=59)
    assert [said.splitlines()[0] for said in overdue.direct("赵强").bot_says_all()] == [HEAD] * 3


def test_whoever_lets_people_wait_gets_a_yellow_and_a_red_card(overdue: TalkingDesk) -> None:
    """After an hour and after a day; the head of the office and the staff hear it, and both stand on record."""
    overdue.later(hours=1)
    yellow = overdue.direct("王五").bot_says()
    assert yellow.splitlines()[0] == "🟨 黄牌:王五,1号 超时 1时"
    assert yellow in overdue.direct("何主任").bot_says_all()
    assert yellow in overdue.staff.bot_says_all()
    overdue.later(hours=23)
    assert "🟥 红牌:王五,1号 超时 24时" in "".join(overdue.staff.bot_says_all())


def test_a_leader_takes_a_late_case_over(overdue: TalkingDesk) -> None:
    """With one tap under the word that it is late; who had it and the staff hear so, and the reminders follow."""
    leader = overdue.direct("郑局长")
    assert leader.buttons("已到时限") == ["接管", "指派", "说明原因", "查看"]
    assert overdue.staff.buttons("已到时限") == ["接管", "指派", "说明原因"]
    leader.taps("接管")
    assert leader.toast() == "🙋 1号 已由您接管。下一步:起草,第一行“起草 1 标题”,第二行起写正文。"
    assert overdue.staff.bot_says() == "🙋 1号 已由 郑局长 接管。"
    assert overdue.direct("王五").bot_says() == "1号 已由 郑局长 认领,您不用再处理。"
    assert "发言人 郑局长(已认领)" in overdue.staff.shows("港建舆〔2026〕1号")
    assert "接管" not in overdue.direct("何主任").buttons("已到时限")


def test_the_deputy_takes_a_late_case_over(overdue: TalkingDesk) -> None:
    """From the group; a spokesperson of another topic may not, and whoever has it has it already."""
    overdue.staff.taps("陈静", "接管")
    assert overdue.case().spokesperson_id is not None
    assert "1号 已由 陈静 认领,您不用再处理。" in overdue.direct("王五").bot_says_all()
    overdue.direct("陈静").says("接管 1")
    assert overdue.direct("陈静").bot_says_all()[-1] == "1号 已经由您认领。"


def test_what_is_in_time_is_not_taken_over(desk: TalkingDesk) -> None:
    """Neither from whoever has it, nor before anybody took it."""
    reported(desk)
    desk.direct("陈静").says("接管 1")
    assert desk.direct("陈静").bot_says().startswith("1号 没有超时,没有接管。")
    assert desk.case().spokesperson_id is not None


def test_what_was_done_in_the_end_ends_the_ladder(overdue: TalkingDesk) -> None:
    """A case that is closed is nobody's to be phoned about."""
    overdue.staff.says("赵强", "不回应 1 已另行处理")
    heard(overdue)
    overdue.later(hours=30)
    assert overdue.direct("赵强").is_silent()
    assert not [said for said in overdue.staff.bot_says_all() if "牌" in said]


def test_a_later_miss_goes_up_again(desk: TalkingDesk) -> None:
    """A question accepted late ended that climb; the answer that is missed afterwards has one of its own."""
    reported(desk).staff.says("赵强", "问政 1")
    desk.later(days=3)
    assert any(said.startswith("☎️") for said in desk.direct("赵强").bot_says_all())
    desk.staff.says("赵强", "受理 1")
    heard(desk)
    desk.later(hours=20)
    assert desk.direct("赵强").is_silent()
    desk.later(days=6)
    assert any(said.startswith("☎️") for said in desk.direct("赵强").bot_says_all())


def test_a_step_nobody_stands_on_is_skipped_at_once_and_said(overdue: TalkingDesk) -> None:
    """The duty leader is away: the next step follows without its wait."""
    overdue.goes_away("冯副局长")
    overdue.later(minutes=30)
    said = overdue.staff.bot_says_all()
    assert "⏭ 1号 跳过“电话通知值班领导”:没有人在岗,改为给负责人黄牌" in said
    assert any(each.startswith("🟨 黄牌:王五") for each in said)


def test_a_stand_in_gets_no_card(overdue: TalkingDesk) -> None:
    """Whoever took the case is away: the deputy fills the gap and has let nobody wait; the step is skipped and said."""
    overdue.goes_away("王五")
    overdue.later(hours=1)
    said = overdue.staff.bot_says_all()
    assert "⏭ 1号 跳过“给负责人黄牌”:没有认领的人,或已请假,或超时后才接管,改为电话通知主要负责人" in said
    assert not [each for each in (*said, *overdue.direct("陈静").bot_says_all()) if "🟨" in each]


def test_whoever_stepped_in_gets_no_card(overdue: TalkingDesk) -> None:
    """They took it when it was late already: they have not let anybody wait."""
    overdue.direct("郑局长").taps("接管")
    heard(overdue)
    overdue.later(hours=1)
    said = "".join(overdue.staff.bot_says_all())
    assert "⏭ 1号 跳过“给负责人黄牌”:没有认领的人,或已请假,或超时后才接管,改为电话通知主要负责人" in said
    assert "🟨" not in said


def test_whoever_stepped_in_answers_for_the_next_limit(overdue: TalkingDesk) -> None:
    """What was late when they came is not theirs; that nothing more was published is."""
    chen = overdue.direct("陈静")
    chen.says("接管 1")
    chen.says("起草 1 停水情况通报\n抢修中,后续情况由我局发布。")
    submit(overdue, "陈静")
    signed(overdue, *REVIEWERS, "郑局长")
    heard(overdue)
    chen.taps("📢发布")
    chen.taps("📢确认发布")
    heard(overdue)
    overdue.later(hours=26)
    assert any(said.startswith("🟨 黄牌:陈静") for said in overdue.staff.bot_says_all())


def test_an_online_question_nobody_took_is_the_network_spokespersons(desk: TalkingDesk) -> None:
    """It is theirs by the plan, taken or not (R17)."""
    desk.staff.forwards("李敏", QUESTION)
    desk.staff.says("赵强", "属实 S1")
    desk.staff.says("赵强", "问政 1")
    desk.later(hours=25)
    assert any(said.startswith("🟨 黄牌:徐蕾,1号 超时 1时") for said in desk.staff.bot_says_all())


def test_a_reopened_case_goes_up_again(overdue: TalkingDesk) -> None:
    """What was missed before it was closed is not forgotten: the steps begin anew."""
    overdue.staff.says("赵强", "不回应 1 已另行处理")
    overdue.later(hours=3)
    heard(overdue)
    overdue.staff.says("赵强", "重开 1")
    overdue.later(minutes=29)
    assert overdue.direct("赵强").is_silent()
    overdue.later(minutes=1)
    assert overdue.direct("赵强").bot_says().splitlines()[0] == HEAD


def test_cards_are_counted(overdue: TalkingDesk) -> None:
    """The month's figures say how many were given, and not to whom."""
    overdue.later(hours=25)
    heard(overdue)
    overdue.direct("赵强").says("统计 2026-11")
    assert "黄牌 1 张,红牌 1 张" in overdue.direct("赵强").bot_says().splitlines()


def test_a_limit_that_passes_at_night_waits_for_the_morning_to_go_up(desk: TalkingDesk) -> None:
    """Nobody is phoned at night for what is no emergency; after the digest the steps follow."""
    desk.clock.move_to(datetime(2026, 11, 24, 17, 0, tzinfo=UTC))  # one in the morning
    reported(desk).later(hours=48)
    heard(desk)
    desk.later(hours=7)
    assert desk.direct("赵强").is_silent()
    assert desk.direct("高明").is_silent()
    desk.later(minutes=34)
    assert desk.direct("赵强").bot_says_all()[0].startswith(HEAD)


def test_the_reason_for_a_delay_is_kept_beside_the_miss(overdue: TalkingDesk) -> None:
    """It stands in the list of limits; a later reason takes its place."""
    wang = overdue.direct("王五")
    wang.taps("说明原因")
    assert wang.toast() == "请写明原因,如“说明原因 1 等水务局的数据”。"
    wang.says("说明原因 1 水务局的数据昨晚才到")
    assert wang.bot_says() == "📝 1号 的超时原因已与超时一并留存,“时限 1”可查。"
    wang.says("时限 1")
    assert "❌ 11-26 10:00 已过,原因:水务局的数据昨晚才到" in wang.bot_says()


def test_no_reason_is_asked_for_what_was_not_missed(desk: TalkingDesk) -> None:
    """Nothing was late: nothing to explain."""
    reported(desk, OUTAGE).direct("王五").says("说明原因 1 太忙")
    assert desk.direct("王五").bot_says() == "1号 没有超时,不用说明原因。"


def test_who_was_phoned_has_to_be_said(overdue: TalkingDesk) -> None:
    """A typed word without a name asks for it."""
    overdue.direct("赵强").says("已通知 1")
    assert overdue.direct("赵强").bot_says() == "通知了谁?请写如“已通知 1 张局长”。"
