"""A text from its first version through the gates to the final signature, as the people live it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import config
from tests.conversations.talking import TalkingDesk
from tests.conversations.writing import (
    FIRST,
    GRAVE,
    PLAIN,
    POST,
    REVIEWERS,
    SECOND,
    agency,
    drafted,
    facts,
    given,
    newest,
    quiet,
    rewrite,
    signed,
    steps,
    submit,
    submitted,
    taken,
    three_at_the_gates,
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


# the gates


def test_a_text_passes_five_gates_and_the_signature(desk: TalkingDesk) -> None:
    """One reviewer after the other, by button and by words, 1:1 and in the group; then the leader, then the author."""
    submitted(desk)
    asked = desk.direct("刘洋").bot_says().split("\n")
    assert asked[0] == "📝 请审「政治关」 · 1号 v1 · 请于 11-24 10:05 前"
    assert asked[1] == "【关于阳光花园停水的通报】"
    assert asked[-2:] == [
        "本关看:立场和导向、与上级口径一致",
        "回复「同意 1」亦可;退回请写「退回 1 原因」;转请他人「委托 1 姓名」",
    ]
    assert desk.direct("刘洋").buttons("请审") == ["✅同意", "↩️退回", "📄全文"]
    assert desk.direct("张伟").is_silent()
    desk.direct("刘洋").taps("✅同意")
    assert desk.direct("刘洋").bot_says() == "✅ 1号 v1「政治关」已同意 · 还差:政策关、法律关、文字关、保密关、签发"
    assert "前序:政治关 刘洋 同意 11-24 09:05" in desk.direct("张伟").bot_says()
    desk.direct("张伟").says("同意 1")
    assert desk.direct("张伟").bot_says() == "✅ 1号 v1「政策关」已同意 · 还差:法律关、文字关、保密关、签发"
    desk.staff.says("周芳", "同意 1")
    assert desk.staff.bot_says() == "✅ 1号 v1 周芳「法律关」已同意 · 还差:文字关、保密关、签发"
    signed(desk, "孙丽", "吴刚")
    assert desk.case().stage == "signature"
    assert desk.direct("郑局长").bot_says().startswith("🖋 请签发 · 1号 v1 · 请于 11-24 10:05 前")
    desk.direct("郑局长").says("同意 1")
    assert desk.direct("郑局长").bot_says() == "🖋 1号 v1 已签发"
    assert desk.direct("王五").bot_says() == "🖋 1号 v1 已由 郑局长 签发,可以发布。"
    assert desk.direct("王五").buttons("可以发布") == ["📢发布"]
    assert desk.case().stage == "issue"
    assert {signature.manifest_hash for signature in given(desk)} == {newest(desk).manifest_hash}
    assert len({signature.by for signature in given(desk)}) == 6


def test_the_emergency_lane_runs_together_but_skips_nothing(desk: TalkingDesk) -> None:
    """A grave case asks all five at once with short limits; the signature still waits for every one."""
    submitted(desk, post=GRAVE)
    assert desk.case().grade == "grave"
    for name in REVIEWERS:
        assert "请于 11-24 09:15 前" in desk.direct(name).bot_says().split("\n")[0]
    signed(desk, "吴刚", "刘洋", "张伟", "孙丽")
    assert desk.direct("郑局长").is_silent()
    signed(desk, "周芳")
    assert desk.direct("郑局长").bot_says().startswith("🖋 请签发")


def test_a_decision_by_button_stays_before_whoever_made_it(desk: TalkingDesk) -> None:
    """It is answered once and for good, not by a toast that is gone."""
    submitted(desk)
    desk.direct("刘洋").bot_says_all()
    desk.direct("刘洋").taps("✅同意")
    assert desk.direct("刘洋").bot_says().startswith("✅ 1号 v1「政治关」已同意 · 还差:")
    signed(desk, *REVIEWERS[1:])
    desk.direct("郑局长").bot_says_all()
    desk.direct("郑局长").taps("✅同意")
    assert desk.direct("郑局长").bot_says() == "🖋 1号 v1 已签发"


def test_two_taps_sign_once(desk: TalkingDesk) -> None:
    """The second tap is told so, and signs no other gate."""
    submitted(desk)
    desk.direct("刘洋").taps("✅同意", twice=True)
    assert desk.direct("刘洋").toast() == "您已签过 1号「政治关」,不必再签。"
    assert len(given(desk)) == 1


def test_an_older_text_is_not_signed(desk: TalkingDesk) -> None:
    """After an edit the old button and the old text count for nothing; the difference and the new text come at once."""
    submitted(desk).direct("王五").says(f"起草 1 {SECOND}")
    assert "原在〔待审核〕,改稿后须重新送审。" in desk.direct("王五").bot_says()
    assert desk.direct("刘洋").bot_says_all()[-1] == "✏️ 1号 稿件已改为 v2,旧稿不用再审,重新送审后再请您。"
    desk.direct("刘洋").taps("✅同意", on="v1")
    assert desk.direct("刘洋").toast() == (
        "1号 现在是〔待起草〕,这一步不适用,未做任何改动。下一步:发言人“起草 1”写稿,再“送审 1”。"
    )
    submit(desk)
    assert desk.direct("刘洋").bot_says().startswith("📝 请审「政治关」 · 1号 v2(与 v1 差 1 处)")
    desk.direct("刘洋").taps("✅同意", on="请审「政治关」 · 1号 v1 ")
    refused = desk.direct("刘洋").bot_says()
    assert refused.startswith(
        "1号 稿件已改为 v2,没有签。新稿如下,看过再签。\n📝 请审「政治关」 · 1号 v2(与 v1 差 1 处)"
    )
    assert "改动:\n【删】阳光花园停水三天。\n【增】阳光花园停水两天。" in refused
    assert given(desk) == []
    desk.direct("刘洋").says("同意 1")
    assert desk.direct("刘洋").bot_says().startswith("✅ 1号 v2「政治关」已同意")


def test_a_long_text_is_signed_after_the_whole_of_it(desk: TalkingDesk) -> None:
    """The beginning is not the text: the signature is refused and the whole text sent; after that it counts."""
    submitted(desk, "长文通报\n" + "现场情况说明。" * 500)
    asked = desk.direct("刘洋").bot_says()
    assert "……(共 3500 字,此处只显示前 300 字;点「📄全文」看完才能签)" in asked
    desk.direct("刘洋").says("同意 1")
    refused = desk.direct("刘洋").bot_says()
    assert refused.startswith("还没有给您看过 1号 v1 全文,没有签。全文如下,看过再签。")
    assert "现场情况说明。" * 500 in refused
    desk.direct("刘洋").says("同意 1")
    assert "已同意" in desk.direct("刘洋").bot_says()
    desk.direct("张伟").taps("📄全文")
    assert "✅同意" in desk.direct("张伟").buttons("📄 港建舆")
    desk.direct("张伟").taps("✅同意", on="📄 港建舆")
    assert steps(desk)["policy"].stage == "signed"


def test_only_who_is_asked_signs(desk: TalkingDesk) -> None:
    """Anybody else hears who is asked; whoever wrote the text never signs it."""
    submitted(desk)
    desk.direct("周芳").says("同意 1")
    assert desk.direct("周芳").bot_says() == "1号 现在没有请您审签,未做任何改动。现在请的是:「政治关」刘洋。"
    desk.direct("郑局长").says(f"起草 1 {SECOND}")
    submit(desk, "郑局长")
    signed(desk, *REVIEWERS)
    desk.direct("郑局长").bot_says_all()
    desk.direct("郑局长").says("同意 1")
    assert desk.direct("郑局长").bot_says() == "1号 这一稿您写过,起草人不能审签自己的稿件,未做任何改动。"
    assert desk.direct("冯副局长").bot_says().startswith("🖋 请签发 · 1号 v2")


def test_a_return_needs_a_reason_and_reaches_the_author(desk: TalkingDesk) -> None:
    """Without a reason it is refused; with one everybody hears."""
    submitted(desk)
    signed(desk, "刘洋")
    desk.direct("张伟").taps("↩️退回")
    assert desk.direct("张伟").toast() == "退回要写原因:请发“退回 1 原因”。"
    quiet(desk)
    desk.direct("张伟").says("退回 1 依据不准")
    told = "↩️ 1号「政策关」张伟 退回:依据不准"
    assert desk.direct("张伟").bot_says() == told
    assert desk.staff.bot_says() == told
    assert desk.direct("王五").bot_says() == (told + "\n请改稿:第一行“起草 1 标题”,第二行起写正文;再发“送审 1”。")
    assert desk.case().stage == "draft"
    assert [signature.act for signature in given(desk)] == ["signed", "returned"]


def test_a_gate_is_passed_on_by_name(desk: TalkingDesk) -> None:
    """To a reviewer who holds nothing else; the giver signs no more."""
    submitted(desk)
    talk = desk.direct("刘洋")
    for name, answer in {
        "": "请写明交给谁,如“委托 1 张伟”。",
        "李白": "名册里没有「李白」,未做任何改动。",
        "赵强": "赵强 没有审签的职责,不能委托,未做任何改动。",
        "刘洋": "本来就请了 刘洋,未做任何改动。",
    }.items():
        talk.bot_says_all()
        talk.says(f"委托 1 {name}")
        assert talk.bot_says() == answer
    talk.says("委托 1 宋佳")
    assert talk.bot_says() == "🤝 1号「政治关」已委托 宋佳"
    assert (
        desk.direct("宋佳").bot_says().startswith("刘洋 委托您审签:\n📝 请审「政治关」 · 1号 v1 · 请于 11-24 10:05 前")
    )
    talk.says("同意 1")
    assert talk.bot_says().endswith("现在请的是:「政治关」宋佳(受托于 刘洋)。")
    signed(desk, "宋佳")
    assert steps(desk)["political"].delegated_from is not None
    desk.direct("张伟").bot_says_all()
    desk.direct("张伟").says("委托 1 宋佳")
    assert desk.direct("张伟").bot_says() == "宋佳 已把另一道关,一人只能把一道关,未做任何改动。"


# limits


def test_a_late_gate_is_reminded_then_shared_then_told(desk: TalkingDesk) -> None:
    """Reminders at the plan's parts of the limit, then a deputy beside the reviewer, then the leader."""
    submitted(desk)
    talk, deputy = desk.direct("刘洋"), desk.direct("宋佳")
    talk.bot_says()
    desk.later(minutes=30)
    assert talk.bot_says() == "⏰ 1号 v1「政治关」还剩 30分(11-24 10:05)"
    desk.later(minutes=24)
    assert talk.bot_says() == "⏰ 1号 v1「政治关」还剩 6分(11-24 10:05)"
    desk.later(minutes=6)
    assert talk.bot_says() == "⏰ 1号「政治关」已超时,同时请了 宋佳,谁先签都算。"
    assert deputy.bot_says().startswith("「政治关」刘洋 超时未审,同时请您,谁先签都算:\n📝 请审「政治关」")
    desk.later(minutes=60)
    assert desk.direct("郑局长").shows("审核超时").startswith("🚨 1号 v1「政治关」审核超时:刘洋、宋佳")
    talk.bot_says_all()
    signed(desk, "宋佳")
    assert talk.bot_says() == "1号「政治关」已由 宋佳 签,不用再审。"
    assert desk.direct("张伟").bot_says().startswith("📝 请审「政策关」")


