"""Who takes over a shift 交班: whoever is on duty next and is here, else the leader on duty."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from config.plan import Night
from handlers.act import Act
from handlers.digest import gathering, words
from handlers.errors import Refusal
from handlers.on_hand import on_hand, shift_of
from storage import person as people
from storage.person import Person

SHIFT: Final = "shift"  # the timer of a shift that was given and not taken yet
OVER: Final = timedelta(hours=12)  # until then somebody who takes it late is still heard


def next_shift(local: datetime, night: Night) -> tuple[date, str]:
    """Return the duty day and slot that follow the shift of a local moment."""
    day, slot = shift_of(local, night)
    return (day, "night") if slot == "day" else (day + gathering.DAY, "day")


def shift_before(day: date, slot: str) -> tuple[date, str]:
    """Return the duty day and slot before a shift."""
    return (day, "day") if slot == "night" else (day - gathering.DAY, "night")


def coming(act: Act, by: Person) -> tuple[str, Sequence[Person]]:
    """Return the slot that comes and who has it; Refusal when nobody does.

    Whoever stayed on after their own shift gives it to the one that has begun.
    """
    local, night = act.now.astimezone(act.house.zone), act.house.plan.assignment.night
    now = shift_of(local, night)
    on, was_on = (people.on_duty(act.session, *shift) for shift in (now, shift_before(*now)))
    day, slot = now if by.id in was_on and by.id not in on else next_shift(local, night)
    here = on_hand(act)
    listed = [people.person(act.session, who) for who in people.on_duty(act.session, day, slot)]
    there = [person for person in listed if not here.is_away(person)]
    leaders = [person for person in here.duty_leaders if person.id != by.id and not here.is_away(person)]
    if not (there or leaders):
        raise Refusal(words.nobody_comes(slot))
    return slot, there or leaders


def wait(act: Act, by: Person, coming: Sequence[Person], times: int = 1) -> None:
    """Wait for somebody to take the shift over, as long as for whoever is asked to take a case."""
    plan = act.house.plan
    patience = timedelta(minutes=plan.assignment.accept_within_minutes["ordinary"])
    until = act.now + (patience if times <= plan.escalation.calls else OVER)
    act.later(SHIFT, until, subject=by.key, coming=[person.key for person in coming], times=times)
