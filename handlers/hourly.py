"""What may happen a thousand times an hour is told the first time at once, and the rest as one number an hour later."""

from datetime import timedelta
from typing import Final

from handlers.act import Act
from storage import timer
from storage.timer import Timer

EVERY: Final = timedelta(hours=1)
MOST_NAMED: Final = 5


def is_first(act: Act, kind: str, subject: str, mark: str) -> bool:
    """Say whether this is to be told now; else it is counted, its mark kept, until the timer of that kind is due."""
    told = timer.waiting(act.session, kind, subject)
    if told is None:
        act.later(kind, act.now + EVERY, subject=subject)
        return True
    told.payload = {"count": counted(told) + 1, "last": [*last(told), mark][-MOST_NAMED:]}
    act.session.add(told)
    return False


def again(act: Act, told: Timer) -> bool:
    """Say whether there is a rest to tell now that the hour is over; as long as there is, the next hour is counted."""
    if counted(told):
        act.later(told.kind, act.now + EVERY, subject=told.subject)
    return counted(told) > 0


def counted(told: Timer) -> int:
    """Return how many there were since the first."""
    return int(told.payload.get("count", 0))


def last(told: Timer) -> list[str]:
    """Return the marks of the newest of them."""
    return list(told.payload.get("last", []))
