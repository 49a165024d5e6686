"""A text begun from a template: filled with what is confirmed, its gaps named, and never submitted with one."""

from tests.conversations.talking import TalkingDesk
from tests.conversations.writing import GRAVE, newest, quiet, taken

FILLED = "起草 1 关于停水的情况通报\n关于江南路停水,泵房已修复。"


def offered(desk: TalkingDesk, *facts: str) -> TalkingDesk:
    """Bring a case to its spokesperson, with facts that somebody confirmed."""
    taken(desk)
    for n, fact in enumerate(facts, 1):
        desk.direct("王五").says(f"事实 1 {fact} 来源:社区")
        desk.direct("赵强").says(f"核实 1 {n}")
    quiet(desk)
    return desk


def test_card_offers_templates_while_there_is_no_draft(desk: TalkingDesk) -> None:
    """One tap asks which; the one that the case's clocks and kinds suggest comes first."""
    taken(desk)
    assert "📄模板" in desk.staff.buttons("待起草")
    desk.staff.taps("王五", "📄模板")
    assert desk.staff.bot_says() == (
        "📄 1号 用哪个模板?点选,或发“模板 1 名称”。\n按这件案件的时钟和类别,建议「情况通报」。"
    )
    assert desk.staff.buttons("哪个模板") == ["情况通报(建议)", "初步通报", "辟谣", "解读", "答复"]


def test_one_hour_suggests_the_first_notice(desk: TalkingDesk) -> None:
    """In a grave case the known facts come first."""
    taken(desk, GRAVE).direct("王五").says("模板 1")
    assert "建议「初步通报」" in desk.direct("王五").bot_says()


def test_rumour_suggests_the_rebuttal(desk: TalkingDesk) -> None:
    """What a person found to be a rumour is rebutted."""
    taken(desk).staff.says("赵强", "谣言 1 是")
    quiet(desk)
    desk.direct("王五").says("模板 1")
    assert "建议「辟谣」" in desk.direct("王五").bot_says()


def test_template_is_filled_with_what_is_confirmed(desk: TalkingDesk) -> None:
    """A labelled fact goes to its place, the others say what is so; an unconfirmed one is left out; gaps are named."""
    offered(desk, "地点:江南路阳光花园", "停水3天", "影响280户。")
    desk.direct("王五").says("事实 1 原因:泵房故障 来源:网传")
    quiet(desk)
    desk.direct("王五").says("模板 1 情况通报")
    copy, told = desk.direct("王五").bot_says_all()
    assert copy == (
        "起草 1 关于〔待填:事件〕的情况通报\n"
        "关于江南路阳光花园〔待填:事件〕,港北区建设局已核实处置,现将情况通报如下。\n\n"
        "一、基本情况:〔待填:时间〕,江南路阳光花园发生〔待填:事件〕。停水3天。影响280户。\n\n"
        "二、原因:〔待填:原因〕。\n\n"
        "三、处置措施:〔待填:措施〕。\n\n"
        "四、下一步:〔待填:下一步〕。\n\n"
        "联系电话:〔待填:电话〕\n\n"
        "港北区建设局\n"
        "2026年11月24日"
    )
    assert told.splitlines()[0] == "📄 1号 模板「情况通报」 · 待填 6 处:事件、时间、原因、措施、下一步、电话"
    assert newest_version(desk) == 0


def test_gap_keeps_a_text_from_the_gates(desk: TalkingDesk) -> None:
    """Kept with one tap, refused by name while anything is open, submitted when all is filled."""
    offered(desk).direct("王五").says("模板 1 情况通报")
    quiet(desk)
    desk.direct("王五").taps("✍️存为稿件")
    assert desk.direct("王五").bot_says().startswith("✍️ 1号 稿件 v1 已保存")
    desk.direct("王五").says("送审 1")
    assert desk.direct("王五").bot_says() == (
        "⛔ 1号 v1 还有 8 处待填,没有送审:事件、地点、时间、事实、原因、措施、下一步、电话\n"
        "请改稿填好:第一行“起草 1 标题”,第二行起写正文;再发“送审 1”。"
    )
    assert desk.case().stage == "draft"
    desk.direct("王五").says(FILLED)
    desk.direct("王五").says("送审 1")
    assert desk.direct("王五").bot_says_all()[-1].startswith("❓ 1号 v2 是否涉及其他单位?")


def test_unknown_template_is_answered_with_those_there_are(desk: TalkingDesk) -> None:
    """A wrong name changes nothing."""
    taken(desk).direct("王五").says("模板 1 讲话")
    assert desk.direct("王五").bot_says().startswith("没有模板「讲话」。\n📄 1号 用哪个模板?")


def test_who_may_not_draft_gets_no_template(desk: TalkingDesk) -> None:
    """A template is for those who write."""
    taken(desk).direct("李敏").says("模板 1")
    assert desk.direct("李敏").bot_says().startswith("您没有「模板」的权限")


def newest_version(desk: TalkingDesk) -> int:
    """Return the version of the newest draft; 0 without one."""
    case = desk.case()
    return 0 if case.stage == "draft" and "稿件 v" not in desk.staff.shows("来源") else newest(desk).version
