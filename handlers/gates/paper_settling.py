"""What becomes of a signature on paper: confirmed, denied, overdue, or void with the text it was for."""

import uuid
from collections.abc import Iterable
from typing import Final

from config.language import Said
from handlers.act import APPROVAL, Act
from handlers.conversation import Button
from handlers.gates import asking, review, rounds
from handlers.gates import paper_words as words
from handlers.gates import words as gate_words
from handlers.gates.review import SIGNATURE
from handlers.on_hand import duty_officer
from handlers.registry import due, on
from storage import case as cases
from storage import draft as drafts
from storage import paper as papers
from storage import person as people
from storage import release as releases
from storage import report as reports
from storage.case import Case
from storage.draft import Draft, GateStep
from storage.paper import PaperSignature
from storage.person import Person
from storage.release import Release
from storage.timer import Timer

NUDGE: Final = "paper_nudge"
LIMIT: Final = "paper_limit"
COUNTED_IN: Final = ("review", "signature", "issue")  # the stages in which a signature can fall


def buttons(row: PaperSignature) -> list[Button]:
    """Return yes and no."""
    return [Button(words.CONFIRM, "paper_confirm", str(row.id)), Button(words.DENY, "paper_deny", str(row.id))]


def set_timers(act: Act, case: Case, row: PaperSignature, nth: int = 0) -> None:
    """Let the next reminder fall due, and with the first the limit."""
    nudges = sorted(act.plan_for(case).review.paper_signatures.nudges)
    if nth < len(nudges):
        at = row.recorded_at + (row.due_at - row.recorded_at) * nudges[nth]
        act.later(NUDGE, at, case=case, subject=str(row.id), nth=nth)
    if nth == 0:
        act.later(LIMIT, row.due_at, case=case, subject=str(row.id))


def answer(act: Act, row: PaperSignature, stage: str, reason: str = "") -> None:
    """Settle one; nobody is reminded of it any more."""
    row.stage, row.answered_at, row.reason = stage, act.now, reason
    papers.save(act.session, row)
    act.no_longer(NUDGE, str(row.id))
    act.no_longer(LIMIT, str(row.id))


def deny(act: Act, case: Case, row: PaperSignature, reason: str) -> Said:
    """Let a signature fall that its signer denies; return what everybody concerned is told."""
    gate, name = asking.gate_name(act, case, row.gate), people.person(act.session, row.signer_id).name
    step, out = _step(act, row), _release(act, case, row)
    answer(act, row, "denied", reason)
    act.changed(case)
    if out is not None:
        told = words.denied_too_late(case, gate, name, out.title, out.issued_at, reason)
    elif step is not None and case.stage in COUNTED_IN:
        told = words.denied(case, row.draft_version, gate, name, reason)
    else:
        told = words.denied_after_edit(case, row.draft_version, gate, name, reason)
    act.announce("staff", told, case=case, lane=APPROVAL)
    _tell(act, case, row, told)
    if out is None and step is not None and case.stage in COUNTED_IN:
        _fall(act, case, row)
    return told


@due(NUDGE, reminds=True)
def nudge(act: Act, timer: Timer) -> None:
    """Remind the signer."""
    case, row = _of(act, timer)
    if row.stage != "waiting":
        return
    text = words.remind(
        case, row.draft_version, asking.gate_name(act, case, row.gate), row.due_at, row.due_at - act.now
    )
    act.tell(people.person(act.session, row.signer_id), text, [buttons(row)], case=case, lane=APPROVAL)
    set_timers(act, case, row, int(timer.payload.get("nth", 0)) + 1)


@due(LIMIT, reminds=True)
def limit(act: Act, timer: Timer) -> None:
    """Tell everybody concerned that a signature was not confirmed in time: the text cannot go out any more."""
    case, row = _of(act, timer)
    if row.stage != "waiting":
        return
    signer = people.person(act.session, row.signer_id)
    told = words.overdue(case, asking.gate_name(act, case, row.gate), signer.name, row.due_at)
    act.tell(signer, told, [buttons(row)], case=case, lane=APPROVAL)
    act.announce("staff", told, case=case, lane=APPROVAL)
    _tell(act, case, row, told)
    act.changed(case)


