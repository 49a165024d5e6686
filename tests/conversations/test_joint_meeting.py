"""What the joint meeting hears by itself."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import config
from storage import chat as chats
from tests.conversations.talking import TalkingDesk

TEN = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # in the morning
OUTAGE = "江南路全小区停水三天,老人孩子没水喝,打电话没人管,居民非常气愤。"
COLLAPSE = "城东工地脚手架坍塌,造成12人死亡,5人重伤,救援正在进行。"


def test_ordinary_case_is_not_announced(desk: TalkingDesk) -> None:
    """What is not grave does not disturb the joint meeting."""
    desk.staff.forwards("李敏", OUTAGE)
    desk.later(minutes=30)
    assert desk.joint.is_silent()


def test_machines_finding_waits_and_is_marked(desk: TalkingDesk) -> None:
    """A grave finding that nobody judged is announced after the plan's wait, marked as unverified."""
    desk.staff.forwards("李敏", COLLAPSE)
    desk.later(minutes=4)
    assert desk.joint.is_silent()
    desk.later(minutes=1)
    said = desk.joint.bot_says().splitlines()
    assert said[0] == "【联席会议预警】重大 港建舆〔2026〕1号 · 疑似,未核实"
    assert "死亡 12 人 · 重伤 5 人" in said[-2]


def test_persons_grade_is_announced_at_once(desk: TalkingDesk) -> None:
    """A person who grades the case ends the wait: the alert goes out at once, unmarked, and only once."""
    desk.staff.forwards("李敏", COLLAPSE)
    desk.staff.says("赵强", "定级 1 特别重大")
    assert desk.joint.bot_says().splitlines()[0] == "【联席会议预警】特别重大 港建舆〔2026〕1号"
    desk.later(minutes=20)
    assert desk.joint.is_silent()


def test_person_who_says_no_stops_the_alert(desk: TalkingDesk) -> None:
    """A finding that a person takes back is not announced."""
    desk.staff.forwards("李敏", COLLAPSE)
    desk.staff.says("赵强", "定级 1 一般")
    desk.later(minutes=20)
    assert desk.joint.is_silent()


def test_overdue_limit_is_announced_once(desk: TalkingDesk) -> None:
    """An overdue limit of a grave case is announced, once per rule."""
    desk.staff.forwards("李敏", COLLAPSE)
    desk.staff.says("赵强", "定级 1 重大")
    desk.joint.bot_says_all()
    desk.later(hours=1)
    said = desk.joint.bot_says().splitlines()[0]
    assert said.startswith("【联席会议预警】重大 港建舆〔2026〕1号 · ")
    assert "上报超时(截止 11-24 10:05,本台默认 desk default)" in said
    assert "首发超时(截止 11-24 10:05,本方案 三.1)" in said
    desk.later(hours=3.9)
    assert desk.joint.is_silent()


def test_confirmed_rumour_is_announced(desk: TalkingDesk) -> None:
    """A rumour is announced when a person has confirmed it, not while it is only suspected."""
    desk.staff.forwards("李敏", OUTAGE)
    assert desk.joint.is_silent()
    desk.staff.says("赵强", "谣言 1 是")
    assert desk.joint.bot_says().splitlines()[0] == "【联席会议预警】一般 港建舆〔2026〕1号 · 已认定为谣言"


def test_ended_case_is_not_announced(desk: TalkingDesk) -> None:
    """A false alarm is not announced after all."""
    desk.staff.forwards("李敏", COLLAPSE)
    desk.staff.says("赵强", "误报 1")
    desk.later(minutes=20)
    assert desk.joint.is_silent()


def test_whoever_was_alerted_hears_of_another_grade(desk: TalkingDesk) -> None:
    """A grade that changes after the alert is told, up and down; the same grade once more is no news."""
    desk.staff.forwards("李敏", COLLAPSE)
    desk.staff.says("赵强", "定级 1 重大")
    desk.joint.bot_says_all()
    desk.staff.says("赵强", "定级 1 特别重大")
    assert desk.joint.bot_says().startswith("【联席会议预警】特别重大 港建舆〔2026〕1号 · 等级由重大改为特别重大")
    desk.staff.says("赵强", "定级 1 特别重大")
    assert desk.joint.is_silent()
    desk.staff.says("赵强", "定级 1 一般")
    assert desk.joint.bot_says().startswith("【联席会议预警】一般 港建舆〔2026〕1号 · 等级由特别重大改为一般")


def test_whoever_was_alerted_hears_how_it_ended(desk: TalkingDesk) -> None:
    """An alarm that was none is called off, with the reason and asking nothing of anybody, and taken up again."""
    desk.staff.forwards("李敏", COLLAPSE)
    desk.staff.says("赵强", "定级 1 重大")
    desk.joint.bot_says_all()
    desk.staff.says("赵强", "误报 1 演练视频")
    said = desk.joint.bot_says()
    assert said.splitlines()[0] == "【联席会议预警】重大 港建舆〔2026〕1号 · 已结束:误报:演练视频"
    assert "需要:" not in said
    assert "⏱" not in said
    desk.staff.says("赵强", "重开 1")
    assert desk.joint.bot_says().splitlines()[0] == "【联席会议预警】重大 港建舆〔2026〕1号 · 重新办理"


