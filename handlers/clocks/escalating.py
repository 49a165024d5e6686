"""Up the ladder while a limit stays missed (R6): by chat, by phone, with a yellow or a red card, as the plan says."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from config.language import Line, t
from config.plan import Escalated, Plan
from handlers import night
from handlers.act import STATUTORY, Act
from handlers.clocks import ladder_words as words
from handlers.clocks import nagging
from handlers.clocks.owners import responsible, who_can_end
from handlers.clocks.strictest import strictest_first
from handlers.conversation import Button
from handlers.on_hand import OnHand, on_hand
from handlers.registry import due
from storage import case as cases
from storage import case_event
from storage import chat as chats
from storage import clock as clocks
from storage import timer as timers
from storage.case import Case
from storage.case_event import CaseEvent
from storage.clock import Clock
from storage.person import Person
from storage.timer import Timer

STEP: Final = "escalate"
CALL: Final = "call"
PHONED: Final = "phoned"
STEPPED_IN: Final = "stepped_in"


def begin(act: Act, case: Case) -> None:
    """Set out once a limit is known to have passed, which a re-grading may say late; a ladder under way goes on."""
    if missed(act, case) and not timers.waits(act.session, STEP, str(case.id), case.id):
        _wait(act, case, 0, act.now)


def stop(act: Act, case: Case) -> None:
    """Come down: nothing of the case is overdue any more."""
    act.no_longer(STEP, str(case.id))
    act.no_longer(CALL, str(case.id))


def missed(act: Act, case: Case) -> list[Clock]:
    """List the limits of a case that have passed, are not met and still hold, the earliest first."""
    rows = clocks.of_case(act.session, case.id)
    return strictest_first([clock for clock in rows if clock.is_overdue], act.plan_for(case))


@due(STEP, reminds=True)
def climb(act: Act, timer: Timer) -> None:
    """Take a step, and at once the next one where nobody is there."""
    case = cases.load(act.session, timer.case_id) if timer.case_id else None
    if case is not None and case.is_open:
        _climb(act, case, timer)


def climb_now(act: Act, case: Case) -> Line | None:
    """Take the step that waits before its time, and return what was done; None: none is left."""
    timer = timers.waiting(act.session, STEP, str(case.id))
    if timer is None:
        return None
    act.no_longer(STEP, str(case.id))
    return _climb(act, case, timer)


def _climb(act: Act, case: Case, timer: Timer) -> Line | None:
    standing = missed(act, case)
    if not standing:
        return None
    steps, at = act.plan_for(case).escalation.then, int(timer.payload["step"])
    here = on_hand(act)
    while at < len(steps) and not _take(act, case, standing, steps[at], here):
        act.announce("staff", words.nobody_for(case, steps[at], steps[at + 1 : at + 2]), case=case, lane=STATUTORY)
        at += 1
    if at + 1 < len(steps):
        _wait(act, case, at + 1, datetime.fromisoformat(timer.payload["since"]))
    return words.step_up(steps[at]) if at < len(steps) else None


def _wait(act: Act, case: Case, step: int, since: datetime) -> None:
    plan = act.plan_for(case)
    steps = plan.escalation.then
    if step >= len(steps):
        return
    moment = max(act.now, _moment(case, plan, since, timedelta(minutes=steps[step].after_minutes)))
    act.later(STEP, moment, case=case, subject=str(case.id), step=step, since=since.isoformat())


def _moment(case: Case, plan: Plan, since: datetime, after: timedelta) -> datetime:
    """Return when a step is due: an emergency's at any hour, all others by day."""
    plain = since + after
    return plain if night.is_emergency(case, plan) else night.morning(plain, plan) or plain


def _take(act: Act, case: Case, standing: Sequence[Clock], step: Escalated, here: OnHand) -> bool:
    """Do what a step says; False when nobody is there for it."""
    match step.by:
        case "phone":
            return _call(act, case, standing, step, here)
        case "chat":
            return _tell(act, case, standing, step, here)
        case _:
            return _card(act, case, standing, step, here)


