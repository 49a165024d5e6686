"""How a judgement is corrected, and how a case is let go."""

import pytest

from storage import clock as clocks
from storage import correction as corrections
from tests.conversations.talking import TalkingDesk

OUTAGE = "江南路全小区停水三天,老人孩子没水喝,打电话没人管,居民非常气愤。"
COLLAPSE = "城东工地脚手架坍塌,造成12人死亡,5人重伤,救援正在进行。"
LUNCH = "食堂今天红烧肉"


def reported(desk: TalkingDesk, text: str = OUTAGE) -> TalkingDesk:
    """Let a post be reported and become case 1."""
    desk.staff.forwards("李敏", text)
    desk.staff.bot_says_all()
    return desk


def test_words_that_decided_are_shown(desk: TalkingDesk) -> None:
    """The card gives the reasons in the post's own words."""
    card = reported(desk).staff.shows("港建舆〔2026〕1号")
    assert "切身利益" in card
    assert "“停水三天”" in card


def test_kinds_are_corrected(desk: TalkingDesk) -> None:
    """The duty officer names the kinds, the first one as the primary, and the correction is kept."""
    reported(desk).staff.says("赵强", "定性 1 社会热点 切身利益")
    assert desk.staff.bot_says() == "☑️ 1号 定性:社会热点、切身利益"
    case = desk.case()
    assert (case.kinds, case.primary_kind) == (["hot_topic", "vital_interests"], "hot_topic")
    with desk.database.reading() as session:
        assert corrections.fields(session, case.id) == {"kinds"}


def test_unknown_kind_is_refused_with_the_list(desk: TalkingDesk) -> None:
    """A kind the plan does not know is refused, the kinds there are are listed, and nothing changes."""
    zhao = reported(desk).direct("赵强")
    zhao.bot_says_all()
    zhao.says("定性 1 外星人")
    said = zhao.bot_says()
    assert said.startswith("没有「外星人」这个类别。可写:政策误解误读、切身利益")
    assert desk.case().kinds == ["vital_interests"]


def test_what_a_button_says_can_be_typed(desk: TalkingDesk) -> None:
    """改判 with a name sets what is called so: a grade, a topic, kinds; alone it offers the choice as its button."""
    talk = reported(desk).staff
    talk.says("赵强", "改判 1 较大")
    assert "1号 等级:较大" in talk.bot_says()
    talk.says("赵强", "改判 1 工程质量")
    assert "1号 分类:工程质量" in talk.bot_says()
    talk.says("赵强", "改判 1 社会热点 切身利益")
    assert "1号 定性:社会热点、切身利益" in talk.bot_says()
    talk.says("赵强", "改判 1 天大")
    assert desk.direct("赵强").bot_says().startswith("没有「天大」这个类别")
    talk.says("赵强", "改判 1")
    assert desk.direct("赵强").buttons("改判 1号")[:2] == ["政策误解误读", "切身利益"]


def test_one_tap_corrects(desk: TalkingDesk) -> None:
    """改判 offers kinds and grades as buttons, and one tap sets them."""
    reported(desk).staff.taps("赵强", "改判")
    assert desk.direct("赵强").buttons("改判 1号")[:2] == ["政策误解误读", "切身利益"]
    desk.direct("赵强").taps("较大", on="改判 1号")
    assert desk.case().grade == "relatively_grave"
    assert desk.direct("赵强").toast() == "☑️ 1号 等级:较大"


def test_persons_word_stands_against_later_reports(desk: TalkingDesk) -> None:
    """What a person graded is not raised by the next report of the same post."""
    reported(desk, COLLAPSE).staff.says("赵强", "定级 1 一般")
    desk.staff.forwards("李敏", COLLAPSE)
    assert desk.case().grade == "ordinary"


def test_topic_by_a_part_of_its_name(desk: TalkingDesk) -> None:
    """A topic may be named by any words that only it has."""
    reported(desk).staff.says("赵强", "分类 1 欠薪")
    assert desk.staff.bot_says() == "☑️ 1号 分类:欠薪"
    assert desk.case().topic == "wages"