def test_what_is_done_is_called_so_once(desk: TalkingDesk) -> None:
    """A case that ends as answered is not also said to have ended."""
    desk.staff.forwards("李敏", COLLAPSE)
    desk.staff.says("赵强", "定级 1 重大")
    desk.joint.bot_says_all()
    desk.staff.says("赵强", "办结 1 确认 当面答复")
    assert desk.joint.bot_says().splitlines()[0] == "【联席会议预警】重大 港建舆〔2026〕1号 · 已办结:当面答复"


def test_the_end_of_what_was_never_verified_is_a_persons_word(desk: TalkingDesk) -> None:
    """The machine's own alert is called off as decided; taken up again it is as unverified as before."""
    desk.staff.forwards("李敏", COLLAPSE)
    desk.later(minutes=5)
    assert "疑似,未核实" in desk.joint.bot_says()
    desk.staff.says("赵强", "误报 1")
    assert desk.joint.bot_says().splitlines()[0] == "【联席会议预警】重大 港建舆〔2026〕1号 · 已结束:误报"
    desk.staff.says("赵强", "重开 1")
    assert desk.joint.bot_says().splitlines()[0] == "【联席会议预警】重大 港建舆〔2026〕1号 · 重新办理 · 疑似,未核实"


def test_whoever_was_alerted_hears_into_which_case_it_went(desk: TalkingDesk) -> None:
    """A case that was merged is named together with the one that goes on."""
    desk.staff.forwards("李敏", OUTAGE)
    desk.staff.forwards("李敏", COLLAPSE)
    desk.staff.says("赵强", "定级 2 重大")
    desk.joint.bot_says_all()
    desk.staff.says("赵强", "合并 2 1")
    assert "【联席会议预警】重大 港建舆〔2026〕2号 · 已并入 港建舆〔2026〕1号" in "\n".join(desk.joint.bot_says_all())


def test_suspected_old_news_says_so(desk: TalkingDesk) -> None:
    """An alert of a text that speaks of years ago quotes the words that make it look like old news."""
    desk.staff.forwards("李敏", "2019年3月5日城东工地脚手架坍塌,造成12人死亡,5人重伤,救援正在进行。")
    desk.staff.says("赵强", "属实 S1")
    assert "❓ 疑似旧闻:“2019年3月5日”" in desk.joint.bot_says().splitlines()


def test_suspected_rumour_says_so_until_somebody_decides(desk: TalkingDesk) -> None:
    """An alert quotes what makes a text look like a rumour, and no longer once a person found that it is none."""
    desk.staff.forwards("李敏", "网传城东工地脚手架坍塌造成12人死亡,紧急扩散,速转!不转不是中国人!!!")
    desk.later(minutes=10)
    assert "❓ 疑似谣言:“网传” “紧急扩散”" in desk.joint.bot_says().splitlines()
    desk.staff.says("赵强", "谣言 1 不是")
    desk.later(hours=1)
    assert "疑似谣言" not in desk.joint.bot_says()


def test_case_taken_back_is_announced_after_all(desk: TalkingDesk) -> None:
    """A grave case that was ended by mistake and reopened is announced like any other."""
    desk.staff.forwards("李敏", COLLAPSE)
    desk.staff.says("赵强", "误报 1")
    desk.later(minutes=20)
    desk.staff.says("赵强", "重开 1")
    assert desk.joint.bot_says().splitlines()[0] == "【联席会议预警】重大 港建舆〔2026〕1号 · 疑似,未核实"


def test_each_rule_is_announced_by_the_limit_that_bound(desk: TalkingDesk) -> None:
    """Found grave after six hours, every rule that is past is announced in one message, by its strictest limit."""
    desk.staff.forwards("李敏", OUTAGE)
    desk.later(hours=6)
    desk.staff.says("赵强", "定级 1 重大")
    overdue = [said.splitlines()[0] for said in desk.joint.bot_says_all() if "超时" in said]
    passed = "首发超时(截止 11-24 10:05,本方案 三.1);上报超时(截止 11-24 10:05,本台默认 desk default)"
    assert overdue == [f"【联席会议预警】重大 港建舆〔2026〕1号 · {passed}"]