@on("drafted")
@on("returned")
def void_with_text(act: Act, case: Case) -> None:
    """Let go of what was for a text that counts no more."""
    for row in papers.of_case(act.session, case.id):
        if row.stage == "waiting" and _step(act, row) is None and _release(act, case, row) is None:
            answer(act, row, "void")


@on("file_lost")
def without_photo(act: Act, case: Case) -> None:
    """Let a signature fall whose photo could not be kept."""
    for row in papers.of_case(act.session, case.id):
        if row.stage != "waiting" or not _photo_is_lost(act, case, row):
            continue
        step, out = _step(act, row), _release(act, case, row)
        answer(act, row, "void", "photo lost")
        signer = people.person(act.session, row.signer_id)
        told = words.photo_lost(case, asking.gate_name(act, case, row.gate), signer.name)
        act.tell(signer, told, case=case, lane=APPROVAL)
        act.announce("staff", told, case=case, lane=APPROVAL)
        _tell(act, case, row, told)
        if out is None and step is not None and case.stage in COUNTED_IN:
            _fall(act, case, row)


def _fall(act: Act, case: Case, row: PaperSignature) -> None:
    """Take the text back to the gate, whose reviewer is asked anew."""
    newest = drafts.newest(act.session, case.id)
    if newest is None or newest.round != row.round:
        return
    after = review.fallen(rounds.load(act, case, newest), row.gate)
    for step in drafts.steps(act.session, case.id, newest.round):
        if step.stage == "open" and after.step(step.gate).stage == "waiting":
            _call_off(act, case, newest, step)
    rounds.keep(act, case, newest, after)
    rounds.record(act, newest, row.gate, "denied", row.signer_id, row.reason)
    action = "unsign" if row.gate == SIGNATURE else "recheck"
    if case.allows(action):
        case.move(action)
    asking.proceed(act, case, newest)


def _call_off(act: Act, case: Case, newest: Draft, step: GateStep) -> None:
    asking.clear_timers(act, step)
    for person in asking.asked_people(act, step):
        act.tell(person, gate_words.called_off(case, newest.version), case=case)


def _tell(act: Act, case: Case, row: PaperSignature, told: Said) -> None:
    """Tell the administrators, the duty officer, who recorded it, who issues the text, and the leaders, 1:1."""
    everybody = people.everybody(act.session)
    ids: Iterable[uuid.UUID | None] = (row.recorder_id, case.spokesperson_id)
    on_duty = duty_officer(act)
    found: list[Person] = [person for person in everybody if person.has("administrator", "leader", "duty_leader")]
    found += [people.person(act.session, one) for one in ids if one is not None]
    found += [on_duty] if on_duty is not None else []
    me = act.person.id if act.person else None
    for person in {person.id: person for person in found if person.id not in (me, row.signer_id)}.values():
        act.tell(person, told, case=case, lane=APPROVAL)


def _step(act: Act, row: PaperSignature) -> GateStep | None:
    """Return the gate that rests on this signature; None when none does any more."""
    for step in drafts.steps(act.session, row.case_id, row.round):
        found = papers.behind(act.session, step)
        if found is not None and found.id == row.id:
            return step
    return None


def _release(act: Act, case: Case, row: PaperSignature) -> Release | None:
    """Return the release that went out on this signature."""
    found = releases.of_case(act.session, case.id)
    return next((one for one in found if one.round == row.round and _step(act, row) is not None), None)


def _photo_is_lost(act: Act, case: Case, row: PaperSignature) -> bool:
    files = reports.files_of_case(act.session, case.id)
    shown = [file for file in files if {file.source, file.sha256} & {*row.photos}]
    return bool(shown) and all(file.stage == "refused" for file in shown)


def _of(act: Act, timer: Timer) -> tuple[Case, PaperSignature]:
    row = papers.load(act.session, uuid.UUID(timer.subject))
    return cases.load(act.session, row.case_id), row
