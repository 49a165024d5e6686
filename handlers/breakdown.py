"""When the desk itself fails: whoever spoke hears a number; administrators the first at once, the rest hourly."""

import secrets
from datetime import timedelta
from typing import Final

from handlers import words
from handlers.act import STATUTORY, Act
from handlers.chats.owing import tell_administrators
from handlers.registry import due
from storage import timer
from storage.timer import Timer

TIMER: Final = "breakdowns"
EVERY: Final = timedelta(hours=1)
MOST_NAMED: Final = 5


def new_reference() -> str:
    """Return the number by which a breakdown is found in the logs."""
    return secrets.token_hex(3).upper()


def break_down(act: Act, reference: str) -> None:
    """Tell whoever spoke, and the administrators: each of a thousand breakdowns by itself would bury all else."""
    act.aside(words.breakdown(reference))
    told = timer.waiting(act.session, TIMER, "")
    if told is None:
        tell_administrators(act, words.breakdown_for_administrator(reference), lane=STATUTORY)
        act.later(TIMER, act.now + EVERY)
    else:
        told.payload = {"count": _count(told) + 1, "last": [*_last(told), reference][-MOST_NAMED:]}
        act.session.add(told)
    act.note(breakdown=reference)
    act.end({"kind": "breakdown"})


@due(TIMER)
def tell_the_rest(act: Act, told: Timer) -> None:
    """Tell administrators of what broke since the first, and go on as long as something does."""
    if _count(told):
        tell_administrators(act, words.breakdowns_meanwhile(_count(told), _last(told)), lane=STATUTORY)
        act.later(TIMER, act.now + EVERY)


def _count(told: Timer) -> int:
    return int(told.payload.get("count", 0))


def _last(told: Timer) -> list[str]:
    return list(told.payload.get("last", []))
