"""Who is asked to take a case, and what happens when nobody answers."""

from collections.abc import Callable
from datetime import timedelta

from config.roster import Absence
from storage import person as people
from tests.conversations.talking import MORNING, TalkingDesk

OUTAGE = "江南路全小区停水三天,老人孩子没水喝,打电话没人管,居民非常气愤。"
COLLAPSE = "城东工地脚手架坍塌,造成12人死亡,5人重伤,救援正在进行。"


def reported(desk: TalkingDesk, text: str = OUTAGE) -> TalkingDesk:
    """Let a post be reported and become case 1."""
    desk.staff.forwards("李敏", text)
    desk.staff.bot_says_all()
    return desk


def on_leave(desk: TalkingDesk, name: str) -> None:
    """Send somebody on leave today."""
    with desk.database.writing() as session:
        for person in people.everybody(session):
            if person.name == name:
                today = MORNING.date()
                person.leave = [[Absence(**{"from": today, "to": today}).first.isoformat(), today.isoformat()]]
                session.add(person)


def test_spokesperson_is_asked_with_the_clock_on_line_two(desk: TalkingDesk) -> None:
    """Whoever speaks for the topic is asked 1:1, by when it is due, why, and within what time to accept."""
    asked = reported(desk).direct("王五").bot_says()
    assert asked.splitlines() == [
        "📌 请认领 港建舆〔2026〕1号 · 切身利益 · 一般 · 市政和供水",
        "⏱ 48小时内回应 截止 11-26 09:05(剩 48时)",
        "规定:本方案 三.1、国办发〔2016〕61号",
        "江南路全小区停水三天,老人孩子没水喝,打电话没人…",
        "依据:“停水三天” “没水喝” “居民” → 切身利益",
        "请在 30分 内认领,否则转请下一位。回复「认领 1」亦可。",
    ]
    assert desk.direct("王五").buttons() == ["认领", "转派", "查看"]
    assert desk.case().stage == "acceptance"


def test_one_tap_accepts(desk: TalkingDesk) -> None:
    """A tap takes the case; the second one to try is told who has it."""
    reported(desk).direct("王五").taps("认领")
    assert desk.direct("王五").toast() == "🙋 1号 已由您认领。下一步:起草,第一行“起草 1 标题”,第二行起写正文。"
    assert desk.case().stage == "draft"
    assert "王五(已认领)" in desk.staff.shows("港建舆〔2026〕1号")
    desk.staff.says("赵强", "认领 1")
    assert desk.direct("赵强").shows("认领") == "1号 已由 王五 认领。要换人请值班员或领导发“指派 1 姓名”。"


def test_silence_goes_to_the_next(desk: TalkingDesk) -> None:
    """Whoever lets the time pass is followed by the deputy, then by the duty leader; the staff hear it then, once."""
    reported(desk).later(minutes=29)
    assert desk.staff.is_silent()
    desk.later(minutes=1)
    assert desk.staff.is_silent()
    assert "待 陈静 认领" in desk.staff.shows("港建舆〔2026〕1号")
    assert desk.direct("陈静").bot_says().startswith("📌 请认领 港建舆〔2026〕1号")
    desk.later(minutes=30)
    assert desk.staff.bot_says() == "⏭ 1号 陈静 30分 未认领,已转请 值班领导 冯副局长"


def test_nobody_left_is_said_to_staff_and_leaders(desk: TalkingDesk) -> None:
    """When the whole ladder was silent, staff and leaders hear it, and anybody who may can still take the case."""
    reported(desk).later(hours=2)
    alarm = "🚨 1号 无人认领,可问的人都问过了。请值班员或领导直接指派:“指派 1 姓名”,或自己认领。"
    assert desk.staff.bot_says_all()[-1] == alarm
    assert desk.direct("郑局长").bot_says_all()[-1] == alarm
    assert desk.case().stage == "assignment"
    desk.staff.taps("赵强", "认领", on="无人认领")
    assert desk.case().stage == "draft"


def test_leave_is_skipped_at_once(desk: TalkingDesk) -> None:
    """A spokesperson on leave is skipped at once, and the staff hear of it."""
    on_leave(desk, "王五")
    desk.staff.forwards("李敏", OUTAGE)
    assert "1号 指派跳过:新闻发言人 王五(休假);已请 副发言人 陈静" in desk.staff.bot_says_all()
    assert desk.direct("王五").is_silent()


