"""When the desk itself fails: whoever spoke hears a number; administrators the first at once, the rest hourly."""

import secrets
from typing import Final

from handlers import hourly, words
from handlers.act import STATUTORY, Act
from handlers.chats.owing import tell_administrators
from handlers.registry import due
from storage.timer import Timer

TIMER: Final = "breakdowns"
SUBJECT: Final = "desk"


def new_reference() -> str:
    """Return the number by which a breakdown is found in the logs."""
    return secrets.token_hex(3).upper()


def break_down(act: Act, reference: str) -> None:
    """Tell whoever spoke, and the administrators: each of a thousand breakdowns by itself would bury all else."""
    act.aside(words.breakdown(reference))
    if hourly.is_first(act, TIMER, SUBJECT, reference):
        tell_administrators(act, words.breakdown_for_administrator(reference), lane=STATUTORY)
    act.note(breakdown=reference)
    act.end({"kind": "breakdown"})


@due(TIMER)
def tell_the_rest(act: Act, told: Timer) -> None:
    """Tell administrators of what broke since the first."""
    if hourly.again(act, told):
        text = words.breakdowns_meanwhile(hourly.counted(told), hourly.last(told))
        tell_administrators(act, text, lane=STATUTORY)
