"""Who is not reached yet: who never wrote to the desk, since most platforms want that first, or has no account."""

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
NO_ACCOUNT: Final = "no_account"
REMEMBERED: Final = timedelta(days=30)  # until the timer that remembers who was named is set anew
ASKED_AT: Final = time(8, 35)  # after the morning's first glance at the group, at an odd minute


def missing(act: Act) -> list[Person]:
    """List who has an account on a platform that is on, and no 1:1 chat through which a word reaches them."""
    identities = people.all_identities(act.session)
    having = {each.person_id for each in identities if each.platform in act.house.platforms}
    reached = chats.reached(act.session, act.house.platforms)
    return [person for person in people.everybody(act.session) if person.id in having - reached]


def begin(act: Act) -> None:
    """Ask those who are missing to start, unless they will be asked anyway, and name those who need an invitation."""
    name_now(act)
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


def name_now(act: Act) -> None:
    """Name to the administrators, at once, who has no account and was not named before."""
    told = _named_before(act)
    if any(person.key not in told for person in people.without_account(act.session, act.house.platforms)):
        act.later(NO_ACCOUNT, act.now, subject=NO_ACCOUNT, told=told)


def _named_before(act: Act) -> list[str]:
    waiting = timers.waiting(act.session, NO_ACCOUNT, NO_ACCOUNT)
    return list(waiting.payload["told"]) if waiting is not None else []


@due(NO_ACCOUNT)
def name(act: Act, timer: Timer) -> None:
    """Name to the administrators who has no account; the timer that waits on remembers who was named."""
    absent = people.without_account(act.session, act.house.platforms)
    keys, told = [person.key for person in absent], list(timer.payload["told"])
    if not set(keys) <= set(told):
        reached = chats.reached(act.session, act.house.platforms)
        if not any(person.has("administrator") and person.id in reached for person in people.everybody(act.session)):
            return  # they are named as soon as an administrator has written to the desk
        owing.tell_administrators(act, words.without_account(absent))
    if keys:
        act.later(NO_ACCOUNT, act.now + REMEMBERED, subject=NO_ACCOUNT, told=keys)


def next_asking(now: datetime, calendar: Calendar) -> datetime:
    """Return the moment of the next asking: on the next day that is worked."""
    day = now.astimezone(calendar.zone).date() + timedelta(days=1)
    while not calendar.is_working(day):
        day += timedelta(days=1)
    return datetime.combine(day, ASKED_AT, calendar.zone)