def test_a_graver_case_takes_the_emergency_lane_at_once(desk: TalkingDesk) -> None:
    """Re-graded under review, the gates that wait are opened together; who was asked keeps their limit."""
    submitted(desk)
    quiet(desk)
    desk.staff.says("赵强", "定级 1 重大")
    assert desk.direct("刘洋").is_silent()
    for name in REVIEWERS[1:]:
        assert "请于 11-24 09:15 前" in desk.direct(name).bot_says()


def test_a_gate_that_nobody_can_be_asked_for_is_never_skipped(desk: TalkingDesk) -> None:
    """It is said at once, stays open, and whoever comes back is asked."""
    desk.direct("吴刚").says("请假 2026-11-24 2026-11-24")
    desk.direct("唐军").says("请假 2026-11-24 2026-11-24")
    submitted(desk)
    signed(desk, *REVIEWERS[:4])
    assert desk.staff.shows("保密关").startswith("🚨 1号「保密关」没有可请的审核人")
    assert desk.case().stage == "review"
    desk.direct("吴刚").says("请假 取消")
    desk.direct("吴刚").bot_says_all()
    desk.later(minutes=10)
    assert desk.direct("吴刚").bot_says().startswith("📝 请审「保密关」")


def test_whoever_comes_back_and_speaks_is_asked_at_once(desk: TalkingDesk) -> None:
    """A signature before the text was read is none: they get the text, and then their word counts."""
    for name in ("吴刚", "唐军"):
        desk.direct(name).says("请假 2026-11-24 2026-11-24")
    submitted(desk)
    signed(desk, *REVIEWERS[:4])
    desk.direct("吴刚").says("请假 取消")
    desk.direct("吴刚").bot_says_all()
    desk.direct("吴刚").says("同意 1")
    assert desk.direct("吴刚").bot_says().startswith("📝 请审「保密关」")
    assert desk.case().stage == "review"
    desk.direct("吴刚").says("同意 1")
    assert desk.case().stage == "signature"


