"""Online questions and leave: who has it is not asked again, who is away is not waited for."""

from tests.conversations.talking import TalkingDesk

QUESTION = "请问阳光花园小区的物业备案在哪里办理?已经跑了好几个窗口,全小区业主都在等。"


def test_a_question_that_was_accepted_is_not_hunted(desk: TalkingDesk) -> None:
    """After 受理 and 答复 nobody else is asked to take it, however much time passes."""
    desk.staff.forwards("李敏", QUESTION)
    desk.staff.says("赵强", "属实 S1")
    desk.staff.says("赵强", "问政 1")
    desk.direct("徐蕾").says("受理 1")
    for name in ("陈静", "冯副局长", "郑局长"):
        desk.direct(name).bot_says_all()
    desk.later(minutes=65)
    desk.direct("徐蕾").says("答复 1 已告知在政务中心三楼办理")
    desk.later(minutes=70)
    for name in ("陈静", "冯副局长", "郑局长"):
        assert not [said for said in desk.direct(name).bot_says_all() if "请认领" in said], name
    assert not [said for said in desk.staff.bot_says_all() if "无人认领" in said]


def test_leave_hands_what_waits_to_the_next(desk: TalkingDesk) -> None:
    """Whoever is asked and goes on leave is followed by the next one at once."""
    desk.staff.forwards("李敏", "江南路全小区停水三天,老人孩子没水喝,打电话没人管。")
    desk.staff.says("赵强", "属实 S1")
    assert "请认领" in desk.direct("王五").bot_says()
    desk.direct("王五").says("请假 2026-11-24 2026-11-26")
    assert "请认领" in desk.direct("陈静").bot_says()


def test_reopening_undoes_the_whole_exit(desk: TalkingDesk) -> None:
    """A case let go to another body and taken back is ours again."""
    desk.staff.forwards("李敏", "江南路全小区停水三天,老人孩子没水喝,打电话没人管。")
    desk.staff.says("赵强", "属实 S1")
    before = desk.case().lead_body
    desk.staff.says("赵强", "不属本局 1 水务局")
    assert desk.case().exit_reason == "水务局"
    desk.staff.says("赵强", "重开 1")
    assert desk.case().lead_body == before


def asked_as_question(desk: TalkingDesk) -> TalkingDesk:
    """Let a question become case 1, handled as an online question."""
    desk.staff.forwards("李敏", QUESTION)
    desk.staff.says("赵强", "属实 S1")
    desk.staff.says("赵强", "问政 1")
    desk.staff.bot_says_all()
    return desk


def test_network_spokesperson_is_asked_with_the_questions_own_clock(desk: TalkingDesk) -> None:
    """The network spokesperson is asked to accept, by the limits of a question, not within 48 hours."""
    xu = asked_as_question(desk).direct("徐蕾")
    said = xu.bot_says()
    assert said.splitlines()[1] == "⏱ 24小时内问政转办 截止 11-25 09:05(剩 24时)"
    assert "1个工作日内问政受理 至 11-26 00:00" in said
    assert "48小时" not in said
    assert said.splitlines()[-1] == "请在 30分 内受理,否则转请下一位。回复「受理 1」亦可。"
    assert xu.buttons("请认领") == ["受理", "转派", "查看"]


def test_accepting_a_question_takes_it(desk: TalkingDesk) -> None:
    """One tap accepts the question and takes the case."""
    xu = asked_as_question(desk).direct("徐蕾")
    xu.taps("受理", on="请认领")
    assert xu.toast().splitlines()[-1] == "下一步:“答复 1 内容”;不归本局的“转办 1 单位”。"
    case = desk.case()
    assert (case.stage, case.accepted_at) == ("draft", desk.clock.now())
    assert "发言人 徐蕾(已认领)" in desk.staff.shows("来源")
    xu.bot_says_all()
    xu.says("受理 1")
    assert xu.bot_says() == "1号 已经受理。下一步:“答复 1 内容”,或“转办 1 单位”。"


def test_answered_question_offers_to_close(desk: TalkingDesk) -> None:
    """Once a question is answered or passed on, the duty officer is offered to close the case."""
    xu = asked_as_question(desk).direct("徐蕾")
    xu.bot_says_all()
    xu.says("转办 1 水务局")
    assert xu.bot_says().splitlines()[-1] == "下一步:值班员“办结 1”。"
    desk.direct("赵强").taps("办结", on="已转办 水务局")
    assert desk.case().exit == "done"


def test_question_moves_to_the_network_spokesperson(desk: TalkingDesk) -> None:
    """A question that somebody took as public opinion goes to the network spokesperson who accepts it."""
    desk.staff.forwards("李敏", QUESTION)
    desk.staff.says("赵强", "属实 S1")
    desk.direct("王五").says("认领 1")
    desk.staff.says("赵强", "问政 1")
    desk.direct("王五").bot_says_all()
    desk.direct("徐蕾").says("受理 1")
    assert desk.direct("王五").bot_says() == "1号 已由 徐蕾 认领,您不用再处理。"


def test_question_handled_while_a_slip_is_with_whoever_did_so(desk: TalkingDesk) -> None:
    """A question accepted before it was registered belongs to whoever accepted it: nobody is asked."""
    desk.staff.forwards("李敏", QUESTION)
    desk.staff.says("赵强", "问政 S1")
    desk.direct("徐蕾").says("受理 S1")
    desk.staff.says("赵强", "属实 S1")
    assert desk.case().stage == "draft"
    assert "发言人 徐蕾(已认领)" in desk.staff.shows("来源")
    assert desk.direct("王五").is_silent()
