"""Assignment in chat: asked in time, taken, handed on (R5)."""

import uuid
from collections.abc import Sequence

from config.language import Said, t
from handlers.act import Act
from handlers.assignment import asking, words
from handlers.assignment.ladder import LEADING, still_fits
from handlers.clocks import escalating
from handlers.conversation import Button
from handlers.drafting.finding import name_in_group
from handlers.errors import Refusal
from handlers.on_hand import OnHand, on_hand
from handlers.registry import due, on, said
from handlers.words import roles
from storage import case as cases
from storage import case_event
from storage import person as people
from storage.case import Case
from storage.case_event import CaseEvent
from storage.person import Person
from storage.timer import Timer

TAKERS = ("spokesperson", "network_spokesperson", "duty_officer", "duty_leader", "leader")
IN_HAND = ("question_accepted", "replied", "passed_on")
FIRST_LISTED = 8


# what follows


@on("registered")
def registered(act: Act, case: Case) -> None:
    """Ask the first on the ladder; what came in by import waits for somebody to take it."""
    handled = _in_hand(act, case)
    if handled is not None:
        _take(act, case, handled)
    elif not case.quiet:
        asking.ask_next(act, case)


def _in_hand(act: Act, case: Case) -> CaseEvent | None:
    """Return what was done about an online question before it became a case: accepted, answered or passed on."""
    return next((done for done in case_event.of_case(act.session, case.id) if done.event in IN_HAND), None)


def _take(act: Act, case: Case, handled: CaseEvent) -> None:
    """Let whoever handled it already have it."""
    case.move("accept")
    case.spokesperson_id, case.accepted_at = handled.by, handled.at
    act.happened("accepted", case)


@on("accepted")
def taken(act: Act, case: Case) -> None:
    """Wait no longer for somebody to take a case, and tell whoever was asked last that another took it."""
    act.no_longer(asking.TIMER, str(case.id))
    asked = uuid.UUID(case.asked_ids[-1]) if case.asked_ids else None
    if asked is not None and case.spokesperson_id is not None and asked != case.spokesperson_id:
        name = people.person(act.session, case.spokesperson_id).name
        act.tell(people.person(act.session, asked), words.taken_over(case, name), case=case)


@on("away")
def gone(act: Act, person: Person | None) -> None:
    """Hand on what somebody has who went on leave; without a name: whoever acts."""
    asking.hand_over(act, person or act.somebody)


@on("reopened")
@on("split")
def back_again(act: Act, case: Case) -> None:
    """Ask anew for a case that is back and that nobody has taken."""
    if case.stage in ("assignment", "acceptance"):
        asking.ask_again(act, case)


@on("judged")
def judged(act: Act, case: Case) -> None:
    """Hurry a graver case; ask anew when it now belongs to somebody else's topic."""
    if case.stage != "acceptance" or not case.asked_ids:
        return
    ladder = act.plan_for(case).assignment.ladder
    asked = uuid.UUID(case.asked_ids[-1])
    since = asking.waiting(act, case)
    by_hand = since is not None and since.by_hand
    if by_hand or still_fits(ladder, on_hand(act), asking.wish_of(case), asked):
        asking.hurry(act, case)
    else:
        asking.ask_again(act, case)


@on("closed")
@on("merged")
def ended(act: Act, case: Case) -> None:
    """Wait no longer for somebody to take a case that has ended."""
    act.no_longer(asking.TIMER, str(case.id))


@due(asking.TIMER, reminds=True)
def not_accepted(act: Act, timer: Timer) -> None:
    """Ask the next one when time has passed."""
    if timer.case_id is None:
        return
    case = cases.load(act.session, timer.case_id)
    if case.stage == "acceptance":
        late = people.person(act.session, uuid.UUID(case.asked_ids[-1]))
        asking.ask_next(act, case, late.name)


# verbs


