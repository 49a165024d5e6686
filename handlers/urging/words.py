"""Every sentence of a person's own push."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from config.language import Line, Said, joined, lines, t
from handlers.words import NEXT_STEPS, case_name, names, reference, short_name, stage_name
from storage.case import Case
from storage.person import Person


def nagged_by(name: str) -> Line:
    """Head what somebody was sent before."""
    return t("📣 {name} 催办", name=name)


def nag(case: Case, by: str, clock_lines: Iterable[Said]) -> Said:
    """Remind somebody, in a person's name, of the step that waits for them."""
    return lines(
        t("📣 {name} 催办 {case}〔{stage}〕", name=by, case=case_name(case), stage=stage_name(case)),
        *clock_lines,
        case.title,
        Line(NEXT_STEPS[case.stage].text, {"ref": reference(case)}),
    )


def nagged(case: Case, told: Sequence[Person], unreached: Sequence[Person]) -> Said:
    """Say who was reminded, and whom no message reaches."""
    return joined(
        [
            t("📣 {case} 已催 {names}", case=short_name(case), names=_names(told)) if told else None,
            _unreached(case, unreached),
        ],
        "。",
    )


def _unreached(case: Case, unreached: Sequence[Person]) -> Line | None:
    if not unreached:
        return None
    return t(
        "{names} 请假或没有可用的私聊,催不到:请打电话,或“升级 {ref}”", names=_names(unreached), ref=reference(case)
    )


def nobody_waited_for(case: Case) -> Line:
    """Say that the next step waits for nobody."""
    return t("{case} 现在是〔{stage}〕,不等谁办,没有催。", case=short_name(case), stage=stage_name(case))


def waits_for_you(case: Case) -> Line:
    """Say that whoever nags is the one to act."""
    then = Line(NEXT_STEPS[case.stage].text, {"ref": reference(case)})
    return t("{case} 等的就是您。{then}", case=short_name(case), then=then)


def nagged_just_now(case: Case, persons: Sequence[Person], again: datetime) -> Line:
    """Refuse to nag more often than the plan allows."""
    return t(
        "{case} 刚催过 {names},{again} 后才能再催。等不及请“升级 {ref}”。",
        case=short_name(case), names=_names(persons), again=again, ref=reference(case),
    )  # fmt: skip


def asked_above(case: Case, before: str, person: Person | None) -> Line:
    """Say that the next on the ladder was asked to take a case before the time of the one before was over."""
    if person is None:
        return t("⏫ {case} 已升级:不再等 {before},后面没有可请的人,已告诉领导", case=short_name(case), before=before)
    return t(
        "⏫ {case} 已升级:不再等 {before},已请 {next} 认领", case=short_name(case), before=before, next=person.name
    )


def climbed(case: Case, step: Line) -> Line:
    """Say which step up was taken before its time."""
    return t("⏫ {case} 已升级:{step}", case=short_name(case), step=step)


def at_the_top(case: Case) -> Line:
    """Say that no rung is left."""
    return t("{case} 已升到最高一级,没有再往上的了。可以“催办 {ref}”,或“召集 {ref}”开会。",
             case=short_name(case), ref=reference(case))  # fmt: skip


def nothing_to_escalate(case: Case) -> Line:
    """Say that nobody lets the case wait."""
    return t(
        "{case} 没有超时,也不在等人认领,没有升级。要提醒经办人请发“催办 {ref}”,要换人请发“指派 {ref} 姓名”。",
        case=short_name(case), ref=reference(case),
    )  # fmt: skip


def further(case: Case) -> Line:
    """Head what else can be done."""
    return t("{case}〔{stage}〕还可以办:", case=short_name(case), stage=stage_name(case))


def nothing_further(case: Case) -> Line:
    """Say that there is nothing else for somebody to do."""
    return t("{case} 现在是〔{stage}〕,没有别的可办。", case=short_name(case), stage=stage_name(case))


def _names(persons: Iterable[Person]) -> Said:
    return names([t("{name}", name=person.name) for person in persons])
