"""Who has an account but has never written to the desk: most platforms let it write to nobody else first."""

from datetime import datetime, time, timedelta
from typing import Final

from config.calendar import Calendar
from handlers.act import Act
from handlers.chats import owing, words
from handlers.registry import due
from storage import chat as chats
from storage import person as people
from storage import timer as timers
from storage.person import Person
from storage.timer import Timer

TIMER: Final = "first_start"
ASKED_AT: Final = time(8, 35)  # after the morning's first glance at the group, at an odd minute


def missing(act: Act) -> list[Person]:
    """List who has an account on a platform that is on, and no 1:1 chat through which a word reaches them."""
    identities = people.all_identities(act.session)
    having = {each.person_id for each in identities if each.platform in act.house.platforms}
    reached = chats.reached(act.session, act.house.platforms)
    return [person for person in people.everybody(act.session) if person.id in having - reached]


def without_account(act: Act, platform: str) -> list[Person]:
    """List who has no account on a platform at all: they need an invitation."""
    having = {each.person_id for each in people.all_identities(act.session) if each.platform == platform}
    return [person for person in people.everybody(act.session) if person.id not in having]


def begin(act: Act) -> None:
    """Ask those who are missing to start, unless they will be asked anyway."""
    if timers.waiting(act.session, TIMER, TIMER) is None and missing(act):
        act.later(TIMER, act.now, subject=TIMER)


def ask_now(act: Act) -> None:
    """Ask those who are missing at once: there is a new group that can be asked."""
    if missing(act):
        act.later(TIMER, act.now, subject=TIMER)


def ask_again_later(act: Act) -> None:
    """Ask those who are missing on the next working day, unless they will be asked before."""
    if timers.waiting(act.session, TIMER, TIMER) is None:
        act.later(TIMER, next_asking(act.now, act.house.calendar), subject=TIMER)


@due(TIMER)
def ask(act: Act, _timer: Timer) -> None:
    """Name in the staff group who has not started yet, on every working day until nobody is missing."""
    absent = missing(act)
    if absent:
        links = [link for platform in act.house.platforms if (link := owing.start_link(act, platform))]
        act.announce("staff", words.not_started(absent, links))
        ask_again_later(act)


def next_asking(now: datetime, calendar: Calendar) -> datetime:
    """Return the moment of the next asking: on the next day that is worked."""
    day = now.astimezone(calendar.zone).date() + timedelta(days=1)
    while not calendar.is_working(day):
        day += timedelta(days=1)
    return datetime.combine(day, ASKED_AT, calendar.zone)
