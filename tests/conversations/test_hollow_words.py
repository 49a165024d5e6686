"""Whoever reviews the wording is told of empty answers and hollow words; it keeps nothing from going on."""

from tests.conversations.talking import TalkingDesk
from tests.conversations.test_questions import asked_as_question
from tests.conversations.writing import quiet, signed, submit, submitted

HOLLOW = "关于物业备案的答复\n您的留言已收悉,已转相关部门处理,将尽快答复您。感谢您的关注!"
FULL = (
    "关于物业备案的答复\n经核实,备案在政务中心三楼5号窗口办理。依据《物业管理条例》第十五条,我局已通知物业在窗口公示清单。"
    "下一步将于12月5日前在网上公布流程。电话0571-88880000。"
)


def answered(desk: TalkingDesk, text: str) -> TalkingDesk:
    """Bring the answer to a question to the wording gate."""
    asked_as_question(desk).direct("徐蕾").says("受理 1")
    desk.direct("徐蕾").says(f"起草 1 {text}")
    quiet(desk)
    submit(desk, "徐蕾")
    signed(desk, "刘洋", "张伟", "周芳")
    return desk


def test_an_empty_answer_is_shown_to_whoever_reviews_its_wording(desk: TalkingDesk) -> None:
    """In its own words, with what it lacks; the review goes on all the same."""
    said = answered(desk, HOLLOW).direct("孙丽").bot_says().split("\n")
    assert "⚠️ 这份稿件像是空答复,没有实质内容" in said
    assert (
        "⚠️ 空话 5 处:“您的留言已收悉”(只说收到)、“已转相关部门处理”(只说转办)、“将尽快答复您”(只说以后答复)、"
        "“感谢您的关注”(客套)、……"
    ) in said
    assert "⚠️ 没有写:核实情况、依据(法规、文件)、办了什么、下一步、下一步的时间、联系电话" in said
    signed(desk, "孙丽", "吴刚")
    assert desk.case().stage == "signature"


def test_a_full_answer_is_shown_as_it_is(desk: TalkingDesk) -> None:
    """Nobody is warned of what is not there."""
    said = answered(desk, FULL).direct("孙丽").bot_says()
    assert said.startswith("📝 请审「文字关」")
    assert "⚠️ 空话" not in said
    assert "没有写" not in said


def test_a_release_need_not_hold_what_an_answer_does(desk: TalkingDesk) -> None:
    """Only its hollow words are named, and only at the gate that looks for them."""
    submitted(desk, "关于停水的通报\n泵房水泵故障停机,我局高度重视,抢修人员已到现场更换零件。")
    assert "空话" not in desk.direct("刘洋").bot_says()
    signed(desk, "刘洋", "张伟", "周芳")
    said = desk.direct("孙丽").bot_says().split("\n")
    assert "⚠️ 空话 2 处:“我局高度重视”(只说重视、安排)、“高度重视”(没有日期)" in said
    assert not [line for line in said if "没有写" in line]
