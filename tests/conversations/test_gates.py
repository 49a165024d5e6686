"""A text through the gates to the final signature, as the people live it (R7)."""

import shutil
from collections.abc import Callable
from pathlib import Path

import config
from tests.conversations.talking import TalkingDesk
from tests.conversations.writing import (
    FIRST,
    GRAVE,
    REVIEWERS,
    SECOND,
    given,
    newest,
    quiet,
    rewrite,
    signed,
    steps,
    submit,
    submitted,
    three_at_the_gates,
)

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
    old = submitted(desk).direct("刘洋").button("✅同意", on="v1")
    desk.direct("王五").says(f"起草 1 {SECOND}")
    assert "原在〔待审核〕,改稿后须重新送审。" in desk.direct("王五").bot_says()
    assert desk.direct("刘洋").bot_says_all()[-1] == "✏️ 1号 稿件已改为 v2,旧稿不用再审,重新送审后再请您。"
    desk.direct("刘洋").presses("刘洋", *old)
    assert desk.direct("刘洋").toast() == (
        "1号 现在是〔待起草〕,这一步不适用,未做任何改动。下一步:发言人“起草 1”写稿,再“送审 1”。"
    )
    submit(desk)
    assert desk.direct("刘洋").bot_says().startswith("📝 请审「政治关」 · 1号 v2(与 v1 差 1 处)")
    desk.direct("刘洋").presses("刘洋", *old)
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