def test_graver_case_waits_less(desk: TalkingDesk) -> None:
    """Re-grading upward shortens the wait, counted from when the person was asked."""
    reported(desk).later(minutes=12)
    desk.staff.says("赵强", "定级 1 重大")
    desk.staff.bot_says_all()
    desk.later(minutes=1)
    assert desk.direct("陈静").shows("请认领").startswith("📌 请认领 港建舆〔2026〕1号 · 切身利益 · 重大")


def test_assigned_by_name(desk: TalkingDesk) -> None:
    """The duty officer assigns by name, and that person is asked."""
    reported(desk).staff.says("赵强", "指派 1 陈静")
    assert desk.staff.bot_says() == "👉 1号 已指派 陈静,等待认领。"
    desk.direct("陈静").taps("认领")
    assert desk.case().spokesperson_id is not None


def test_unknown_name_is_refused_with_the_list(desk: TalkingDesk) -> None:
    """An unknown name is refused and the people who can take a case are offered."""
    zhao = reported(desk).direct("赵强")
    zhao.bot_says_all()
    zhao.says("指派 1 张三丰")
    assert zhao.bot_says().startswith("没有「张三丰」这个人可以指派。可指派:赵强、高明、王五、陈静")
    assert "王五" in zhao.buttons("张三丰")


def test_whoever_is_on_leave_is_not_assigned(desk: TalkingDesk) -> None:
    """Somebody on leave would not notice: the assignment is refused."""
    reported(desk)
    on_leave(desk, "陈静")
    zhao = desk.direct("赵强")
    zhao.bot_says_all()
    zhao.says("指派 1 陈静")
    assert zhao.bot_says() == "陈静 正在休假,没有指派。请换一个人。"


def test_other_topic_asks_whoever_answers_for_it(new_desk: Callable[..., TalkingDesk]) -> None:
    """When the case becomes an online question, the network spokesperson is asked instead."""
    desk = reported(new_desk())
    desk.staff.says("赵强", "问政 1")
    assert desk.direct("徐蕾").bot_says().startswith("📌 请认领 港建舆〔2026〕1号")


def test_ended_case_waits_for_nobody(desk: TalkingDesk) -> None:
    """Once a case has ended, nobody else is asked to take it."""
    reported(desk).staff.says("赵强", "普通 1")
    desk.later(minutes=timedelta(hours=3).total_seconds() / 60)
    assert desk.direct("陈静").is_silent()


def test_alarm_is_the_only_word_after_the_duty_leader(desk: TalkingDesk) -> None:
    """Between the duty leader and the alarm that nobody is left, the staff hear nothing."""
    reported(desk).later(hours=1)
    desk.staff.bot_says_all()
    desk.later(minutes=30)
    assert desk.staff.is_silent()
    desk.later(minutes=30)
    assert desk.staff.bot_says().startswith("🚨 1号 无人认领")


def test_name_is_said_where_others_read(desk: TalkingDesk) -> None:
    """In a group the desk names who took the case; to that person alone it says 您."""
    reported(desk).staff.says("王五", "认领 1")
    assert desk.staff.bot_says() == "🙋 1号 已由 王五 认领。下一步:起草,第一行“起草 1 标题”,第二行起写正文。"
    desk.staff.forwards("李敏", "城西路连续停水两天,居民楼里没水喝,业主打电话没人管。")
    desk.staff.bot_says_all()
    wang = desk.direct("王五")
    wang.bot_says_all()
    wang.says("认领 2")
    assert wang.bot_says() == "🙋 2号 已由您认领。下一步:起草,第一行“起草 2 标题”,第二行起写正文。"


def test_the_hint_is_what_the_desk_takes(desk: TalkingDesk) -> None:
    """What is typed as the answer to 认领 says is kept as a text."""
    wang = reported(desk).direct("王五")
    wang.says("认领 1")
    assert "第一行“起草 1 标题”,第二行起写正文" in wang.bot_says_all()[-1]
    wang.says("起草 1 标题\n正文。")
    assert wang.bot_says().startswith("✍️ 1号 稿件 v1 已保存")


