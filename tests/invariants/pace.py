"""Invariant 7: no destination is written to faster than its platform allows."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from tests.invariants.received import Limits, Received

COUNTED = ("send", "edit", "delete", "pin")


def too_fast(calls: Sequence[Received], limits: Callable[[str], Limits]) -> Iterator[str]:
    """Yield destinations, and whole platforms, that got more than they take in some stretch."""
    moments: dict[str, list[datetime]] = defaultdict(list)
    for call in calls:
        if call.deed in COUNTED:
            moments[call.destination].append(call.at)
            moments[f"{call.platform}:"].append(call.at)
    for destination, at in moments.items():
        for most, seconds in limits(destination):
            yield from _over(destination, sorted(at), most, seconds)


def too_soon(calls: Sequence[Received]) -> Iterator[str]:
    """Yield calls to a destination that had said it wants nothing for so many seconds."""
    until: dict[str, datetime] = {}
    for call in calls:
        if call.deed in COUNTED and call.at < until.get(call.destination, call.at):
            moment = until[call.destination]
            yield f"7: {call.destination} was written to at {call.at}, and had said not before {moment}"
        if call.nothing_for:
            until[call.destination] = call.at + timedelta(seconds=call.nothing_for)


def _over(destination: str, moments: Sequence[datetime], most: int, seconds: float) -> Iterator[str]:
    for first, last in zip(moments, moments[most:], strict=False):
        span = (last - first).total_seconds()
        if span < seconds:
            yield f"7: {destination} got {most + 1} messages in {span} s, at {last}"
            return
