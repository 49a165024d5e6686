"""Which events of a case count for its clocks: pure rules over what is on record."""

from collections.abc import Iterable
from typing import Any, Final, get_args

from config.plan import Event
from handlers.clocks.limits import Events
from storage.case_event import CaseEvent

REFERRAL_WAIVED: Final = "referral_waived"  # a confirmed rumour that does no grave harm: nobody has to hand it over
_STARTS_REFERRAL: Final = "rumour_confirmed"


def counted(recorded: Iterable[CaseEvent], *, rumour_stands: bool) -> Events:
    """Return the moments by event; a rumour that a person took back, or need not hand over, starts no clock."""
    found: dict[Event, list[Any]] = {}
    in_order = sorted(recorded, key=lambda each: each.at)
    waived = max((each.at for each in in_order if each.event == REFERRAL_WAIVED), default=None)
    for each in in_order:
        taken_back = not rumour_stands or (waived is not None and each.at <= waived)
        if each.event in get_args(Event) and not (each.event == _STARTS_REFERRAL and taken_back):
            found.setdefault(each.event, []).append(each.at)  # type: ignore[arg-type]  # an event of the plan, by the check above
    return found