def test_other_agencies_see_only_what_they_were_told_of(desk: TalkingDesk) -> None:
    """In their group, and 1:1 with a member of another agency, there are no cases but those alerted of."""
    desk.staff.forwards("李敏", OUTAGE)
    desk.staff.forwards("李敏", COLLAPSE)
    desk.staff.says("赵强", "定级 2 重大")
    assert "【联席会议预警】重大 港建舆〔2026〕2号" in desk.joint.bot_says()
    desk.joint.says("马超", "待办")
    told = desk.joint.bot_says().splitlines()
    assert told[0] == "在办案件 1 件(临近时限在前):"
    assert [line.split()[0] for line in told[1:]] == ["港建舆〔2026〕2号"]
    desk.joint.says("马超", "查 1")
    assert desk.joint.is_silent()
    assert desk.direct("马超").bot_says() == "没有「1」这个案件。发“待办”看在办案件。"
    desk.direct("马超").says("待办")
    assert desk.direct("马超").bot_says().splitlines() == told
    desk.direct("马超").says("查 2")
    assert desk.direct("马超").shows("港建舆〔2026〕2号")


def test_what_a_grade_brings_to_light_makes_one_alert(desk: TalkingDesk) -> None:
    """Found grave two hours late: that it is, and which limits are past by then, is one message."""
    desk.staff.forwards("李敏", OUTAGE)
    desk.later(hours=2)
    desk.staff.says("赵强", "定级 1 重大")
    said = desk.joint.bot_says()
    assert said.startswith("【联席会议预警】重大 港建舆〔2026〕1号 · 首发超时")
    desk.staff.says("赵强", "定级 1 特别重大")
    assert desk.joint.bot_says().startswith("【联席会议预警】特别重大 港建舆〔2026〕1号 · 等级由重大改为特别重大")


def test_an_alert_says_what_is_needed_from_whom_and_when_they_meet(desk: TalkingDesk) -> None:
    """By the plan's rule for the occasion; once a meeting is called, its time and place stand there too."""
    desk.staff.forwards("李敏", COLLAPSE)
    desk.staff.says("赵强", "定级 1 重大")
    others = "网信部门(关注传播、报告新情况);应急部门(通报现场和救援情况)"
    assert desk.joint.bot_says().splitlines()[-1] == f"需要:宣传部门(统一发布口径、联系媒体);{others}"
    desk.staff.says("赵强", "召集 1 今天下午3点半 三楼会议室\n核对伤亡")
    desk.joint.bot_says()
    desk.later(hours=1)
    said = desk.joint.bot_says().splitlines()
    assert said[-2] == f"需要:宣传部门(统一发布口径、联系媒体、协调尽快发布);{others}"
    assert said[-1] == "会商:11-24 15:30 三楼会议室"


def test_a_joint_meeting_without_a_group_is_not_passed_over_in_silence(desk: TalkingDesk) -> None:
    """The staff hear the alert in its place and that nobody else did; its step of the ladder is skipped and said."""
    with desk.database.writing() as session:
        for chat in chats.used_for(session, "joint_meeting"):
            chat.use = "unbound"
            session.add(chat)
    desk.staff.forwards("李敏", COLLAPSE)
    desk.staff.says("赵强", "定级 1 重大")
    told = desk.staff.shows("联席会议预警").splitlines()
    assert told[0] == "❗ 联席会议群没有接通,下面的预警没有送到。请电话通知各成员单位,并请管理员发“绑定”:"
    assert told[1] == "【联席会议预警】重大 港建舆〔2026〕1号"
    desk.later(hours=5.1)
    assert "⏭ 1号 跳过“报告联席会议”:没有人在岗,改为给负责人红牌" in desk.staff.bot_says_all()


def test_what_stays_missed_reaches_the_joint_meeting_in_the_end(new_desk: Callable[..., TalkingDesk]) -> None:
    """An ordinary case alerts nobody outside; four hours past its limit it is reported to the joint meeting (R6)."""
    desk = new_desk(start=TEN)
    desk.staff.forwards("李敏", OUTAGE)
    desk.direct("王五").taps("认领")
    desk.later(hours=51.9)
    assert desk.joint.is_silent()
    desk.later(minutes=7)
    said = desk.joint.bot_says().splitlines()
    assert said[0] == "🚨 1号 仍未完成:"
    assert said[1] == "· 回应 截止 11-26 10:00,超时 4时(本方案 三.1、国办发〔2016〕61号)"
    desk.joint.says("马超", "查 1")
    assert desk.joint.shows("港建舆〔2026〕1号")


def test_a_plan_may_want_the_joint_meeting_told_of_all_that_is_overdue(
    new_desk: Callable[..., TalkingDesk], tmp_path: Path
) -> None:
    """Named among those who hear at once, it does, whatever the grade."""
    for plan in (Path(config.__file__).parent / "plans").glob("*.yaml"):
        shutil.copy(plan, tmp_path)
    own = "extends: gangbei-2017\nname: {zh: 试, en: Trial}\nescalation: {overdue: [office_head, joint_meeting]}\n"
    (tmp_path / "trial.yaml").write_text(own, encoding="utf-8")
    desk = new_desk(plan=tmp_path / "trial.yaml", start=TEN)
    desk.staff.forwards("李敏", OUTAGE)
    desk.direct("王五").taps("认领")
    desk.later(hours=48)
    assert desk.joint.bot_says().startswith("【联席会议预警】一般")
