"""Asking one person after the other to take a case."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from config.language import Said, lines, t
from config.plan import Grade
from handlers import night
from handlers.act import STATUTORY, Act
from handlers.assignment import words
from handlers.assignment.ladder import LEADING, Asking, Wish, accept_within, next_asked, stand_in
from handlers.clocks.words import clock_lines
from handlers.conversation import Button
from handlers.judgement.words import reason_lines
from handlers.on_hand import OnHand, on_hand
from storage import case as cases
from storage import timer as timers
from storage.case import Case
from storage.person import Person
from storage.timer import Timer

TIMER = "accept"
HELD = ("draft", "review", "signature", "issue")  # what a spokesperson still has to bring out


def wish_of(case: Case) -> Wish:
    """Return what a case needs somebody for."""
    return Wish(case.topic, case.track, frozenset(uuid.UUID(asked) for asked in case.asked_ids), case.asked_step)


def ask_next(act: Act, case: Case, late: str = "") -> Person | None:
    """Ask the next person on the ladder and return them; late names whoever let their time pass.

    Nobody left: the leaders are told.
    """
    ladder, used = act.plan_for(case).assignment.ladder, case.asked_step
    asking = next_asked(ladder, on_hand(act), wish_of(case))
    first_leader = asking.rung in LEADING and set(LEADING).isdisjoint(ladder[:used])
    _say_passed(act, case, asking, late if first_leader else "")  # of the others the card tells
    _go_up(act, case, asking)
    return asking.person


def _go_up(act: Act, case: Case, asking: Asking) -> None:
    case.asked_step = asking.step
    if asking.person is None:
        _exhausted(act, case, on_hand(act))
    else:
        ask(act, case, asking.person)
        _phone_too(act, case, asking.person, asking.rung)


def _phone_too(act: Act, case: Case, person: Person, rung: str) -> None:
    """Let the duty officer phone whoever is asked, where the plan says so and the case is an emergency."""
    plan, here = act.plan_for(case), on_hand(act)
    if rung not in plan.assignment.phone or not person.phone or not night.is_emergency(case, plan):
        return
    caller = here.first((*here.among(here.duty), *here.with_role("duty_officer", "office_head")))
    buttons = [[Button(t("已通知"), "phoned", person.name, urgent=True), Button(t("查看"), "case")]]
    if caller is not None and caller.id != person.id:
        act.tell(caller, words.phone_too(case, person), buttons, case=case, lane=STATUTORY)


def ask_again(act: Act, case: Case) -> None:
    """Begin at the foot of the ladder: the case was reopened, or its topic is another one."""
    case.asked_ids, case.asked_step = [], 0
    case.spokesperson_id, case.accepted_at = None, None
    ask_next(act, case)


def ask(act: Act, case: Case, person: Person, *, by_hand: bool = False) -> None:
    """Ask one person, 1:1, and wait for as long as the grade allows; by hand: somebody chose this person."""
    case.move("assign")
    case.asked_ids = [*case.asked_ids, str(person.id)]
    case.spokesperson_id, case.accepted_at = None, None
    _send(act, case, person, _accept_by(act, case, act.now))
    wait(act, case, Waiting(act.now, by_hand=by_hand))
    act.happened("assigned", case)


def send_again(act: Act, case: Case, person: Person, above: Said) -> bool:
    """Send whoever is asked the question once more; False: no chat reaches them."""
    timer = _timer(act, case)
    return _send(act, case, person, timer.due_at if timer is not None else act.now, above)


def _send(act: Act, case: Case, person: Person, until: datetime, above: Said | None = None) -> bool:
    """Say what a case is, by when it is due, why it must be answered, and how long is waited."""
    plan = act.plan_for(case)
    shown = clock_lines(act.session, case, act.now, plan)
    take = words.take_button(case, may_accept=act.house.rights.may(frozenset(person.roles), "accept", "direct"))
    buttons = [[take, Button(t("转派"), "assign"), Button(t("查看"), "case")]]
    asked = words.asked(case, shown, reason_lines(case, plan), words.accept_by(case, until, act.now, take), plan)
    return act.tell(person, lines(above, asked), buttons, case=case, lane=STATUTORY)


@dataclass(frozen=True)
class Waiting:
    """Since when somebody's answer is awaited, and whether a person chose whom to ask."""

    asked_at: datetime
    by_hand: bool