def test_reporter_may_not_judge(desk: TalkingDesk) -> None:
    """Judging needs the right to; whoever lacks it is told who has it."""
    reported(desk).direct("李敏").bot_says_all()
    desk.direct("李敏").says("定级 1 重大")
    assert desk.direct("李敏").bot_says().startswith("您没有「定级」的权限,未做任何改动。可以办理的角色:值班员")
    assert desk.case().grade == "ordinary"


def test_rumour_is_a_persons_decision(desk: TalkingDesk) -> None:
    """A rumour is confirmed by a person, which starts the referral's clock; taking it back ends that clock."""
    reported(desk).staff.says("赵强", "谣言 1 是")
    assert desk.staff.bot_says() == "☑️ 1号 谣言:已认定为谣言"
    desk.staff.says("赵强", "时限 1")
    assert "【谣言线索移交】" in desk.staff.bot_says()
    desk.staff.says("赵强", "谣言 1 不是")
    desk.staff.bot_says()
    desk.staff.says("赵强", "时限 1")
    assert "○ 11-24 09:05 终止(改判后不适用)" in desk.staff.bot_says()


def test_rumour_that_harms_nobody_need_not_be_referred(desk: TalkingDesk) -> None:
    """A confirmed rumour without grave harm starts no referral."""
    reported(desk).staff.says("赵强", "谣言 1 是 不移交")
    desk.staff.bot_says()
    desk.staff.says("赵强", "时限 1")
    assert "谣言线索移交" not in desk.staff.bot_says()


def test_bare_rumour_asks(desk: TalkingDesk) -> None:
    """Without a decision the desk asks for one, with a button for each."""
    zhao = reported(desk).direct("赵强")
    zhao.bot_says_all()
    zhao.says("谣言 1")
    assert zhao.bot_says().startswith("1号 是不是谣言?认定由人作出。")
    assert zhao.buttons("是不是谣言") == ["是谣言,须移交", "是谣言,不须移交", "不是谣言"]


def test_forms_are_chosen(desk: TalkingDesk) -> None:
    """The forms of response are chosen by name and recorded."""
    reported(desk).staff.says("赵强", "形式 1 专家解读 发布会")
    assert desk.staff.bot_says() == "☑️ 1号 回应形式:专家解读、新闻发布会或吹风会"
    assert desk.case().forms == ["expert_interpretation", "press_conference"]


def test_not_ours_names_whose(desk: TalkingDesk) -> None:
    """A case that is not the bureau's is closed with the body it belongs to."""
    reported(desk).staff.says("赵强", "不属本局 1 水务局 供水归水务")
    assert desk.staff.bot_says().splitlines() == [
        "📁 1号 已按「不属本局」结束,时限终止。",
        "理由:水务局 供水归水务",
        "要恢复请发“重开 1”。",
    ]
    case = desk.case()
    assert (case.stage, case.exit, case.exit_reason) == ("closed", "not_ours", "水务局 供水归水务")


def test_not_ours_without_a_body_asks(desk: TalkingDesk) -> None:
    """Nobody's case is not closed: the desk asks whose it is."""
    zhao = reported(desk).direct("赵强")
    zhao.bot_says_all()
    zhao.says("不属本局 1")
    assert zhao.bot_says() == "不属本局,属于谁?请写“不属本局 1 水务局”,后面可加原因。"
    assert desk.case().is_open


def test_no_response_needs_a_reason(desk: TalkingDesk) -> None:
    """Not to respond is refused without a reason and recorded with it."""
    zhao = reported(desk).direct("赵强")
    zhao.bot_says_all()
    zhao.says("不回应 1")
    assert zhao.bot_says() == "不回应须写明理由,如“不回应 1 与已发布的通报重复”。"
    zhao.says("不回应 1 与昨日通报重复")
    zhao.bot_says()
    assert (desk.case().exit, desk.case().exit_reason) == ("no_response", "与昨日通报重复")


def test_ordinary_and_back(desk: TalkingDesk) -> None:
    """An ordinary matter is closed, its clocks lapse, and reopening brings case and clocks back from their start."""
    reported(desk).staff.says("赵强", "普通 1")
    desk.staff.bot_says()
    desk.staff.says("赵强", "时限 1")
    assert "终止(转为普通事项)" in desk.staff.bot_says()
    desk.later(hours=1)
    desk.staff.says("赵强", "重开 1")
    assert "♻️ 1号 已重开,时限从原起点续算。" in desk.staff.bot_says_all()
    desk.staff.says("赵强", "时限 1")
    assert "11-24 09:05 起算,截止 11-26 09:05" in desk.staff.bot_says()
    assert desk.case().stage == "acceptance"


