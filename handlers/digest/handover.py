"""Who takes over a shift 交班: whoever is on duty next and is here, else the leader on duty."""

from collections.abc import Sequence
from datetime import date, datetime

from config.plan import Night
from handlers.act import Act
from handlers.digest import gathering, words
from handlers.errors import Refusal
from handlers.on_hand import on_hand, shift_of
from storage import person as people
from storage.person import Person


def next_shift(local: datetime, night: Night) -> tuple[date, str]:
    """Return the duty day and slot that follow the shift of a local moment."""
    day, slot = shift_of(local, night)
    return (day, "night") if slot == "day" else (day + gathering.DAY, "day")


def coming(act: Act, by: Person) -> tuple[str, Sequence[Person]]:
    """Return the slot that comes and who has it; Refusal when nobody does."""
    day, slot = next_shift(act.now.astimezone(act.house.zone), act.house.plan.assignment.night)
    here = on_hand(act)
    listed = [people.person(act.session, who) for who in people.on_duty(act.session, day, slot)]
    there = [person for person in listed if not here.is_away(person)]
    leaders = [person for person in here.duty_leaders if person.id != by.id and not here.is_away(person)]
    if not (there or leaders):
        raise Refusal(words.nobody_comes(slot))
    return slot, there or leaders