def test_a_question_taken_by_whoever_cannot_accept_it_names_who_can(desk: TalkingDesk) -> None:
    """The hint after 认领 is no verb that would be refused."""
    reported(desk).staff.says("赵强", "问政 1")
    wang = desk.direct("王五")
    wang.bot_says_all()
    wang.says("认领 1")
    assert wang.bot_says() == (
        "🙋 1号 已由您认领。下一步:请值班员、网络发言人“受理 1”,再“答复 1 内容”或“转办 1 单位”。"
    )


def test_what_cannot_be_taken_now_is_refused_by_its_own_word(desk: TalkingDesk) -> None:
    """Before its registration and after its end the answer speaks of 认领, and says what comes next."""
    desk.staff.forwards("李敏", "有人说小区停水了,真的吗?")
    wang = desk.direct("王五")
    wang.says("认领 S1")
    assert wang.bot_says() == (
        "线索 S1 现在是〔待确认〕,不能认领,未做任何改动。下一步:值班员“属实 S1”登记,或“误报 S1”。"
    )
    desk.staff.says("赵强", "属实 S1")
    wang.says("认领 1")
    desk.staff.says("赵强", "普通 1")
    wang.bot_says_all()
    for word in ("认领", "收到"):
        wang.says(f"{word} 1")
        assert wang.bot_says() == "1号 现在是〔已办结〕,不能认领,未做任何改动。要重新办理请发“重开 1”。"


def test_a_tap_without_the_right_is_refused_by_the_word_on_the_button(desk: TalkingDesk) -> None:
    """The button says 认领, and so does the refusal."""
    reported(desk).staff.taps("李敏", "认领")
    assert desk.staff.toast().startswith("您没有「认领」的权限")


def test_choice_offered_with_a_refusal_keeps_its_case(desk: TalkingDesk) -> None:
    """A name tapped below a refusal assigns the case that was spoken of."""
    reported(desk).direct("赵强").says("指派 1")
    desk.direct("赵强").taps("陈静", on="指派给谁")
    assert desk.direct("陈静").shows("请认领").startswith("📌 请认领 港建舆〔2026〕1号")


def test_reopened_case_is_asked_with_its_clock(desk: TalkingDesk) -> None:
    """Whoever is asked for a case that is back sees by when it is due."""
    reported(desk).staff.says("赵强", "普通 1")
    desk.direct("王五").bot_says_all()
    desk.later(hours=1)
    desk.staff.says("赵强", "重开 1")
    assert desk.direct("王五").bot_says().splitlines()[1] == "⏱ 48小时内回应 截止 11-26 09:05(剩 47时)"


def test_case_that_was_split_off_is_asked_with_its_clock(desk: TalkingDesk) -> None:
    """Whoever is asked for a case whose merge was undone sees by when it is due."""
    reported(desk).later(hours=1)
    desk.staff.forwards("李敏", "城西路连续停水两天,居民楼里没水喝,业主打电话没人管。")
    desk.staff.says("赵强", "合并 2 1")
    desk.direct("王五").bot_says_all()
    desk.staff.says("赵强", "拆分 2")
    asked = desk.direct("王五").bot_says().splitlines()
    assert asked[0].startswith("📌 请认领 港建舆〔2026〕2号")
    assert asked[1] == "⏱ 48小时内回应 截止 11-26 10:05(剩 48时)"


def test_in_an_emergency_the_leaders_are_phoned_too(desk: TalkingDesk) -> None:
    """The duty officer is told whom, the number and why; with one tap the call is on record. No other case rings."""
    desk.staff.forwards("李敏", "城东工地脚手架坍塌,造成12人死亡,5人重伤,救援正在进行。")
    desk.staff.says("赵强", "定级 1 重大")
    zhao = desk.direct("赵强")
    desk.later(minutes=19)
    zhao.bot_says_all()
    desk.later(minutes=1)
    assert zhao.bot_says().splitlines() == [
        "☎️ 请打电话给 冯副局长 副局长:0775-0000116",
        "1号 等其认领:城东工地脚手架坍塌,造成12人死亡,5人重伤,救…",
        "打完点“已通知”,或发“已通知 1 冯副局长”。",
    ]
    zhao.taps("已通知", on="等其认领")
    assert zhao.toast() == "☎️ 1号 已记:电话通知 冯副局长"
    assert "phoned" in desk.kinds_on_record()
    desk.staff.forwards("李敏", "江南路全小区停水三天,老人孩子没水喝,打电话没人管,居民非常气愤。")
    desk.later(minutes=59)
    assert not [said for said in zhao.bot_says_all() if "2号 等其认领" in said]
