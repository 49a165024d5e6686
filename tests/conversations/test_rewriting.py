"""Changing a text that has signatures, numbers without facts, and texts that were sent back."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import config
from storage import draft as drafts
from storage.draft import PendingDraft
from tests.conversations.talking import TalkingDesk
from tests.conversations.writing import (
    FIRST,
    GRAVE,
    PLAIN,
    REVIEWERS,
    SECOND,
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
)

GATES = "政治关、政策关、法律关、文字关、保密关"
HELD = "您写的(24 字)与 v1 差 1 处,还没有保存:点「确认改稿」存为 v2,点「取消」仍用 v1。"
GONE = "这一问已取消或已被后写的稿件代替,未做任何改动。要改稿请发“起草 1 标题”。"


def pending(desk: TalkingDesk) -> list[PendingDraft]:
    """Return the texts that wait for a word."""
    with desk.database.reading() as session:
        return list(drafts.pending(session, desk.case().id))


def to_issue(desk: TalkingDesk) -> TalkingDesk:
    """Bring the first version to where it waits to be issued."""
    submitted(desk)
    signed(desk, *REVIEWERS, "郑局长")
    quiet(desk)
    return desk


def trial(folder: Path, review: str) -> Path:
    """Write a plan of one's own that says something else of the review."""
    for plan in (Path(config.__file__).parent / "plans").glob("*.yaml"):
        shutil.copy(plan, folder)
    own = f"extends: gangbei-2017\nname: {{zh: 试, en: Trial}}\nreview: {review}\n"
    (folder / "trial.yaml").write_text(own, encoding="utf-8")
    return folder / "trial.yaml"


# an edit that voids signatures


def test_an_edit_that_voids_signatures_is_asked_once_more(desk: TalkingDesk) -> None:
    """起草 on a signed text names whose signatures it voids and keeps nothing; the tap saves the very text typed."""
    talk = to_issue(desk).direct("王五")
    talk.says(f"起草 1 {SECOND}")
    assert talk.bot_says() == (
        f"❓ 1号 现在是〔待发布〕,改稿会使 {GATES} 的签字失效,郑局长 的签发作废,须重新送审。\n{HELD}"
    )
    assert talk.buttons("改稿会使") == ["确认改稿", "取消"]
    assert (desk.case().stage, newest(desk).version) == ("issue", 1)
    assert all(step.stage == "signed" for step in steps(desk).values())
    assert desk.direct("刘洋").is_silent()
    talk.taps("确认改稿")
    assert talk.bot_says().startswith("✍️ 1号 稿件 v2 已保存(24 字) · 与 v1 差 1 处")
    assert (newest(desk).title, newest(desk).text) == tuple(SECOND.split("\n", 1))
    assert (desk.case().stage, pending(desk)) == ("draft", [])


def test_whoever_signed_hears_once_that_it_is_void(desk: TalkingDesk) -> None:
    """One line 1:1 to each signer, the leader too; further edits in draft tell nobody again."""
    rewrite(to_issue(desk), SECOND)
    assert desk.direct("刘洋").bot_says() == "✏️ 1号 稿件已改为 v2,您签过的「政治关」作废,重新送审后再请您。"
    assert desk.direct("郑局长").bot_says() == "✏️ 1号 稿件已改为 v2,您签过的「签发」作废,重新送审后再请您。"
    quiet(desk)
    desk.direct("王五").says(f"起草 1 {FIRST}")
    assert desk.direct("王五").bot_says().startswith("✍️ 1号 稿件 v3 已保存")
    assert all(desk.direct(name).is_silent() for name in (*REVIEWERS, "郑局长"))


def test_a_question_is_cancelled(desk: TalkingDesk) -> None:
    """取消 leaves every signature; neither button does anything after that."""
    talk = to_issue(desk).direct("王五")
    talk.says(f"起草 1 {SECOND}")
    talk.taps("取消")
    assert talk.toast() == "已取消改稿,1号 的稿件仍是 v1。"
    for label in ("确认改稿", "取消"):
        talk.taps(label, on="改稿会使")
        assert talk.toast() == GONE
    assert (desk.case().stage, newest(desk).version, pending(desk)) == ("issue", 1, [])


def test_a_second_tap_says_that_it_is_kept(desk: TalkingDesk) -> None:
    """A double tap saves one version, and 取消 after it does not claim to undo it."""
    talk = to_issue(desk).direct("王五")
    talk.says(f"起草 1 {SECOND}")
    talk.taps("确认改稿", twice=True)
    assert talk.toast() == "1号 这一稿已存为 v2,不必再点。"
    talk.taps("取消", on="改稿会使")
    assert talk.toast() == "1号 这一稿已存为 v2,不必再点。"
    assert newest(desk).version == 2


