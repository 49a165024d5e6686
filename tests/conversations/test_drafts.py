"""A text from its first version to the last word of other agencies, as the people live it (R7)."""

import pytest

from tests.conversations.talking import TalkingDesk
from tests.conversations.writing import (
    FIRST,
    PLAIN,
    POST,
    REVIEWERS,
    SECOND,
    agency,
    drafted,
    facts,
    newest,
    quiet,
    signed,
    taken,
)

# drafting


def test_a_draft_is_kept_as_it_was_typed(desk: TalkingDesk) -> None:
    """Title in the first line, text below; full-width signs stay; the next step is one tap away."""
    taken(desk).direct("王五").says(f"起草 1 {FIRST}")
    assert desk.direct("王五").bot_says() == (
        "✍️ 1号 稿件 v1 已保存(24 字)\n数字和说法请逐条记入事实:“事实 1 停水3天 来源:水务局”。\n写完后送审:“送审 1”。"
    )
    assert newest(desk).text == FIRST.split("\n", 1)[1]
    assert desk.direct("王五").buttons("已保存") == ["📤送审"]


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("起草 1", "请这样写:第一行“起草 1 标题”,从第二行起写正文。"),
        ("起草 1 只有一行", "只有标题,没有正文,未保存。请这样写:第一行“起草 1 标题”,从第二行起写正文。"),
        ("起草 1 " + "题" * 101 + "\n正文", "标题有 101 字,超过 100 字,未保存。标题写在第一行,正文从第二行起。"),
        ("起草 1 标题\n" + "文" * 20_001, "正文有 20001 字,超过 20000 字的上限,未保存。请精简后再发。"),
        ("稿件 1", "1号 还没有稿件。请这样写:第一行“起草 1 标题”,从第二行起写正文。"),
        ("送审 1", "1号 还没有稿件。请这样写:第一行“起草 1 标题”,从第二行起写正文。"),
        ("涉及 1 水务局", "1号 还没有稿件。请这样写:第一行“起草 1 标题”,从第二行起写正文。"),
        ("事实 1 停水3天", "没有写来源,未记入。请写明事实和来源,如“事实 1 停水3天 来源:水务局”。"),
        ("事实 1 撤 3", "1号 没有第 3 条事实。发“事实 1”看全部。"),
        ("核实 1", "请写明是第几条事实,如“核实 1 1”。发“事实 1”看全部。"),
        ("核实 1 7", "1号 没有第 7 条事实。发“事实 1”看全部。"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_the_form(desk: TalkingDesk, typed: str, answer: str) -> None:
    """A refusal says what to type instead, and nothing was kept."""
    taken(desk).direct("王五").says(typed)
    assert desk.direct("王五").bot_says() == answer
    assert (desk.case().stage, facts(desk)) == ("draft", [])


def test_nobody_drafts_before_somebody_takes_the_case(desk: TalkingDesk) -> None:
    """The refusal says how to take it."""
    desk.staff.forwards("李敏", POST)
    desk.staff.taps("赵强", "属实")
    quiet(desk)
    desk.direct("王五").says(f"起草 1 {FIRST}")
    assert desk.direct("王五").bot_says() == "1号 还没有人认领,先认领再起草:发“认领 1”。"
    assert desk.case().stage == "acceptance"


def test_a_new_version_tells_its_difference(desk: TalkingDesk) -> None:
    """An edit is counted in passages; the same text again is no version."""
    drafted(desk).direct("王五").says(f"起草 1 {SECOND}")
    assert desk.direct("王五").bot_says().startswith("✍️ 1号 稿件 v2 已保存(24 字) · 与 v1 差 1 处")
    desk.direct("王五").says(f"起草 1 {SECOND}")
    assert desk.direct("王五").bot_says() == "与 v2 一字不差,没有新版本。"
    desk.staff.says("王五", "稿件 1")
    assert desk.staff.bot_says_all()[-1] == "稿件全文已私信发给您。"
    assert (
        desk.direct("王五")
        .bot_says()
        .startswith("📄 港建舆〔2026〕1号 v2(与 v1 差 1 处) · 起草 王五 · 未送审\n【关于阳光")
    )


def test_facts_are_a_ledger(desk: TalkingDesk) -> None:
    """A claim has a source, is confirmed by a person, and can be dropped; its number is never used again."""
    drafted(desk).direct("李敏").says("事实 1 停水3天 来源:水务局")
    assert desk.direct("李敏").bot_says() == (
        "📌 1号 事实 1:停水3天(来源:水务局) · 未核实,由另一个人核实后才能发布:“核实 1 1”"
    )
    desk.direct("王五").says("事实 1 影响 300 户 来源:物业")
    desk.direct("王五").says("事实 1 撤 2")
    desk.direct("王五").says("事实 1 影响 280 户 来源:社区")
    desk.direct("王五").bot_says_all()
    desk.direct("赵强").says("核实 1 1")
    assert desk.direct("赵强").bot_says() == "✅ 1号 已核实事实 1 · 还有 1 条未核实"
    desk.direct("王五").says("事实 1")
    assert desk.direct("王五").bot_says() == (
        "📌 1号 事实:\n1. ✅ 停水3天(来源:水务局)\n3. ○ 影响 280 户(来源:社区)未核实"
    )
    assert [fact.confirmed_by is not None for fact in facts(desk)] == [True, False]


# other agencies


def test_every_draft_is_asked_about_other_agencies(desk: TalkingDesk) -> None:
    """Submit asks before it goes on, and the answer goes on by itself."""
    drafted(desk, PLAIN).direct("王五").says("送审 1")
    assert desk.direct("王五").bot_says().startswith("❓ 1号 v1 是否涉及其他单位?")
    assert desk.direct("王五").buttons("是否涉及")[:2] == ["不涉及其他单位", "涉及 水务局"]
    desk.direct("王五").says(f"起草 1 {PLAIN}明早停水。")
    desk.direct("王五").taps("不涉及其他单位")
    assert desk.direct("王五").toast() == "稿件已改为 v2,请对新稿重新答复:发“送审 1”。"
    assert desk.case().stage == "draft"
    desk.direct("王五").says("送审 1")
    desk.direct("王五").bot_says_all()
    desk.direct("王五").taps("不涉及其他单位")
    assert desk.direct("王五").bot_says() == "📤 1号 v2 已送审"
    assert desk.case().stage == "review"


def test_an_agency_confirms_what_touches_it(desk: TalkingDesk) -> None:
    """It is sent the text 1:1; its word is about that text, and another text asks again."""
    drafted(desk, PLAIN).direct("王五").says("涉及 1 水务局")
    assert desk.direct("王五").bot_says() == "🤝 1号 涉及:水务局 · 已请 水务局 确认"
    desk.direct("王五").taps("📤送审")
    assert desk.direct("王五").bot_says() == "📤 1号 v1 已送审\n⏳ 等待会签:水务局"
    asked = desk.direct("钱进").bot_says()
    assert asked.startswith(
        "🤝 港北区建设局 请 水务局 确认稿件中涉及贵单位的内容\n港建舆〔2026〕1号 v1:\n【关于阳光花园停水的通报】"
    )
    desk.direct("王五").says(f"起草 1 {PLAIN}明早停水。")
    desk.direct("钱进").taps("✅确认无误", on="v1")
    assert desk.direct("钱进").bot_says().startswith("稿件已改为 v2,您的答复没有记录。请看新稿后再答复。")
    assert agency(desk).word == "waiting"
    desk.direct("钱进").taps("✅确认无误")
    assert desk.direct("钱进").bot_says_all()[-1] == "🤝 1号 水务局:已同意(v2)"
    assert (agency(desk).word, agency(desk).draft_version) == ("agreed", 2)
    desk.direct("王五").says("涉及 1 无")
    assert "不能改为不涉及" in desk.direct("王五").bot_says_all()[-1]


def test_an_agency_named_by_mistake_is_struck_off_again(desk: TalkingDesk) -> None:
    """Nobody could be asked there yet: the slip of a finger needs no leader."""
    taken(desk).direct("王五").says("起草 1 " + PLAIN)
    desk.direct("王五").says("涉及 1 水物局")
    desk.direct("王五").bot_says_all()
    desk.direct("王五").says("涉及 1 无")
    assert desk.direct("王五").bot_says() == "1号 记为不涉及其他单位。"
    desk.direct("王五").says("送审 1")
    assert desk.case().stage == "review"


def test_an_objection_blocks_until_the_leader_decides(desk: TalkingDesk) -> None:
    """An objection needs its words; the author and the leader hear of it; the leader's reason stays on record."""
    drafted(desk, PLAIN).direct("王五").says("涉及 1 水务局")
    desk.direct("王五").says("送审 1")
    quiet(desk)
    desk.direct("钱进").taps("⚠️有异议")
    assert desk.direct("钱进").toast() == "请说明异议在哪里:回复“会签 1 有异议 说明”。"
    desk.direct("钱进").says("会签 1 有异议 停水是两天")
    assert desk.direct("钱进").bot_says() == "🤝 1号 水务局:有异议(v1)"
    assert desk.direct("王五").bot_says().startswith("⚠️ 1号 水务局 有异议:停水是两天\n请改稿重新征求")
    signed(desk, *REVIEWERS, "郑局长")
    assert desk.direct("王五").bot_says() == "🖋 1号 v1 已由 郑局长 签发,发布前还差:\n· 水务局 有异议:停水是两天"
    desk.direct("王五").says("越过异议 1 水务局 急")
    assert desk.direct("王五").bot_says().startswith("您没有「越过异议」的权限")
    desk.direct("郑局长").says("越过异议 1 水务局")
    assert desk.direct("郑局长").bot_says() == "请写明单位和理由,如“越过异议 1 水务局 事实已由市局核定”。"
    desk.direct("郑局长").says("越过异议 1 水务局 事实已由市局核定")
    assert desk.direct("郑局长").bot_says() == "⚖️ 1号 已决定不等 水务局,理由记录在案:事实已由市局核定"
    assert desk.direct("王五").bot_says() == "✅ 1号 v1 事实和会签都已齐,可以发布。"
    assert (agency(desk).word, agency(desk).note) == ("overridden", "事实已由市局核定")


def test_the_duty_officer_records_what_an_agency_said(desk: TalkingDesk) -> None:
    """An agency nobody can reach is named; the duty officer records its word, others do not speak for it."""
    drafted(desk).direct("王五").says("涉及 1 公安局、水务局")
    assert desk.direct("王五").bot_says() == (
        "🤝 1号 涉及:公安局、水务局 · 已请 水务局 确认\n公安局 没有可联系的人,请值班员联系后代录:“会签 1 单位 同意”。"
    )
    desk.direct("钱进").bot_says_all()
    desk.direct("钱进").says("会签 1 公安局 同意")
    assert desk.direct("钱进").bot_says() == "您只能代表 水务局 答复,未做任何改动。"
    desk.staff.says("赵强", "会签 1 公安局 同意 电话确认")
    assert desk.staff.bot_says() == "🤝 1号 公安局:已同意(v1) · 赵强 记录"
    desk.staff.says("赵强", "会签 1 教育局 同意")
    assert desk.direct("赵强").bot_says() == "1号 没有征求 教育局 的意见,未做任何改动。"