def wait(act: Act, case: Case, since: Waiting) -> None:
    """Wait for an answer as long as the grade allows."""
    until = max(act.now, _accept_by(act, case, since.asked_at))
    act.later(TIMER, until, case=case, subject=str(case.id), asked_at=since.asked_at.isoformat(), by_hand=since.by_hand)


def waiting(act: Act, case: Case) -> Waiting | None:
    """Return whose answer is awaited since when; None: nobody's."""
    timer = _timer(act, case)
    if timer is None:
        return None
    return Waiting(datetime.fromisoformat(timer.payload["asked_at"]), by_hand=timer.payload["by_hand"])


def hurry(act: Act, case: Case) -> None:
    """Shorten the wait of a case that was found to be graver; it never grows."""
    timer, since = _timer(act, case), waiting(act, case)
    if timer is None or since is None:
        return
    if _accept_by(act, case, since.asked_at) < timer.due_at:
        wait(act, case, since)


def hand_over(act: Act, person: Person) -> list[Case]:
    """Hand on what somebody has who is away now: what they were asked to take, and what they took. Return the cases.

    Whoever stands in for what they took is asked to take it over; until then that person is reminded in their place.
    Somebody who is here, but whom no message reaches, keeps what they took.
    """
    here = on_hand(act)
    if here.can_ask(person):
        return []
    away = here.is_away(person)
    open_now = cases.open_cases(act.session)
    theirs = [case.id for case in open_now if _is_with(case, person) and (away or case.stage == "acceptance")]
    handed = [cases.load(act.session, case_id) for case_id in theirs]
    told = [_hand_on(act, case, person, here) for case in handed]
    if told:
        act.announce("staff", lines(*told), case=handed[0] if len(handed) == 1 else None, lane=STATUTORY)
    return handed


def _is_with(case: Case, person: Person) -> bool:
    if case.stage == "acceptance":
        return case.asked_ids[-1:] == [str(person.id)]
    return case.stage in HELD and case.spokesperson_id == person.id


def _hand_on(act: Act, case: Case, away: Person, here: OnHand) -> Said:
    if case.stage == "acceptance":
        asking = next_asked(act.plan_for(case).assignment.ladder, here, wish_of(case))
        _go_up(act, case, asking)
        return words.handed_on(case, away.name, asking.person, on_leave=here.is_away(away))
    other = stand_in(here, wish_of(case))
    if other is not None:
        shown = clock_lines(act.session, case, act.now, act.plan_for(case))
        buttons = [[Button(t("接办"), "ack", urgent=True), Button(t("查看"), "case")]]
        act.tell(other, words.take_over(case, away.name, shown), buttons, case=case, lane=STATUTORY)
    return words.to_take_over(case, away.name, other)


def _timer(act: Act, case: Case) -> Timer | None:
    return next((timer for timer in timers.of_case(act.session, case.id) if timer.kind == TIMER), None)


def _say_passed(act: Act, case: Case, asking: Asking, late: str) -> None:
    span = timedelta(minutes=act.plan_for(case).assignment.accept_within_minutes[_grade(case)])
    told = [
        words.next_one(case, late, span, asking) if late and asking.person else None,
        words.passed_over(case, asking.skipped, asking) if asking.skipped else None,
    ]
    if any(told):
        act.announce("staff", lines(*told), case=case, lane=STATUTORY)


def _exhausted(act: Act, case: Case, here: OnHand) -> None:
    if case.stage == "acceptance":
        case.move("exhaust")
    act.no_longer(TIMER, str(case.id))
    text = words.nobody_left(case)
    buttons = [[Button(t("认领"), "ack"), Button(t("指派"), "assign")]]
    for person in (*here.duty_leaders, *here.with_role("leader")):
        if here.can_ask(person):
            act.tell(person, text, buttons, case=case, lane=STATUTORY)
    act.announce("staff", text, buttons, case=case, lane=STATUTORY)
    act.changed(case)


def _accept_by(act: Act, case: Case, asked_at: datetime) -> datetime:
    plan = act.plan_for(case)
    return night.answer_by(act.session, plan, case, asked_at, accept_within(_grade(case), plan.assignment))


def _grade(case: Case) -> Grade:
    return cast("Grade", case.grade)