def test_a_later_text_takes_the_place_of_an_earlier_one(desk: TalkingDesk) -> None:
    """The button of the earlier question does not save the later text."""
    talk = to_issue(desk).direct("王五")
    talk.says(f"起草 1 {SECOND}")
    talk.says(f"起草 1 {PLAIN}")
    talk.taps("确认改稿", on="您写的(24 字)")
    assert talk.toast() == GONE
    assert desk.case().stage == "issue"
    talk.taps("确认改稿", on="您写的(14 字)")
    assert newest(desk).text == PLAIN.split("\n", 1)[1]


def test_only_the_writer_confirms(desk: TalkingDesk) -> None:
    """In the group the question is answered by whoever wrote the text."""
    to_issue(desk).staff.says("王五", f"起草 1 {SECOND}")
    desk.staff.taps("陈静", "确认改稿")
    assert desk.staff.toast() == "这一问是问 王五 的,只有写稿的人能确认,未做任何改动。"
    assert desk.case().stage == "issue"
    desk.staff.taps("王五", "确认改稿")
    assert desk.case().stage == "draft"


def test_signatures_given_since_are_named_before_they_are_voided(desk: TalkingDesk) -> None:
    """When more was signed after the question, the tap asks again with what would be void now."""
    talk = submitted(desk).direct("王五")
    signed(desk, "刘洋")
    talk.says(f"起草 1 {SECOND}")
    assert talk.bot_says() == f"❓ 1号 现在是〔待审核〕,改稿会使 政治关 的签字失效,须重新送审。\n{HELD}"
    signed(desk, "张伟")
    talk.taps("确认改稿")
    assert talk.bot_says().startswith("❓ 1号 现在是〔待审核〕,改稿会使 政治关、政策关 的签字失效,须重新送审。")
    assert newest(desk).version == 1
    talk.taps("确认改稿")
    assert talk.bot_says().startswith("✍️ 1号 稿件 v2 已保存")


def test_a_text_changed_by_somebody_else_is_not_overwritten_unasked(desk: TalkingDesk) -> None:
    """Whoever confirms over a newer version is told so first."""
    to_issue(desk).direct("王五").says(f"起草 1 {SECOND}")
    rewrite(desk, PLAIN, "陈静")
    quiet(desk)
    desk.direct("王五").taps("确认改稿")
    assert desk.direct("王五").bot_says() == (
        "✏️ 1号 的稿件在这期间已改为 v2。\n"
        "您写的(24 字)与 v2 差 1 处,还没有保存:点「确认改稿」存为 v3,点「取消」仍用 v2。"
    )
    desk.direct("王五").taps("确认改稿")
    assert newest(desk).text == SECOND.split("\n", 1)[1]


def test_a_text_that_went_out_meanwhile_is_not_edited(desk: TalkingDesk) -> None:
    """After the release the tap says where the case is; it opens no new round by itself."""
    talk = to_issue(desk).direct("王五")
    talk.says(f"起草 1 {SECOND}")
    talk.says("发布 1")
    talk.taps("📢确认发布")
    talk.taps("确认改稿")
    assert talk.toast().startswith("1号 现在是〔待跟进〕,这一步不适用,未做任何改动。")
    assert newest(desk).version == 1


def test_a_text_that_nobody_has_signed_is_edited_at_once(desk: TalkingDesk) -> None:
    """In draft, and under review before the first signature, nothing is asked."""
    submitted(desk).direct("王五").says(f"起草 1 {SECOND}")
    assert desk.direct("王五").bot_says().startswith("✍️ 1号 稿件 v2 已保存")
    desk.direct("王五").says(f"起草 1 {PLAIN}")
    assert desk.direct("王五").bot_says().startswith("✍️ 1号 稿件 v3 已保存")


def test_what_the_plan_lets_stand_is_not_said_to_be_void(new_desk: Callable[..., TalkingDesk], tmp_path: Path) -> None:
    """Gates that an edit does not reopen are not named, their signers not told; with nothing void nothing is asked."""
    desk = submitted(new_desk(plan=trial(tmp_path, "{edit_reopens: [wording]}")))
    signed(desk, "刘洋")
    desk.direct("王五").says(f"起草 1 {SECOND}")
    assert desk.direct("王五").bot_says().startswith("✍️ 1号 稿件 v2 已保存")
    submit(desk)
    signed(desk, *REVIEWERS[1:], "郑局长")
    quiet(desk)
    desk.direct("王五").says(f"起草 1 {FIRST}")
    assert "改稿会使 文字关、保密关 的签字失效,郑局长 的签发作废," in desk.direct("王五").bot_says()
    desk.direct("王五").taps("确认改稿")
    assert desk.direct("刘洋").is_silent()
    assert "「文字关」作废" in desk.direct("孙丽").bot_says()


