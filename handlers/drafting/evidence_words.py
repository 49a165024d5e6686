"""Every sentence about what a text rests on: its facts, and what other agencies say of it."""

from collections.abc import Sequence
from typing import Final

from config.language import Line, Said, joined, lines, t
from handlers.drafting.words import whole
from handlers.words import case_name, reference, short_name
from storage.case import Case
from storage.draft import AgencyWord, Draft, Fact

AGREE: Final = t("✅确认无误")
OBJECT: Final = t("⚠️有异议")

AGENCY_WORDS: Final[dict[str, Line]] = {
    "waiting": t("待答复"),
    "agreed": t("已同意"),
    "objected": t("有异议"),
    "overridden": t("领导已决定照发"),
}


# facts


def fact_form(case: Case) -> Line:
    """Say how a fact is typed."""
    return t("请写明事实和来源,如“事实 {case} 停水3天 来源:水务局”。", case=reference(case))


def no_source(case: Case) -> Line:
    """Say that a fact lacks its source."""
    return t("没有写来源,未记入。{form}", form=fact_form(case))


def fact_too_long(length: int, limit: int) -> Line:
    """Say that a fact is too long."""
    return t("这条事实有 {length} 字,超过 {limit} 字,未记入。请一条一条地写。", length=length, limit=limit)


def fact_added(case: Case, fact: Fact, *, by_another: bool) -> Said:
    """Say that a fact is in the ledger, and who may confirm it."""
    kept = t(
        "📌 {case} 事实 {n}:{text}(来源:{source})", case=short_name(case), n=fact.n, text=fact.text, source=fact.source
    )
    if by_another:
        then = t("未核实,由另一个人核实后才能发布:“核实 {number} {n}”", number=reference(case), n=fact.n)
    else:
        then = t("未核实,核实后才能发布:“核实 {number} {n}”", number=reference(case), n=fact.n)
    return joined([kept, then])


def own_fact(case: Case, numbers: Sequence[int]) -> Line:
    """Refuse to let somebody confirm what they added."""
    return t(
        "事实要由另一个人核实:{case} 事实 {numbers} 是您记的,未做任何改动。请值班员或审核人发“核实 {number} {first}”。",
        case=short_name(case), numbers=joined(numbers, "、"), number=reference(case), first=numbers[0],
    )  # fmt: skip


def fact_dropped(case: Case, fact: Fact) -> Line:
    """Say that a fact is no longer claimed."""
    return t("🗑 {case} 事实 {n} 已撤下:{text}", case=short_name(case), n=fact.n, text=fact.text)


def no_such_fact(case: Case, n: int) -> Line:
    """Say that a fact's number is unknown."""
    return t("{case} 没有第 {n} 条事实。发“事实 {number}”看全部。", case=short_name(case), n=n, number=reference(case))


def which_fact(case: Case) -> Line:
    """Ask for a fact's number."""
    return t("请写明是第几条事实,如“核实 {case} 1”。发“事实 {case}”看全部。", case=reference(case))


def ledger(case: Case, facts: Sequence[Fact]) -> Said:
    """List a case's facts."""
    if not facts:
        return t("{case} 还没有记事实。{form}", case=short_name(case), form=fact_form(case))
    return lines(t("📌 {case} 事实:", case=short_name(case)), *[_fact(fact) for fact in facts])


def _fact(fact: Fact) -> Line:
    if fact.confirmed_by is None:
        return t("{n}. ○ {text}(来源:{source})未核实", n=fact.n, text=fact.text, source=fact.source)
    return t("{n}. ✅ {text}(来源:{source})", n=fact.n, text=fact.text, source=fact.source)


def verified(case: Case, confirmed: Sequence[int], open_facts: int, by: str) -> Said:
    """Say that facts are confirmed, by whom where others read it, and how many are not."""
    numbers = joined(confirmed, "、")
    if by:
        done = t("✅ {case} {name} 已核实事实 {numbers}", case=short_name(case), name=by, numbers=numbers)
    else:
        done = t("✅ {case} 已核实事实 {numbers}", case=short_name(case), numbers=numbers)
    return joined([done, t("还有 {count} 条未核实", count=open_facts) if open_facts else t("全部已核实")])


# other agencies


def agency_name_too_long(limit: int) -> Line:
    """Say that an agency's name is too long."""
    return t("单位名称超过 {limit} 字,未记录。多个单位请用顿号分开,如“水务局、应急局”。", limit=limit)


def which_agencies(case: Case) -> Line:
    """Say how agencies are named."""
    return t("请写明单位,如“涉及 {case} 水务局、应急局”;不涉及的发“涉及 {case} 无”。", case=reference(case))


def touches_asked_of_older(case: Case, n: int) -> Line:
    """Say that a button was about an older text."""
    return t("稿件已改为 v{n},请对新稿重新答复:发“送审 {case}”。", n=n, case=reference(case))


