"""Every sentence about the gates and the final signature."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from config.language import Line, Said, joined, lines, t
from handlers.words import reference, short_name
from storage.case import Case

ISSUE: Final = t("📢发布")


def ask(case: Case, gate: Said, version: Said, due: datetime) -> Line:
    """Ask for a review."""
    return t(
        "📝 请审「{gate}」 · {case} {version} · 请于 {due} 前",
        gate=gate, case=short_name(case), version=version, due=due,
    )  # fmt: skip


def ask_signature(case: Case, version: Said, due: datetime) -> Line:
    """Ask for the final signature."""
    return t("🖋 请签发 · {case} {version} · 请于 {due} 前", case=short_name(case), version=version, due=due)


def what_is_new(difference: Said) -> Said:
    """Introduce what changed since the reader saw the text."""
    return lines(t("改动:"), difference)


def foregoing(signed: Sequence[Said]) -> Said:
    """List who signed before."""
    return t("前序:{signed}", signed=joined(signed, " · "))


def signed_before(gate: Said, person: Said, at: datetime | None) -> Said:
    """Say who signed a gate, and when."""
    return t("{gate} {person} 同意 {at}", gate=gate, person=person, at=at)


def carried_before(gate: Said, person: Said) -> Said:
    """Say that a signature for an earlier version stands by the plan."""
    return t("{gate} {person} 前稿同意,按方案沿用", gate=gate, person=person)


def facts_line(confirmed: int, all_: int) -> Said:
    """Say how many facts are confirmed."""
    if confirmed == all_:
        return t("事实 {all} 条,全部已核实", all=all_)
    return t("⚠️ 事实 {all} 条,{open} 条未核实", all=all_, open=all_ - confirmed)


def agencies_line(words: Sequence[Said]) -> Said:
    """Say what other agencies answered."""
    return t("会签:{words}", words=joined(words, "、"))


def agency_word(agency: str, word: Said) -> Said:
    """Say what one agency answered."""
    return t("{agency} {word}", agency=agency, word=word)


def checks(what: Iterable[Said]) -> Said:
    """Say what this gate looks at."""
    return t("本关看:{what}", what=joined(what, "、"))


def how_to_sign(case: Case) -> Line:
    """Say what to type instead of tapping."""
    return t("回复「同意 {case}」亦可;退回请写「退回 {case} 原因」;转请他人「委托 {case} 姓名」", case=reference(case))


# answers


def signed(case: Case, gate: Said, version: int, left: Sequence[Said], by: str) -> Said:
    """Say that a signature counts, whose where others read it, and what is left."""
    if by:
        done = t("✅ {case} v{n} {name}「{gate}」已同意", case=short_name(case), n=version, name=by, gate=gate)
    else:
        done = t("✅ {case} v{n}「{gate}」已同意", case=short_name(case), n=version, gate=gate)
    return joined([done, t("还差:{left}", left=joined(left, "、")) if left else None])


def sign_done(case: Case, version: int, by: str) -> Line:
    """Say that a text is signed for release, by whom where others read it."""
    if by:
        return t("🖋 {case} v{n} 已由 {name} 签发", case=short_name(case), n=version, name=by)
    return t("🖋 {case} v{n} 已签发", case=short_name(case), n=version)


def already(case: Case, gate: Said) -> Line:
    """Say that somebody has signed before."""
    return t("您已签过 {case}「{gate}」,不必再签。", case=short_name(case), gate=gate)


def own_text(case: Case) -> Line:
    """Say that nobody signs their own text."""
    return t("{case} 这一稿您写过,起草人不能审签自己的稿件,未做任何改动。", case=short_name(case))


def holds_another(case: Case, gate: Said) -> Line:
    """Say that one person signs one gate."""
    return t("您已签过 {case}「{gate}」,一人只能把一道关。请委托他人:“委托 {number} 姓名”。",
             case=short_name(case), gate=gate, number=reference(case))  # fmt: skip


def not_asked(case: Case, asked: Sequence[Said]) -> Said:
    """Say who is asked instead."""
    if not asked:
        return t("{case} 现在没有待签的关口,未做任何改动。", case=short_name(case))
    return t("{case} 现在没有请您审签,未做任何改动。现在请的是:{asked}。",
             case=short_name(case), asked=joined(asked, ";"))  # fmt: skip


def who_is_asked(gate: Said, people: Sequence[Said]) -> Said:
    """Say who is asked for a gate."""
    return t("「{gate}」{people}", gate=gate, people=joined(people, "、") if people else t("(尚无人可审)"))


def unseen(case: Case, version: int) -> Line:
    """Say that a signature needs eyes on the text first."""
    return t("还没有给您看过 {case} v{n} 全文,没有签。全文如下,看过再签。", case=short_name(case), n=version)


def older(case: Case, seen: int | None, version: int) -> Said:
    """Say that a signature was for an older text."""
    if seen is None or seen == version:
        return t("{case} 稿件已改为 v{n},没有签。新稿如下,看过再签。", case=short_name(case), n=version)
    return t("您看到的是 {case} v{seen},现在已是 v{n},没有签。改动和新稿如下,看过再签。",
             case=short_name(case), seen=seen, n=version)  # fmt: skip


def reason_needed(case: Case) -> Line:
    """Ask for a reason."""
    return t("退回要写原因:请发“退回 {case} 原因”。", case=reference(case))


def returned(case: Case, gate: Said, person: str, reason: str) -> Line:
    """Tell everybody that a text went back."""
    return t("↩️ {case}「{gate}」{person} 退回:{reason}", case=short_name(case), gate=gate, person=person, reason=reason)


def returned_to_author(case: Case, told: Said) -> Said:
    """Tell the author that the text came back, and what to do."""
    return lines(told, t("请改稿:第一行“起草 {case} 标题”,第二行起写正文;再发“送审 {case}”。", case=reference(case)))


def withdrawn_by_edit(case: Case, version: int) -> Line:
    """Tell a reviewer that the text they have is being changed."""
    return t("✏️ {case} 稿件已改为 v{n},旧稿不用再审,重新送审后再请您。", case=short_name(case), n=version)


def withdrawn_by_return(case: Case, told: Said) -> Said:
    """Tell another reviewer that the text went back."""
    return lines(told, t("{case} 这一稿不用再审。", case=short_name(case)))


def called_off(case: Case, version: int) -> Line:
    """Tell somebody who was asked that an earlier gate is open again."""
    return t("{case} v{n} 前面的关口要重签,先不用签,签齐后再请您。", case=short_name(case), n=version)


def signed_by_other(case: Case, gate: Said, person: str) -> Line:
    """Tell somebody who was also asked that it is done."""
    return t("{case}「{gate}」已由 {person} 签,不用再审。", case=short_name(case), gate=gate, person=person)


# delegation


def delegate_form(case: Case) -> Line:
    """Say how a step is passed on."""
    return t("请写明交给谁,如“委托 {case} 张伟”。", case=reference(case))


def nobody_called(name: str) -> Line:
    """Say that a name is unknown."""
    return t("名册里没有「{name}」,未做任何改动。", name=name)


def several_called(name: str) -> Line:
    """Say that several people have a name."""
    return t("名册里有几位「{name}」,请写其名册代号,未做任何改动。", name=name)


CANNOT_TAKE_OVER: Final[dict[str, Line]] = {
    "role": t("{name} 没有审签的职责,不能委托,未做任何改动。"),
    "away": t("{name} 现在请假或联系不上,不能委托,未做任何改动。"),
    "author": t("{name} 是这一稿的起草人,不能审签,未做任何改动。"),
    "holds_another": t("{name} 已把另一道关,一人只能把一道关,未做任何改动。"),
    "asked_already": t("本来就请了 {name},未做任何改动。"),
}


def cannot_take_over(why: str, name: str) -> Line:
    """Say why a step cannot be given to somebody."""
    return Line(CANNOT_TAKE_OVER[why].text, {"name": name})


def delegated(case: Case, gate: Said, name: str, by: str) -> Line:
    """Say that a step was passed on, by whom where others read it."""
    if by:
        return t(
            "🤝 {case}「{gate}」{giver} 已委托 {name}", case=short_name(case), gate=gate, giver=by, name=name
        )  # fmt: skip
    return t("🤝 {case}「{gate}」已委托 {name}", case=short_name(case), gate=gate, name=name)


def delegated_to_you(giver: str) -> Line:
    """Tell somebody that a step was passed on to them."""
    return t("{giver} 委托您审签:", giver=giver)


def in_stead(giver: str) -> Line:
    """Say in whose stead somebody is asked."""
    return t("🤝 您受托于 {giver},代为审签:", giver=giver)


# limits


def nudge(case: Case, gate: Said, version: int, due: datetime, left: timedelta) -> Line:
    """Remind a reviewer."""
    return t(
        "⏰ {case} v{n}「{gate}」还剩 {left}({due})", case=short_name(case), n=version, gate=gate, left=left, due=due
    )


def too_late_for_you(case: Case, gate: Said, person: str) -> Line:
    """Tell a reviewer that their deputy is asked too."""
    return t(
        "⏰ {case}「{gate}」已超时,同时请了 {person},谁先签都算。", case=short_name(case), gate=gate, person=person
    )


def deputised(gate: Said, people: Sequence[str]) -> Line:
    """Tell a deputy why they are asked."""
    return t("「{gate}」{people} 超时未审,同时请您,谁先签都算:", gate=gate, people=joined(people, "、"))


def overdue(case: Case, gate: Said, version: int, people: Sequence[str]) -> Said:
    """Tell the leader, or the staff, that a gate is overdue and nobody is left to ask."""
    who = joined(people, "、") if people else t("尚无人可审")
    return lines(
        t("🚨 {case} v{n}「{gate}」审核超时:{who}", case=short_name(case), n=version, gate=gate, who=who),
        t("没有其他可请的审核人。请督促,或由被请的人“委托 {case} 姓名”。", case=reference(case)),
    )


def nobody(case: Case, gate: Said) -> Said:
    """Say that nobody can be asked for a gate."""
    return lines(
        t(
            "🚨 {case}「{gate}」没有可请的审核人(请假、联系不上、起草人回避或已把另一道关)。",
            case=short_name(case),
            gate=gate,
        ),
        t("这一关不能跳过。请管理员补充审核人,有人可请时会自动去请。"),
    )


# after the signature


def ready(case: Case, version: int, person: Said) -> Line:
    """Tell the author that the text may go out."""
    return t("🖋 {case} v{n} 已由 {person} 签发,可以发布。", case=short_name(case), n=version, person=person)


def signed_but_blocked(case: Case, version: int, person: Said, reasons: Sequence[Said]) -> Said:
    """Tell the author that the text is signed but not free."""
    head = t("🖋 {case} v{n} 已由 {person} 签发,发布前还差:", case=short_name(case), n=version, person=person)
    return lines(head, *[t("· {reason}", reason=reason) for reason in reasons])


def cleared(case: Case, version: int) -> Line:
    """Tell the author that nothing blocks the release any more."""
    return t("✅ {case} v{n} 事实和会签都已齐,可以发布。", case=short_name(case), n=version)


# what blocks a release


def no_draft_submitted() -> Line:
    """Say that there is no text under review."""
    return t("没有送审的稿件")


def unconfirmed_fact(n: int, text: str) -> Line:
    """Say that a fact is not confirmed."""
    return t("事实 {n} 未核实:{text}", n=n, text=text)


def agency_waits(agency: str) -> Line:
    """Say that an agency has not answered."""
    return t("{agency} 未答复会签", agency=agency)


def agency_objects(agency: str, note: str) -> Line:
    """Say that an agency objects."""
    return t("{agency} 有异议:{note}", agency=agency, note=note)


def touches_unanswered() -> Line:
    """Say that nobody answered whether other agencies are touched."""
    return t("还没有答复是否涉及其他单位")


def not_signed(gates: Sequence[Said]) -> Line:
    """Say which gates are missing."""
    return t("未签:{gates}", gates=joined(gates, "、"))


def signers_not_distinct() -> Line:
    """Say that the signatures are not by people who may give them."""
    return t("签字人不合规定(起草人自签,或一人把了几道关)")


def several(listed: Sequence[Said]) -> Said:
    """Head the gates that wait for one reviewer, to be answered under one message."""
    return lines(t("🖋 等您审签 {n} 件,可在这里一起办;签的是最近发给您看过的那一稿:", n=len(listed)), *listed)


def waiting_gate(case: Case, gate: Said, due: datetime | None) -> Said:
    """Name a gate that waits, and until when."""
    name = t("{case}「{gate}」", case=short_name(case), gate=gate)
    return joined([name, t("请于 {due} 前", due=due)], " ") if due is not None else name


def sign_one(case: Case, gate: Said) -> Line:
    """Name the button that signs one of several gates."""
    return t("✅同意 {case}「{gate}」", case=short_name(case), gate=gate)


def return_one(case: Case, gate: Said) -> Line:
    """Name the button that returns one of several texts."""
    return t("↩️退回 {case}「{gate}」", case=short_name(case), gate=gate)


def read_one(case: Case, gate: Said) -> Line:
    """Name the button that shows one of several texts."""
    return t("📄全文 {case}「{gate}」", case=short_name(case), gate=gate)