@said("ack", "认领", "收到", help=t("认领案件:认领 12"))
def ack(act: Act, case: Case, _words: str) -> None:
    """Take a case: whoever was asked, or anybody else who may."""
    who = act.somebody
    if not case.is_open:
        raise Refusal(words.not_for_taking(case))
    if not _may_take_over(act, case):
        if not case.allows("accept"):
            raise Refusal(words.not_for_taking(case))
        case.move("accept")
    case.spokesperson_id, case.accepted_at = who.id, act.now
    act.happened("accepted", case)
    act.answer(words.accepted(case, name_in_group(act), _acceptors(act)), case=case)


@said("step_in", "接管", help=t("超时后从经办人手里接过案件:接管 12"))
def step_in(act: Act, case: Case, _words: str) -> None:
    """Take over a case in which a limit was missed, from whoever has it; who had it hears so."""
    who, holder = act.somebody, case.spokesperson_id
    _refuse_to_step_in(act, case, who)
    if case.allows("accept"):
        case.move("accept")
    case.spokesperson_id, case.accepted_at = who.id, act.now
    case_event.record(act.session, CaseEvent(case_id=case.id, event=escalating.STEPPED_IN, at=act.now, by=who.id))
    act.happened("accepted", case)
    told = words.stepped_in(case, who.name)
    if holder is not None and str(holder) not in case.asked_ids[-1:]:  # who was asked last has heard so
        act.tell(people.person(act.session, holder), told, case=case)
    if act.tapped or act.chat is None or act.chat.use != "staff":
        act.announce("staff", told, case=case)
    act.answer(words.you_stepped_in(case, name_in_group(act), _acceptors(act)), case=case)


def _refuse_to_step_in(act: Act, case: Case, who: Person) -> None:
    if not case.is_open or (case.spokesperson_id is None and not case.allows("accept")):
        raise Refusal(words.not_for_taking(case))
    if case.spokesperson_id == who.id:
        raise Refusal(words.already_yours(case))
    if not escalating.missed(act, case):
        raise Refusal(words.nothing_missed(case))
    if not who.has(*LEADING) and case.topic not in who.deputy_topics:
        raise Refusal(words.not_the_deputy(case))


def _acceptors(act: Act) -> Said | None:
    """Name who accepts online questions, unless whoever acts may."""
    rights = act.house.rights
    if rights.may(frozenset(act.somebody.roles), "accept", "direct"):
        return None
    return roles(rights.who("accept"))


def _may_take_over(act: Act, case: Case) -> bool:
    """Say whether a case is taken over from somebody who is away; refused while its holder is here."""
    if case.spokesperson_id is None:
        return False
    holder = people.person(act.session, case.spokesperson_id)
    if holder.id == act.somebody.id:
        raise Refusal(words.already_yours(case))
    if case.stage not in asking.HELD or not on_hand(act).is_away(holder):
        raise Refusal(words.already_taken(case, holder.name))
    return True


@said("assign", "指派", "转派", help=t("指派给某人:指派 12 王五"))
def assign(act: Act, case: Case, name: str) -> None:
    """Ask one person by name to take a case."""
    here = on_hand(act)
    person = _person_named(case, name, here)
    if not here.can_ask(person):
        raise Refusal(words.cannot_be_asked(person, away=here.is_away(person)))
    if case.spokesperson_id == person.id:
        raise Refusal(words.already_taken(case, person.name))
    asking.ask(act, case, person, by_hand=True)
    act.answer(words.assigned(case, person), case=case)


def _person_named(case: Case, name: str, here: OnHand) -> Person:
    able = here.with_role(*TAKERS)
    typed = name.strip().removeprefix("@").strip()
    if not typed:
        raise Refusal(words.whom(case, able), _to_choose(able), case_id=case.id)
    found = [person for person in able if typed.casefold() in (person.name.casefold(), person.key.casefold())]
    if not found:
        raise Refusal(words.nobody_named(typed, able), _to_choose(able), case_id=case.id)
    if len(found) > 1:
        raise Refusal(words.several_named(typed, found), _to_choose(found), case_id=case.id)
    return found[0]


def _to_choose(persons: Sequence[Person]) -> list[list[Button]]:
    return [[Button(t("{name}", name=person.name), "assign", person.key)] for person in persons[:FIRST_LISTED]]
