"""What follows for the gates: from a submission, an edit, a new grade, and from reminders and limits that fall due."""

import uuid

from handlers.act import APPROVAL, Act
from handlers.conversation import Button
from handlers.drafting import showing
from handlers.drafting import words as drafting_words
from handlers.gates import asking, review, rounds, words
from handlers.gates.blocking import blocks
from handlers.gates.review import SIGNATURE
from handlers.registry import due, on
from storage import case as cases
from storage import draft as drafts
from storage import person as people
from storage.case import Case
from storage.draft import Draft, GateStep
from storage.person import Person
from storage.timer import Timer


@on("submitted")
def open_gates(act: Act, case: Case) -> None:
    """Lay the gates out, carry over what the plan leaves standing, and ask the first reviewers."""
    newest = drafts.newest(act.session, case.id)
    if newest is None or newest.manifest_hash is None:
        return
    rounds.begin(act, case, newest)
    before = rounds.load(act, case, newest)
    after = review.submitted(before, newest.manifest_hash)
    rounds.keep(act, case, newest, after)
    for step in after.steps:
        if step != before.step(step.gate) and step.signed_by is not None:
            rounds.record(act, newest, step.gate, "carried", step.signed_by)
    asking.proceed(act, case, newest)


@on("drafted")
def reopen_gates(act: Act, case: Case) -> None:
    """Reopen what an edit reopens, and tell whoever has the old text."""
    newest = drafts.newest(act.session, case.id)
    if newest is not None and drafts.steps(act.session, case.id, newest.round):
        asking.withdraw(act, case, newest, words.withdrawn_by_edit(case, newest.version), but=act.person)
        rounds.keep(act, case, newest, review.edited(rounds.load(act, case, newest), newest.author_id))


@on("judged")
def go_on(act: Act, case: Case) -> None:
    """Open what waits: a graver case takes the emergency lane at once."""
    newest = drafts.newest(act.session, case.id)
    if newest is not None and case.stage in ("review", "signature"):
        asking.proceed(act, case, newest)


@on("checked")
def tell_cleared(act: Act, case: Case) -> None:
    """Tell who issues that nothing blocks a signed text any more."""
    newest = drafts.newest(act.session, case.id)
    if newest is None or case.stage != "issue" or blocks(act, case):
        return
    for person in issuers(act, case, newest):
        act.tell(
            person, words.cleared(case, newest.version), [[Button(words.ISSUE, "issue")]], case=case, lane=APPROVAL
        )


@due("gate_nudge", reminds=True)
def nudge(act: Act, timer: Timer) -> None:
    """Remind whoever is asked for a gate."""
    found = _open_row(act, timer)
    if found is None:
        return
    case, newest, row = found
    asking.set_timers(act, case, row, int(timer.payload.get("nth", 0)) + 1)
    at = row.due_at or act.now
    buttons = showing.gate_buttons(showing.hash_of(act, case, newest), row.position)
    buttons.append(Button(drafting_words.FULL_TEXT, "text"))
    text = words.nudge(case, asking.gate_name(act, case, row.gate), newest.version, at, at - act.now)
    for person in asking.asked_people(act, row):
        act.tell(person, text, [buttons], case=case, lane=APPROVAL)


@due("gate_limit", reminds=True)
def limit(act: Act, timer: Timer) -> None:
    """Ask the next deputy beside whoever is late; when there is none, tell the leader."""
    found = _open_row(act, timer)
    if found is None:
        return
    case, newest, row = found
    gate, late = asking.gate_name(act, case, row.gate), asking.asked_people(act, row)
    deputy = asking.next_person(act, rounds.load(act, case, newest), row.gate)
    if deputy is None:
        _tell_overdue(act, case, newest, row, late)
        return
    asking.ask(act, case, newest, row.gate, deputy, words.deputised(gate, [person.name for person in late]))
    for person in late:
        act.tell(person, words.too_late_for_you(case, gate, deputy.name), case=case, lane=APPROVAL)


@due("gate_retry")
def retry(act: Act, timer: Timer) -> None:
    """Look again for somebody to ask."""
    found = _open_row(act, timer)
    if found is None or found[2].asked_ids:
        return
    case, newest, row = found
    person = asking.next_person(act, rounds.load(act, case, newest), row.gate)
    if person is None:
        act.later("gate_retry", act.now + asking.RETRY, case=case, subject=str(row.id))
    else:
        asking.ask(act, case, newest, row.gate, person)


def issuers(act: Act, case: Case, newest: Draft) -> list[Person]:
    """List who issues a signed text: its author, and the case's spokesperson."""
    ids = dict.fromkeys(filter(None, (newest.author_id, case.spokesperson_id)))
    return [people.person(act.session, person) for person in ids]


def _tell_overdue(act: Act, case: Case, newest: Draft, row: GateStep, late: list[Person]) -> None:
    gate = asking.gate_name(act, case, row.gate)
    told = words.overdue(case, gate, newest.version, [person.name for person in late])
    if row.gate == SIGNATURE:
        act.announce("staff", told, case=case, lane=APPROVAL)
        return
    for person in asking.leaders(act):
        act.tell(person, told, case=case, lane=APPROVAL)


def _open_row(act: Act, timer: Timer) -> tuple[Case, Draft, GateStep] | None:
    """Return the open gate a timer is about; None when it is open no more."""
    row = drafts.step(act.session, uuid.UUID(timer.subject))
    case = cases.load(act.session, row.case_id)
    newest = drafts.newest(act.session, case.id)
    if newest is None or row.stage != "open" or newest.round != row.round or not case.is_open:
        return None
    return case, newest, row
