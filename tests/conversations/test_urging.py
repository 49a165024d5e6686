"""催办, 升级, 更多, 简报: a person pushes on before the desk itself would, and looks when they want to."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tests.conversations.talking import TalkingDesk
from tests.conversations.test_clocks import COLLAPSE, OUTAGE, heard, past_its_limit, reported
from tests.conversations.test_questions import QUESTION
from tests.conversations.writing import PLAIN, quiet, submitted

TITLE = "江南路全小区停水三天,老人孩子没水喝,打电话没人…"


@pytest.fixture
def asked(desk: TalkingDesk) -> TalkingDesk:
    """Give a desk whose first case waits for 王五 to take it."""
    desk.staff.forwards("李敏", OUTAGE)
    quiet(desk)
    return desk


# 催办


def test_the_card_has_a_button_for_it(asked: TalkingDesk) -> None:
    """In every stage in which a step waits for somebody."""
    assert asked.staff.buttons("待认领")[-2:] == ["催办", "更多"]
    asked.staff.taps("赵强", "催办")
    assert asked.staff.toast() == "📣 1号 已催 王五"
    said = asked.direct("王五").bot_says().splitlines()
    assert said[:2] == ["📣 赵强 催办", "📌 请认领 港建舆〔2026〕1号 · 切身利益 · 一般 · 市政和供水"]
    assert asked.direct("王五").buttons("催办") == ["认领", "转派", "查看"]


def test_a_draft_that_is_waited_for(desk: TalkingDesk) -> None:
    """Its spokesperson hears who nags, by when it is due, and what to type."""
    reported(desk)
    desk.staff.says("赵强", "催办 1")
    assert desk.staff.bot_says() == "📣 1号 已催 王五"
    said = desk.direct("王五").bot_says().splitlines()
    assert said[0] == "📣 赵强 催办 港建舆〔2026〕1号〔待起草〕"
    assert said[1].startswith("⏱ 48小时内回应 截止 ")
    assert said[-2:] == [TITLE, "下一步:发言人“起草 1”写稿,再“送审 1”。"]
    assert desk.direct("王五").buttons("催办") == ["起草说明", "📄模板"]


def test_a_gate_gets_its_text_again(desk: TalkingDesk) -> None:
    """Whoever is asked for it can sign what they are sent, and no gate that is not open is nagged."""
    submitted(desk, PLAIN)
    quiet(desk)
    desk.direct("王五").says("催办 1")
    assert desk.direct("王五").bot_says() == "📣 1号 已催 刘洋"
    assert desk.direct("刘洋").bot_says().splitlines()[0] == "📣 王五 催办"
    assert desk.direct("张伟").is_silent()
    desk.direct("刘洋").taps("✅同意")
    quiet(desk)
    desk.direct("王五").says("催办 1")
    assert desk.direct("王五").bot_says() == "📣 1号 已催 张伟"


def test_an_online_question_is_nagged_where_its_limit_ends(desk: TalkingDesk) -> None:
    """The network spokesperson has to accept it, whoever else has it."""
    desk.staff.forwards("李敏", QUESTION)
    desk.staff.says("赵强", "属实 S1")
    desk.staff.says("赵强", "问政 1")
    desk.direct("徐蕾").says("认领 1")
    quiet(desk)
    desk.staff.says("赵强", "催办 1")
    assert desk.staff.bot_says() == "📣 1号 已催 徐蕾"
    assert "受理" in desk.direct("徐蕾").buttons("催办")


def test_nobody_is_nagged_more_often_than_the_plan_allows(asked: TalkingDesk) -> None:
    """Not by another person either; after ten minutes it may be done again."""
    asked.staff.says("赵强", "催办 1")
    heard(asked)
    asked.later(minutes=4)
    asked.direct("何主任").says("催办 1")
    assert asked.direct("何主任").bot_says() == "1号 刚催过 王五,11-24 09:15 后才能再催。等不及请“升级 1”。"
    assert asked.direct("王五").is_silent()
    asked.later(minutes=6)
    quiet(asked)
    asked.direct("何主任").says("催办 1")
    assert asked.direct("何主任").bot_says().startswith("📣 1号 已催 ")


def test_whom_no_message_reaches_is_named(desk: TalkingDesk) -> None:
    """Nagging them is no answer: phone, or go up."""
    reported(desk)
    with_everybody_there = desk.staff
    desk.goes_away("王五")
    with_everybody_there.says("赵强", "催办 1")
    said = with_everybody_there.bot_says()
    assert said == "王五 请假或没有可用的私聊,催不到:请打电话,或“升级 1”"


def test_who_is_waited_for_is_told_so(asked: TalkingDesk) -> None:
    """Nobody nags themselves, nor where nobody is waited for."""
    asked.direct("王五").says("催办 1")
    assert asked.direct("王五").bot_says() == "1号 等的就是您。下一步:被问的人“认领 1”。"
    asked.staff.says("赵强", "不回应 1 已另行处理")
    heard(asked)
    asked.staff.says("赵强", "催办 1")
    assert asked.direct("赵强").bot_says() == "1号 现在是〔已办结〕,不等谁办,没有催。"


def test_a_reporter_may_not_nag(asked: TalkingDesk) -> None:
    """It is for those who answer for the case or the shift."""
    asked.direct("李敏").says("催办 1")
    assert asked.direct("李敏").bot_says().startswith("您没有「催办」的权限,未做任何改动。")


# 升级


def test_the_next_one_is_asked_at_once(asked: TalkingDesk) -> None:
    """Whoever was asked first is waited for no longer; the staff read it."""
    asked.direct("赵强").says("升级 1")
    assert asked.direct("赵强").bot_says() == "⏫ 1号 已升级:不再等 王五,已请 陈静 认领"
    assert "⏫ 1号 已升级:不再等 王五,已请 陈静 认领" in asked.staff.bot_says_all()
    assert asked.direct("陈静").bot_says().startswith("📌 请认领 港建舆〔2026〕1号")
    assert "待 陈静 认领" in asked.staff.shows("港建舆〔2026〕1号")


def test_at_the_top_the_leaders_are_told(asked: TalkingDesk) -> None:
    """When everybody was asked, it is said, and there is nothing left to go up to."""
    for _ in range(6):
        asked.staff.says("赵强", "升级 1")
    said = asked.staff.bot_says_all()
    assert [each for each in said if each.endswith("后面没有可请的人,已告诉领导")]
    assert [each for each in said if each.startswith("🚨 1号 无人认领")]
    assert asked.direct("赵强").bot_says_all()[-1].startswith("1号 没有超时,也不在等人认领,没有升级。")


@pytest.fixture
def overdue(new_desk: Callable[..., TalkingDesk]) -> TalkingDesk:
    """Give a desk whose first case has just passed its limit."""
    return past_its_limit(new_desk)


def test_a_missed_limit_goes_up_at_once(overdue: TalkingDesk) -> None:
    """The step that would come in half an hour is taken now, and not a second time; the next keeps its time."""
    overdue.staff.says("赵强", "升级 1")
    assert overdue.staff.bot_says() == "⏫ 1号 已升级:电话通知值班领导"
    zhao = overdue.direct("赵强")
    assert zhao.bot_says().splitlines()[0] == "☎️ 请打电话给 冯副局长 副局长:0775-0000116"
    zhao.taps("已通知")
    overdue.later(minutes=59)
    assert not [said for said in overdue.staff.bot_says_all() if "牌" in said]
    assert zhao.is_silent()
    overdue.later(minutes=1)
    assert any(said.startswith("🟨 黄牌:王五") for said in overdue.staff.bot_says_all())


def test_the_ladder_ends(overdue: TalkingDesk) -> None:
    """Every step once; then it is said that there is none."""
    for _ in range(5):
        overdue.staff.says("赵强", "升级 1")
    said = overdue.staff.bot_says_all()
    steps = [each.partition("已升级:")[2] for each in said if "已升级:" in each]
    assert steps == ["电话通知值班领导", "给负责人黄牌", "电话通知主要负责人", "报告联席会议", "给负责人红牌"]
    overdue.direct("赵强").bot_says_all()
    overdue.direct("赵强").says("升级 1")
    assert overdue.direct("赵强").bot_says() == "1号 已升到最高一级,没有再往上的了。可以“催办 1”,或“召集 1”开会。"


def test_nothing_late_is_not_escalated(desk: TalkingDesk) -> None:
    """Nobody gets a card for what is in time."""
    reported(desk)
    desk.direct("赵强").says("升级 1")
    assert desk.direct("赵强").bot_says() == (
        "1号 没有超时,也不在等人认领,没有升级。要提醒经办人请发“催办 1”,要换人请发“指派 1 姓名”。"
    )


def test_a_spokesperson_may_not_escalate(asked: TalkingDesk) -> None:
    """It is for those who answer for the shift."""
    asked.direct("王五").says("升级 1")
    assert asked.direct("王五").bot_says().startswith("您没有「升级」的权限")


# 更多


def test_more_offers_what_else_one_may_do(asked: TalkingDesk) -> None:
    """To whoever taps alone, by their rights and the stage; the group is not disturbed."""
    asked.staff.bot_says_all()
    asked.staff.taps("赵强", "更多")
    assert asked.staff.is_silent()
    assert asked.direct("赵强").bot_says() == "1号〔待认领〕还可以办:"
    offered = asked.direct("赵强").buttons("还可以办")
    assert offered[:4] == ["⏫升级", "稍后10分", "指派", "时限"]
    asked.direct("赵强").taps("⏫升级")
    assert "待 陈静 认领" in asked.staff.shows("港建舆〔2026〕1号")
    asked.direct("李敏").says("更多 1")
    assert asked.direct("李敏").buttons("还可以办") == ["时限", "补充"]


def test_each_button_of_more_is_answered(asked: TalkingDesk) -> None:
    """None breaks, none is stale: it is done, or the desk says how it is said."""
    leader = asked.direct("冯副局长")
    leader.says("更多 1")
    for label in leader.buttons("还可以办"):
        asked.direct("冯副局长").bot_says_all()
        before = len(leader.messages())
        leader.taps(label, on="还可以办")
        said = [message.text for message in leader.messages()[before:]]
        assert said, label
        assert not [text for text in said if "失效" in text or "系统出错" in text or "「」" in text], (label, said)


# 简报


def test_the_digest_on_demand(new_desk: Callable[..., TalkingDesk]) -> None:
    """What the next morning's would tell now, here; that one still tells all of it."""
    desk = reported(new_desk(start=datetime(2026, 11, 24, 2, 0, tzinfo=UTC)), OUTAGE)
    desk.later(minutes=1)
    heard(desk)
    desk.direct("何主任").says("简报")
    said = desk.direct("何主任").bot_says().splitlines()
    assert said[0] == "📋 11-24 周二 简报(11-24 10:00 起) · 在办 1 件"
    assert said[1:3] == [f"新增 1:1号 {TITLE}", "等 王五:1号(待起草)"]
    assert desk.staff.is_silent()
    desk.until(datetime(2026, 11, 25, 0, 33, tzinfo=UTC))
    assert "新增 1:1号" in desk.staff.bot_says()


def test_the_joint_meeting_gets_no_digest(desk: TalkingDesk) -> None:
    """It tells of every case; the joint meeting hears what concerns it."""
    desk.staff.forwards("李敏", COLLAPSE)
    heard(desk)
    desk.direct("马超").says("简报")
    assert desk.direct("马超").bot_says().startswith("您没有「简报」的权限")