def test_closing_names_what_still_runs(desk: TalkingDesk) -> None:
    """Closing asks once more and names the limits that end with it; the tap closes."""
    reported(desk).staff.says("赵强", "办结 1")
    question = desk.staff.bot_says()
    assert question.startswith("办结 1号?办结后:\n· 回应(截止 11-26 09:05,")
    assert desk.case().is_open
    desk.staff.taps("赵强", "确认办结")
    assert (desk.case().stage, desk.case().exit) == ("closed", "done")


def test_reopening_an_open_case_is_refused(desk: TalkingDesk) -> None:
    """What is open cannot be reopened."""
    zhao = reported(desk).direct("赵强")
    zhao.bot_says_all()
    zhao.says("重开 1")
    assert zhao.bot_says() == "1号 没有结束,不用重开。"


def test_lunch_menu_waits_for_a_person(desk: TalkingDesk) -> None:
    """A post without any kind stays a slip that one tap ends."""
    reported(desk, LUNCH).staff.taps("赵强", "误报")
    assert (desk.case("S1").exit, desk.case("S1").number) == ("false_alarm", None)


def test_one_tap_confirms_a_grave_finding(desk: TalkingDesk) -> None:
    """A grave finding of the machine alone can be confirmed on the card; the warning goes."""
    desk.staff.forwards("李敏", "北环路在建楼坍塌,造成12人死亡、30人重伤,现场仍在救援。")
    assert "⚠️ 疑似重大,未核实" in desk.staff.shows("来源")
    desk.staff.taps("赵强", "确认为重大")
    assert "未核实" not in desk.staff.shows("来源")
    assert "确认为重大" not in desk.staff.buttons("来源")


@pytest.mark.parametrize("way_out", ["不属本局 1 水务局", "普通 1", "不回应 1 与昨日通报重复", "误报 1", "办结 1 确认"])
def test_reopening_undoes_everything(desk: TalkingDesk, way_out: str) -> None:
    """A case that was let go, whichever way, and taken back is judged as before and under the same limits."""
    reported(desk).staff.says("赵强", "形式 1 专家解读")
    asked = {"asked_ids", "asked_step"}  # whoever can be asked is asked anew

    def state() -> object:
        with desk.database.reading() as session:
            rows = {
                (row.rule, row.basis, row.started_at, row.due_at, row.outcome)
                for row in clocks.of_case(session, desk.case().id)
            }
        return desk.case().model_dump(exclude=asked), rows

    before = state()
    desk.staff.says("赵强", way_out)
    assert not desk.case().is_open
    desk.staff.says("赵强", "重开 1")
    assert state() == before


def test_choices_of_a_refusal_keep_their_case(desk: TalkingDesk) -> None:
    """What is tapped below a refusal is about the case that was spoken of."""
    zhao = reported(desk).direct("赵强")
    zhao.says("谣言 1")
    zhao.taps("是谣言,须移交")
    zhao.says("定级 1 很大")
    zhao.taps("较大", on="没有「很大」这个等级")
    zhao.says("分类 1 什么")
    zhao.taps("欠薪", on="没有唯一对应")
    case = desk.case()
    assert (case.rumour, case.grade, case.topic) == ("confirmed", "relatively_grave", "wages")


def test_saying_it_is_true_confirms_the_grade_of_a_registered_case(desk: TalkingDesk) -> None:
    """属实 on a case that registered itself stands behind its grave grade; saying it twice is refused."""
    desk.staff.forwards("李敏", "北环路在建楼坍塌,造成12人死亡、30人重伤,现场仍在救援。")
    desk.later(minutes=60)
    desk.staff.says("赵强", "属实 1")
    assert "✅ 1号 的等级已由 赵强 确认属实。" in desk.staff.bot_says_all()
    assert "未核实" not in desk.staff.shows("来源")
    desk.direct("赵强").says("属实 1")
    assert desk.direct("赵强").shows("已经登记") == "港建舆〔2026〕1号 已经登记,不用再确认。"