def test_the_emergency_lane_asks_too(desk: TalkingDesk) -> None:
    """With gates in parallel the one that signed is named, and those still asked are told to wait."""
    submitted(desk, post=GRAVE)
    signed(desk, "吴刚")
    quiet(desk)
    desk.direct("王五").says(f"起草 1 {SECOND}")
    assert "改稿会使 保密关 的签字失效,须重新送审。" in desk.direct("王五").bot_says()
    desk.direct("王五").taps("确认改稿")
    assert desk.direct("刘洋").bot_says() == "✏️ 1号 稿件已改为 v2,旧稿不用再审,重新送审后再请您。"
    assert desk.direct("吴刚").bot_says() == "✏️ 1号 稿件已改为 v2,您签过的「保密关」作废,重新送审后再请您。"


# numbers without facts


def test_numbers_without_facts_are_pointed_out_once(desk: TalkingDesk) -> None:
    """送审 names the numbers while the ledger is empty; said again, or with no new number, it goes on."""
    talk = drafted(desk, "停水通报\n停水三天,影响 2160 户。").direct("王五")
    talk.says("送审 1")
    assert talk.bot_says() == (
        "⚠️ 1号 v1 里有 2 处数字,事实清单是空的:“三天”、“2160 户”\n"
        "请逐条记入:“事实 1 停水3天 来源:水务局”;仍要送审,请再点送审。"
    )
    assert talk.buttons("处数字") == ["📤送审"]
    assert desk.case().stage == "draft"
    talk.taps("📤送审", on="处数字")
    assert talk.bot_says().startswith("❓ 1号 v1 是否涉及其他单位?")
    talk.says("起草 1 停水通报\n影响 2160 户,停水三天。抢修中。")
    talk.bot_says_all()
    talk.says("送审 1")
    assert talk.bot_says().startswith("❓ 1号 v2 是否涉及其他单位?")
    talk.says("起草 1 停水通报\n停水四天。")
    talk.bot_says_all()
    talk.says("送审 1")
    assert talk.bot_says().startswith("⚠️ 1号 v3 里有 1 处数字,事实清单是空的:“四天”")


def test_whoever_reviews_is_told_of_numbers_without_facts(desk: TalkingDesk) -> None:
    """Facts that are all confirmed are no word on the numbers that none of them states."""
    talk = drafted(desk, "停水通报\n停水三天,影响 2160 户。").direct("王五")
    talk.says("事实 1 停水3天 来源:水务局")
    desk.direct("陈静").says("核实 1 1")
    talk.says("送审 1")
    talk.taps("📤送审", on="处数字")
    talk.taps("不涉及其他单位")
    assert "事实 1 条,全部已核实\n⚠️ 1 处数字不在事实清单里:“2160 户”\n" in desk.direct("刘洋").bot_says()


def test_a_number_that_the_ledger_does_not_state_is_pointed_out(desk: TalkingDesk) -> None:
    """One fact backs its own number, not the others; once they are on record the text goes on."""
    talk = drafted(desk, "停水通报\n停水三天,影响 2160 户。").direct("王五")
    talk.says("事实 1 停水3天 来源:水务局")
    talk.bot_says_all()
    talk.says("送审 1")
    assert talk.bot_says().startswith("⚠️ 1号 v1 里有 1 处数字,事实清单里没有:“2160 户”\n请逐条记入")
    talk.says("事实 1 受影响2160户 来源:水务局")
    talk.bot_says_all()
    talk.says("起草 1 停水通报\n停水3天,2160户受影响。")
    talk.bot_says_all()
    talk.says("送审 1")
    assert talk.bot_says().startswith("❓ 1号 v2 是否涉及其他单位?")


def test_a_fact_that_states_the_number_is_enough(desk: TalkingDesk) -> None:
    """With its number in the ledger nothing is pointed out; a fact that was dropped counts no more."""
    talk = drafted(desk).direct("王五")
    talk.says("事实 1 停水三天 来源:水务局")
    talk.bot_says_all()
    talk.says("送审 1")
    assert talk.bot_says().startswith("❓ 1号 v1 是否涉及其他单位?")
    talk.says("事实 1 撤 1")
    talk.bot_says_all()
    talk.taps("不涉及其他单位")
    assert talk.bot_says().startswith("⚠️ 1号 v1 里有 1 处数字")
    talk.taps("📤送审")
    assert talk.bot_says().startswith("📤 1号 v1 已送审")


# a text that was sent back


