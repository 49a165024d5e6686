"""For whom a case waits now, and for what: read from the tables as they stand."""

import uuid

from config.language import t
from handlers.act import Act
from handlers.on_hand import OnHand
from storage import draft as drafts
from storage import meeting as meetings
from storage.case import Case

Waits = tuple[uuid.UUID, object]  # for whom; a stage of the case, or the name of a gate


def waits_for(act: Act, case: Case, here: OnHand) -> list[Waits]:
    """Say for whom a case waits, of those who are there now, and for what: its next step, tasks of a meeting."""
    tasks = meetings.open_tasks(act.session, case.id)
    return [*_next_step(act, case, here), *[(task.owner_id, t("会议任务 {n}", n=task.n)) for task in tasks]]


def _next_step(act: Act, case: Case, here: OnHand) -> list[Waits]:
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