def _tell(act: Act, case: Case, standing: Sequence[Clock], step: Escalated, here: OnHand) -> bool:
    text = words.still_missed(case, standing, act.now, act.plan_for(case))
    if step.who == "joint_meeting":
        act.announce("joint_meeting", text, [[Button(t("查看"), "case")]], case=case, lane=STATUTORY)
        return bool(chats.used_for(act.session, "joint_meeting"))
    told = [person for person in _people(act, case, standing, step, here) if here.can_ask(person)]
    for person in told:
        act.tell(person, text, nagging.to_step_in(act, case, person), case=case, lane=STATUTORY)
    return bool(told)


def _call(act: Act, case: Case, standing: Sequence[Clock], step: Escalated, here: OnHand) -> bool:
    """Let the duty officer phone the first one who is not away: a call needs no chat."""
    found = _people(act, case, standing, step, here)
    person = next((each for each in found if each.phone and not here.is_away(each)), None)
    if person is None:
        return False
    _ask_to_call(act, case, person, 1)
    return True


def _ask_to_call(act: Act, case: Case, person: Person, times: int) -> None:
    here = on_hand(act)
    caller = here.first((*here.among(here.duty), *here.with_role("duty_officer", "office_head")))
    text = words.call(case, person, missed(act, case), act.now, act.plan_for(case))
    buttons = [[Button(t("已通知"), PHONED, person.name, urgent=True), Button(t("查看"), "case")]]
    if caller is None or not act.tell(caller, text, buttons, case=case, lane=STATUTORY):
        act.announce("staff", words.somebody_call(case, person), buttons, case=case, lane=STATUTORY)
    plan = act.plan_for(case).escalation
    if times < plan.calls:
        again = act.now + timedelta(minutes=plan.call_again_minutes)
        act.later(CALL, again, case=case, subject=str(case.id), who=person.key, times=times + 1)


@due(CALL, reminds=True)
def call_again(act: Act, timer: Timer) -> None:
    """Ask again while nobody has said that the call was made."""
    case = cases.load(act.session, timer.case_id) if timer.case_id else None
    person = next((each for each in on_hand(act).people if each.key == timer.payload["who"]), None)
    if case is not None and person is not None and case.is_open and missed(act, case):
        _ask_to_call(act, case, person, int(timer.payload["times"]))


def _card(act: Act, case: Case, standing: Sequence[Clock], step: Escalated, here: OnHand) -> bool:
    """Give a card to whoever lets people wait: on record, told to them, to their heads and to the staff.

    Not to a stand-in, to nobody who is away, and not to whoever stepped in when it was late already: they have not let
    anybody wait.
    """
    person = responsible(act.plan_for(case).clock(standing[0].rule).owner, case, here)
    if person is None or _stepped_in(act, case, person, standing[0].due_at):
        return False
    case_event.record(act.session, CaseEvent(case_id=case.id, event=step.by, at=act.now, note=person.name))
    text = words.card_given(case, person, step, standing, act.now)
    for each in {each.id: each for each in (person, *here.with_role("office_head"))}.values():
        act.tell(each, text, [[Button(t("查看"), "case")]], case=case, lane=STATUTORY)
    act.announce("staff", text, case=case, lane=STATUTORY)
    act.changed(case)
    return True


def _stepped_in(act: Act, case: Case, person: Person, limit: datetime) -> bool:
    """Say whether somebody stepped in once this limit had passed; a later one of the same case is theirs."""
    stepped = [each for each in case_event.of_case(act.session, case.id) if each.event == STEPPED_IN]
    return any(each.by == person.id and each.at >= limit for each in stepped)


def _people(act: Act, case: Case, standing: Sequence[Clock], step: Escalated, here: OnHand) -> Sequence[Person]:
    if step.who == "owner":
        owner = who_can_end(act.plan_for(case).clock(standing[0].rule).owner, case, here)
        return (owner,) if owner is not None else ()
    return here.duty_leaders if step.who == "duty_leader" else here.with_role(step.who)