def test_a_text_that_was_sent_back_is_changed_first(desk: TalkingDesk) -> None:
    """送审 of the same words is refused with the reason and what to type, also after a detour."""
    talk = submitted(desk).direct("王五")
    desk.direct("刘洋").says("退回 1 依据不准")
    quiet(desk)
    talk.says("送审 1")
    refused = (
        "1号 稿件自退回后没有改动,没有送审。\n刘洋 退回:依据不准\n"
        "请先改稿:第一行“起草 1 标题”,第二行起写正文;再发“送审 1”。"
    )
    assert talk.bot_says() == refused
    talk.says(f"起草 1 {SECOND}")
    talk.says(f"起草 1 {FIRST}")
    talk.bot_says_all()
    talk.says("送审 1")
    assert talk.bot_says() == refused
    talk.says(f"起草 1 {SECOND}")
    submit(desk)
    assert desk.case().stage == "review"
    assert [signature.act for signature in given(desk)] == ["returned"]


# facts


def test_a_fact_is_confirmed_by_another_person(desk: TalkingDesk) -> None:
    """Whoever added a fact is refused, together with all that was named; anybody else with the right confirms it."""
    talk = drafted(desk).direct("王五")
    talk.says("事实 1 停水3天 来源:水务局")
    desk.direct("赵强").says("事实 1 影响300户 来源:社区")
    talk.bot_says_all()
    talk.says("核实 1 1、2")
    assert talk.bot_says() == ("事实要由另一个人核实:1号 事实 1 是您记的,未做任何改动。请值班员或审核人发“核实 1 1”。")
    assert [fact.confirmed_by for fact in facts(desk)] == [None, None]
    talk.says("核实 1 2")
    assert talk.bot_says() == "✅ 1号 已核实事实 2 · 还有 1 条未核实"
    desk.staff.says("赵强", "核实 1 1")
    assert desk.staff.bot_says() == "✅ 1号 赵强 已核实事实 1 · 全部已核实"
    talk.says("核实 1 1")
    assert talk.bot_says() == "✅ 1号 已核实事实 1 · 全部已核实"


def test_the_plan_may_let_one_person_do_both(new_desk: Callable[..., TalkingDesk], tmp_path: Path) -> None:
    """Where the plan says so, whoever added a fact may confirm it."""
    desk = drafted(new_desk(plan=trial(tmp_path, "{facts_verified_by_adder: true}")))
    desk.direct("王五").says("事实 1 停水3天 来源:水务局")
    assert desk.direct("王五").bot_says().endswith(" · 未核实,核实后才能发布:“核实 1 1”")
    desk.direct("王五").says("核实 1 1")
    assert desk.direct("王五").bot_says() == "✅ 1号 已核实事实 1 · 全部已核实"


# names


@pytest.mark.parametrize(
    ("name", "said", "told"),
    [
        ("刘洋", "同意 1", "✅ 1号 v1 刘洋「政治关」已同意 · 还差:政策关、法律关、文字关、保密关、签发"),
        ("刘洋", "委托 1 宋佳", "🤝 1号「政治关」刘洋 已委托 宋佳"),
    ],
)
def test_the_group_reads_who_it_was(desk: TalkingDesk, name: str, said: str, told: str) -> None:
    """An answer that others read names who signed or passed on."""
    submitted(desk)
    quiet(desk)
    desk.staff.says(name, said)
    assert desk.staff.bot_says() == told


def test_the_group_reads_who_signed_for_release(desk: TalkingDesk) -> None:
    """So does the final signature, and a decision against an agency."""
    drafted(desk, PLAIN).direct("王五").says("涉及 1 水务局")
    desk.direct("王五").says("送审 1")
    signed(desk, *REVIEWERS)
    quiet(desk)
    desk.staff.says("郑局长", "同意 1")
    assert desk.staff.bot_says() == "🖋 1号 v1 已由 郑局长 签发"
    desk.staff.says("郑局长", "越过异议 1 水务局 事实已核定")
    assert desk.staff.bot_says() == "⚖️ 1号 郑局长 已决定不等 水务局,理由记录在案:事实已核定"


def test_agencies_with_spaces_in_their_names(desk: TalkingDesk) -> None:
    """A name is taken whole: when it is noted, answered and overridden."""
    drafted(desk, PLAIN).direct("王五").says("touches 1 Water Bureau, Fire Department")
    assert "涉及:Water Bureau、Fire Department" in desk.direct("王五").bot_says()
    desk.direct("赵强").says("agency_confirm 1 water bureau agree by phone")
    assert desk.direct("赵强").bot_says() == "🤝 1号 Water Bureau:已同意(v1)"
    desk.direct("郑局长").says("override 1 Fire Department the city has decided")
    assert desk.direct("郑局长").bot_says() == ("⚖️ 1号 已决定不等 Fire Department,理由记录在案:the city has decided")
