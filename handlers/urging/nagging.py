"""催办: whoever the next step waits for hears of it now, in a person's name, no more often than the plan allows."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from handlers.act import STATUTORY, Act
from handlers.assignment import asking
from handlers.clocks.nagging import one_tap
from handlers.clocks.words import clock_lines
from handlers.errors import Refusal
from handlers.gates import asking as gates
from handlers.on_hand import on_hand
from handlers.urging import words
from handlers.waiting import next_step
from storage import case_event
from storage import draft as drafts
from storage import person as people
from storage.case import Case
from storage.case_event import CaseEvent
from storage.person import Person

NAGGED: Final = "nagged"


def nag(act: Act, case: Case) -> tuple[list[Person], list[Person]]:
    """Remind everybody the next step waits for; return who heard it, and whom no message reaches."""
    waited = _waited_for(act, case)
    free = [person for person in waited if _free_at(act, case, person) <= act.now]
    if not free:
        raise Refusal(words.nagged_just_now(case, waited, min(_free_at(act, case, person) for person in waited)))
    here, told, unreached = on_hand(act), list[Person](), list[Person]()
    for person in free:
        if not here.can_ask(person) or not _tell(act, case, person):
            unreached.append(person)
            continue
        told.append(person)
        event = CaseEvent(case_id=case.id, event=NAGGED, at=act.now, by=act.somebody.id, note=person.key)
        case_event.record(act.session, event)
    return told, unreached


def _waited_for(act: Act, case: Case) -> Sequence[Person]:
    ids = dict.fromkeys(who for who, _ in next_step(act, case, on_hand(act)))
    waited = [people.person(act.session, who) for who in ids]
    others = [person for person in waited if person.id != act.somebody.id]
    if not others:
        raise Refusal(words.waits_for_you(case) if waited else words.nobody_waited_for(case))
    return others


def _free_at(act: Act, case: Case, person: Person) -> datetime:
    """Return from when on somebody may be nagged about a case."""
    between = timedelta(minutes=act.plan_for(case).escalation.nag_again_minutes)
    last = [one.at for one in case_event.of_case(act.session, case.id) if (one.event, one.note) == (NAGGED, person.key)]
    return max(last) + between if last else act.now


def _tell(act: Act, case: Case, person: Person) -> bool:
    """Send somebody what they were asked, as it stands now."""
    if case.stage == "acceptance":
        return asking.send_again(act, case, person, words.nagged_by(act.somebody.name))
    if case.stage in ("review", "signature"):
        return _show_again(act, case, person)
    shown = clock_lines(act.session, case, act.now, act.plan_for(case))
    text = words.nag(case, act.somebody.name, shown)
    return act.tell(person, text, [one_tap(act, case)], case=case, lane=STATUTORY)


def _show_again(act: Act, case: Case, person: Person) -> bool:
    newest = drafts.newest(act.session, case.id)
    rows = drafts.steps(act.session, case.id, newest.round) if newest is not None else ()
    row = next((each for each in rows if each.stage == "open" and str(person.id) in each.asked_ids), None)
    if newest is None or row is None:
        return False
    return gates.send(act, case, newest, row, person, words.nagged_by(act.somebody.name))
