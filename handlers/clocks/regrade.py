"""What becomes of a case's clocks when it is judged anew: everything counts from the original start."""

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from handlers.clocks.limits import Events, Key, Outcome, Owed, outcome


@dataclass(frozen=True)
class ClockFacts:
    """A clock on record."""

    id: Hashable
    rule_key: str
    limit_basis: str
    source: str
    starts_at: datetime
    due_at: datetime
    stage: Literal["running", "met", "missed", "lapsed"] = "running"

    @property
    def key(self) -> Key:
        """What makes this the same clock as one that is owed."""
        return (self.rule_key, self.source, self.limit_basis, self.starts_at, self.due_at)


@dataclass(frozen=True)
class StartClock:
    """A clock to put on record, as it stands now: one already past is missed at once."""

    owed: Owed
    outcome: Outcome


@dataclass(frozen=True)
class LapseClock:
    """A running clock that no longer applies, and why."""

    clock: ClockFacts
    reason: str


ClockChange = StartClock | LapseClock


def reconcile(
    existing: Iterable[ClockFacts], owed: Iterable[Owed], now: datetime, reason: str, events: Events
) -> tuple[ClockChange, ...]:
    """Return what to change so that the clocks on record are those owed.

    A clock that is owed and on record stays; one that is owed and missing (or had lapsed) starts from its original
    start; a running one that is not owed any more lapses for the reason given. What has ended is never touched.
    """
    clocks, wanted = tuple(existing), tuple(owed)
    return (*_lapses(clocks, wanted, reason), *_starts(clocks, wanted, now, events))


def _lapses(clocks: tuple[ClockFacts, ...], owed: tuple[Owed, ...], reason: str) -> Iterator[LapseClock]:
    wanted = {each.key for each in owed}
    return (LapseClock(clock, reason) for clock in clocks if clock.stage == "running" and clock.key not in wanted)


def _starts(
    clocks: tuple[ClockFacts, ...], owed: tuple[Owed, ...], now: datetime, events: Events
) -> Iterator[StartClock]:
    known = {clock.key for clock in clocks if clock.stage != "lapsed"}
    return (StartClock(each, outcome(each, events, now)) for each in owed if each.key not in known)
