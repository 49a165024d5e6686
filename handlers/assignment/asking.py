"""Asking one person after the other to take a case."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from config.language import lines, t
from config.plan import Grade
from handlers.act import Act
from handlers.assignment import words
from handlers.assignment.ladder import Asking, Wish, accept_by, next_asked
from handlers.clocks.words import clock_lines
from handlers.conversation import Button
from handlers.judgement.words import reason_lines
from handlers.on_hand import OnHand, on_hand
from storage import timer as timers
from storage.case import Case
from storage.person import Person
from storage.timer import Timer

TIMER = "accept"


def wish_of(case: Case) -> Wish:
    """Return what a case needs somebody for."""
    return Wish(case.topic, case.track, frozenset(uuid.UUID(asked) for asked in case.asked_ids), case.asked_step)


def ask_next(act: Act, case: Case, late: str = "") -> None:
    """Ask the next person on the ladder; late names whoever let their time pass. Nobody left: the leaders are told."""
    here = on_hand(act)
    ladder = act.plan_for(case).assignment.ladder
    asking = next_asked(ladder, here, wish_of(case))
    case.asked_step = asking.step
    _say_passed(act, case, asking, late)
    if asking.person is None:
        _exhausted(act, case, here)
    else:
        ask(act, case, asking.person)


def ask_again(act: Act, case: Case) -> None:
    """Begin at the foot of the ladder: the case was reopened, or its topic is another one."""
    case.asked_ids, case.asked_step = [], 0
    case.spokesperson_id, case.accepted_at = None, None
    ask_next(act, case)


def ask(act: Act, case: Case, person: Person, *, by_hand: bool = False) -> None:
    """Ask one person, 1:1, and wait for as long as the grade allows; by hand: somebody chose this person."""
    plan = act.plan_for(case)
    case.move("assign")
    case.asked_ids = [*case.asked_ids, str(person.id)]
    case.spokesperson_id, case.accepted_at = None, None
    minutes = plan.assignment.accept_within_minutes[_grade(case)]
    shown = clock_lines(act.session, case, act.now, plan)
    buttons = [[Button(t("认领"), "ack", urgent=True), Button(t("转派"), "assign"), Button(t("查看"), "case")]]
    act.tell(person, words.asked(case, shown, reason_lines(case, plan), minutes, plan), buttons, case=case)
    wait(act, case, Waiting(act.now, by_hand=by_hand))
    act.happened("assigned", case)


@dataclass(frozen=True)
class Waiting:
    """Since when somebody's answer is awaited, and whether a person chose whom to ask."""

    asked_at: datetime
    by_hand: bool


def wait(act: Act, case: Case, since: Waiting) -> None:
    """Wait for an answer as long as the grade allows."""
    until = max(act.now, accept_by(since.asked_at, _grade(case), act.plan_for(case).assignment))
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
    if accept_by(since.asked_at, _grade(case), act.plan_for(case).assignment) < timer.due_at:
        wait(act, case, since)


def _timer(act: Act, case: Case) -> Timer | None:
    return next((timer for timer in timers.of_case(act.session, case.id) if timer.kind == TIMER), None)


def _say_passed(act: Act, case: Case, asking: Asking, late: str) -> None:
    span = timedelta(minutes=act.plan_for(case).assignment.accept_within_minutes[_grade(case)])
    told = [
        words.next_one(case, late, span, asking) if late and asking.person else None,
        words.passed_over(case, asking.skipped, asking) if asking.skipped else None,
    ]
    if any(told):
        act.announce("staff", lines(*told), case=case)


def _exhausted(act: Act, case: Case, here: OnHand) -> None:
    if case.stage == "acceptance":
        case.move("exhaust")
    act.no_longer(TIMER, str(case.id))
    text = words.nobody_left(case)
    buttons = [[Button(t("认领"), "ack"), Button(t("指派"), "assign")]]
    for person in (*here.duty_leaders, *here.with_role("leader")):
        if here.can_ask(person):
            act.tell(person, text, buttons, case=case)
    act.announce("staff", text, buttons, case=case)
    act.changed(case)


def _grade(case: Case) -> Grade:
    return cast("Grade", case.grade)