# what the plan decides


def test_the_plan_may_let_gates_stand_after_an_edit(new_desk: Callable[..., TalkingDesk], tmp_path: Path) -> None:
    """Gates the plan does not name are carried over on record; secrecy and the signature are always read anew."""
    for plan in (Path(config.__file__).parent / "plans").glob("*.yaml"):
        shutil.copy(plan, tmp_path)
    own = "extends: gangbei-2017\nname: {zh: 试, en: Trial}\nreview: {edit_reopens: [wording]}\n"
    (tmp_path / "trial.yaml").write_text(own, encoding="utf-8")
    desk = submitted(new_desk(plan=tmp_path / "trial.yaml"))
    signed(desk, *REVIEWERS, "郑局长")
    rewrite(desk, SECOND)
    submit(desk)
    assert [row.gate for row in given(desk) if row.act == "carried"] == ["political", "policy", "law"]
    asked = desk.direct("孙丽").bot_says_all()[-1]
    assert "前序:政治关 刘洋 前稿同意,按方案沿用 · 政策关 张伟 前稿同意,按方案沿用" in asked
    signed(desk, "孙丽")
    assert desk.case().stage == "review"
    signed(desk, "吴刚", "郑局长")
    assert desk.case().stage == "issue"


def test_a_second_release_goes_through_the_gates_again(desk: TalkingDesk) -> None:
    """After a release the next draft is a round of its own, with its own address and every gate fresh."""
    submitted(desk)
    signed(desk, *REVIEWERS, "郑局长")
    first = newest(desk)
    desk.direct("王五").taps("📢发布")
    desk.direct("王五").taps("📢确认发布")
    assert desk.case().stage == "follow_up"
    desk.direct("王五").bot_says_all()
    desk.direct("王五").says("送审 1")
    assert desk.direct("王五").bot_says().startswith("1号 的上一稿已经发布,请先起草新的一稿。")
    desk.direct("王五").says(f"起草 1 {FIRST}")
    assert desk.direct("王五").bot_says().startswith("✍️ 1号 稿件 v2 已保存")
    second = newest(desk)
    assert (second.round, second.touches) == (2, "unasked")
    assert second.public_id != first.public_id
    assert steps(desk) == {}


def test_several_gates_of_one_reviewer_are_answered_under_one_message(desk: TalkingDesk) -> None:
    """Whoever asks what waits for them gets all of it, to be signed one by one or at once; one gate needs no list."""
    liu = three_at_the_gates(desk).direct("刘洋")
    liu.says("待办")
    listed, offered = liu.bot_says_all()
    assert listed.startswith("📌 等您处理 3 件:")
    assert offered.splitlines() == [
        "🖋 等您审签 3 件,可在这里一起办;签的是最近发给您看过的那一稿:",
        *[f"{n}号「政治关」 请于 11-24 10:05 前" for n in (1, 2, 3)],
    ]
    assert liu.buttons("等您审签")[:4] == [
        "✅同意 1号「政治关」", "↩️退回 1号「政治关」", "📄全文 1号「政治关」", "✅同意 2号「政治关」",
    ]  # fmt: skip
    liu.taps("✅同意 2号「政治关」")
    liu.taps("✅同意 3号「政治关」")
    assert ["approve" in desk.kinds_on_record(case) for case in ("1", "2", "3")] == [False, True, True]
    liu.bot_says_all()
    liu.says("待办")
    assert len(liu.bot_says_all()) == 1