def touches_recorded(case: Case, names: Sequence[str], unreached: Sequence[str]) -> Said:
    """Say which agencies are asked, and which nobody can be asked for."""
    named = t("🤝 {case} 涉及:{names}", case=short_name(case), names=joined(names, "、"))
    reached = [name for name in names if name not in unreached]
    nobody = t(
        "{names} 没有可联系的人,请值班员联系后代录:“会签 {case} 单位 同意”。",
        names=joined(unreached, "、"), case=reference(case),
    )  # fmt: skip
    return lines(
        joined([named, t("已请 {names} 确认", names=joined(reached, "、")) if reached else None]),
        nobody if unreached else None,
    )


def touches_nothing(case: Case) -> Line:
    """Say that no other agency is touched."""
    return t("{case} 记为不涉及其他单位。", case=short_name(case))


def agencies_named_already(case: Case, names: Sequence[str]) -> Line:
    """Say that agencies once named are not struck off."""
    return t(
        "{case} 已征求 {names},不能改为不涉及:等对方答复,或由领导发“越过异议 {number} 单位 理由”。",
        case=short_name(case), names=joined(names, "、"), number=reference(case),
    )  # fmt: skip


def ask_agency(case: Case, draft: Draft, agency: str, bureau: Said) -> Said:
    """Ask another agency to confirm what touches it."""
    return lines(
        t("🤝 {bureau} 请 {agency} 确认稿件中涉及贵单位的内容", bureau=bureau, agency=agency),
        t("{case} v{n}:", case=case_name(case), n=draft.version),
        whole(draft.title, draft.text),
        t(
            "无误请点「✅确认无误」或回复“会签 {case} 同意”;有异议请回复“会签 {case} 有异议 说明”。",
            case=reference(case),
        ),
    )


def agency_form(case: Case) -> Line:
    """Say how an agency's word is typed."""
    return t(
        "请这样写:“会签 {case} 同意”,或“会签 {case} 有异议 说明”;值班员代录写明单位:“会签 {case} 水务局 同意”。",
        case=reference(case),
    )


def objection_needs_note(case: Case) -> Line:
    """Ask what the objection is."""
    return t("请说明异议在哪里:回复“会签 {case} 有异议 说明”。", case=reference(case))


def not_touched(case: Case, agency: str) -> Line:
    """Say that an agency was not asked."""
    return t("{case} 没有征求 {agency} 的意见,未做任何改动。", case=short_name(case), agency=agency)


def speaks_for_own(agency: str) -> Line:
    """Say that somebody speaks for their own agency only."""
    return t("您只能代表 {agency} 答复,未做任何改动。", agency=agency)


def no_agency_of_yours() -> Line:
    """Say that only the agency or the duty officer answers."""
    return t("会签由对方单位的人答复,或由值班员代录,未做任何改动。")


def agency_saw_older(case: Case, n: int) -> Line:
    """Say that an agency's word is about an older text."""
    return t("稿件已改为 v{n},您的答复没有记录。请看新稿后再答复。", case=short_name(case), n=n)


def agency_answered(case: Case, word: AgencyWord, by: str) -> Said:
    """Say what was recorded of an agency, and by whom where others read it."""
    answered = t(
        "🤝 {case} {agency}:{word}(v{n})",
        case=short_name(case), agency=word.agency, word=AGENCY_WORDS[word.word], n=word.draft_version,
    )  # fmt: skip
    return joined([answered, t("{name} 记录", name=by) if by else None])


def objected(case: Case, word: AgencyWord) -> Said:
    """Tell the author of an objection."""
    return lines(
        t("⚠️ {case} {agency} 有异议:{note}", case=short_name(case), agency=word.agency, note=word.note),
        t(
            "请改稿重新征求;或由领导决定照发:“越过异议 {case} {agency} 理由”。",
            case=reference(case),
            agency=word.agency,
        ),
    )


def override_form(case: Case) -> Line:
    """Say how an objection is overridden."""
    return t("请写明单位和理由,如“越过异议 {case} 水务局 事实已由市局核定”。", case=reference(case))


def nothing_to_override(case: Case, agency: str) -> Line:
    """Say that an agency has agreed or was never asked."""
    return t("{case} 的 {agency} 没有未决的会签,未做任何改动。", case=short_name(case), agency=agency)


def overridden(case: Case, agency: str, reason: str, by: str) -> Line:
    """Say that a leader decided against an agency's word; who, where others read it."""
    if by:
        return t(
            "⚖️ {case} {name} 已决定不等 {agency},理由记录在案:{reason}",
            case=short_name(case), name=by, agency=agency, reason=reason,
        )  # fmt: skip
    return t("⚖️ {case} 已决定不等 {agency},理由记录在案:{reason}", case=short_name(case), agency=agency, reason=reason)
