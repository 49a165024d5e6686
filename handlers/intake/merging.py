"""Merging and splitting cases: a person decides, and can take it back."""

from collections.abc import Sequence

from handlers.act import Act
from handlers.errors import Refusal
from handlers.intake import opening, words, worsening
from storage import case as cases
from storage import case_event, series
from storage import report as reports
from storage.case import Case
from storage.case_event import CaseEvent
from storage.report import Report


def in_order(gone: Case, survivor: Case) -> tuple[Case, Case]:
    """Return what goes and what stays: a case takes in a slip, however it was said; its number and work stay."""
    return (survivor, gone) if gone.number and not survivor.number else (gone, survivor)


def merge(act: Act, gone: Case, survivor: Case) -> Case:
    """Merge one case into another: its reports move and are judged with the others, the earlier start counts."""
    if gone.id == survivor.id:
        raise Refusal(words.not_with_itself(gone))
    if not survivor.is_open:
        raise Refusal(words.survivor_ended(survivor))
    gone.move("merge")
    gone.merged_into = survivor.id
    came, before = reports.of_case(act.session, gone.id), worsening.Before.of(survivor)
    for report in came:
        report.case_id = survivor.id
        act.session.add(report)
    act.no_longer("confirm", str(gone.id))
    opening.move_start(act, survivor, min(gone.received_at, survivor.received_at))
    opening.count_heat(act, survivor)
    read = worsening.gravest(opening.judge_from(act, survivor, came))
    act.happened("merged", gone)
    act.happened("judged", survivor)
    if before.is_surpassed(survivor, read):
        worsening.tell_staff(act, survivor, words.graver_merge(survivor), read)
    return survivor


def unmerge(act: Act, back: Case) -> Case:
    """Undo a merge: the reports that came with the case go back, both count from their own start."""
    if back.merged_into is None:
        raise Refusal(words.only_report(back))
    survivor = cases.load(act.session, back.merged_into)
    for report in reports.of_case(act.session, survivor.id):
        if report.first_case_id == back.id:
            report.case_id = back.id
            act.session.add(report)
    back.merged_into = None
    back.move("split")
    for case in (back, survivor):
        opening.restart(act, case)
        opening.count_heat(act, case)
    opening.judge_afresh(act, survivor)
    act.happened("split", back)
    act.happened("judged", survivor)
    return survivor


def inside(act: Act, survivor: Case) -> Sequence[Case]:
    """List the cases that were merged into one."""
    return [cases.load(act.session, case.id) for case in cases.merged_cases(act.session, survivor.id)]


def split_off(act: Act, source: Case, report: Report) -> Case:
    """Let one report become a slip of its own, counting from when it was received."""
    new = Case(
        slip=series.next_number(act.session, opening.SLIPS),
        title=opening.title_from(report.text) or source.title,
        plan_hash=act.house.plan_hash,
        received_at=report.received_at,
    )
    cases.open_new(act.session, new)
    act.changed(new)
    case_event.record(act.session, CaseEvent(case_id=new.id, event="received", at=report.received_at))
    report.case_id = report.first_case_id = new.id
    report.joined = "by_person"
    act.session.add(report)
    act.session.flush()
    for case in (new, source):
        opening.count_heat(act, case)
        opening.judge_afresh(act, case)
    opening.show_card(act, new)
    opening.register_later(act, new)
    act.happened("opened", new)
    act.happened("judged", source)
    return new
