"""For whom a case waits now, and for what: read from the tables as they stand."""

import uuid
from typing import Final

from config.language import t
from handlers.act import Act
from handlers.clocks.owners import who_can_end
from handlers.clocks.strictest import strictest_first
from handlers.on_hand import OnHand
from storage import clock as clocks
from storage import draft as drafts
from storage import meeting as meetings
from storage.case import Case

ASKED_FIRST: Final = ("confirmation", "assignment", "acceptance")
Waits = tuple[uuid.UUID, object]  # for whom; a stage of the case, or the name of a gate


def waits_for(act: Act, case: Case, here: OnHand) -> list[Waits]:
    """Say for whom a case waits, of those who are there now, and for what.

    That is its next step, what ends a limit besides the text, and the tasks of a meeting.
    """
    tasks = meetings.open_tasks(act.session, case.id)
    return [
        *_of_text(act, case, here),
        *_besides(act, case, here),
        *[(task.owner_id, t("会议任务 {n}", n=task.n)) for task in tasks],
    ]


def next_step(act: Act, case: Case, here: OnHand) -> list[Waits]:
    """Say for whom the next step of a case waits: of an online question what ends its limit, else that of its text."""
    if case.stage == "release":  # it waits for the channels
        return []
    besides = _besides(act, case, here) if case.track == "question" and case.stage not in ASKED_FIRST else []
    return besides or _of_text(act, case, here)


def _besides(act: Act, case: Case, here: OnHand) -> list[Waits]:
    """List what ends a limit that runs or was missed, and is no step of the text: to report upward, to hand over."""
    plan, found = act.plan_for(case), dict[str, Waits]()
    for clock in strictest_first(clocks.of_case(act.session, case.id), plan):
        rule = plan.clock(clock.rule)
        owner = who_can_end(rule.owner, case, here) if clock.outcome == "running" or clock.is_overdue else None
        if owner is not None and rule.verb != "draft":
            found.setdefault(rule.key, (owner.id, rule.name))
    owed = list(found.values())
    return owed[:1] if case.track == "question" else owed  # one answer settles all that a question is owed


def _of_text(act: Act, case: Case, here: OnHand) -> list[Waits]:
    if case.stage in ("confirmation", "assignment"):
        return [(person.id, case.stage) for person in here.among(here.duty)]
    if case.stage == "acceptance":
        return [(uuid.UUID(asked), case.stage) for asked in case.asked_ids[-1:]]
    if case.stage in ("review", "signature"):
        return _at_gates(act, case)
    if case.spokesperson_id is None:
        return []
    acting = here.deputy_of(case.spokesperson_id, "spokesperson")
    return [(acting.id if acting else case.spokesperson_id, case.stage)]


def _at_gates(act: Act, case: Case) -> list[Waits]:
    newest = drafts.newest(act.session, case.id)
    steps = drafts.steps(act.session, case.id, newest.round) if newest is not None else ()
    return [
        (uuid.UUID(asked), act.plan_for(case).gate(step.gate).name)
        for step in steps
        if step.stage == "open"
        for asked in step.asked_ids
    ]
