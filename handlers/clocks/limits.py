"""What a case owes by when (实施方案 三.1): pure rules over the plan, the calendar and what has happened so far."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from config.calendar import Calendar
from config.plan import Applies, ClockRule, Effect, Event, Grade, Limit, Plan, Track

Events = Mapping[Event, Sequence[datetime]]
Key = tuple[str, str, str, datetime, datetime]


@dataclass(frozen=True)
class CaseFacts:
    """What decides which limits a case is under."""

    track: Track
    grade: Grade
    kinds: frozenset[str] = frozenset()
    effects: frozenset[Effect] = frozenset()
    complex: bool = False


@dataclass(frozen=True)
class Owed:
    """One limit of one rule: from when, until when, on which basis; of a rule's limits the earliest binds."""

    rule_key: str
    limit_basis: str
    source: str
    starts_at: datetime
    due_at: datetime
    stops: tuple[Event, ...]
    repeats: bool = False
    binding: bool = True
    n: int = 0  # which start event of a repeating rule, from 0
    guess: bool = False  # counts working days past what is announced

    @property
    def key(self) -> Key:
        """What makes this the same clock as one that runs already."""
        return (self.rule_key, self.source, self.limit_basis, self.starts_at, self.due_at)


@dataclass(frozen=True)
class Outcome:
    """How a clock stands: running, met in time, or missed (and then perhaps met late)."""

    stage: Literal["running", "met", "missed"]
    met_at: datetime | None = None

    @property
    def late(self) -> bool:
        """Tell whether it was met, but late."""
        return self.stage == "missed" and self.met_at is not None


def owed_limits(plan: Plan, calendar: Calendar, facts: CaseFacts, events: Events) -> tuple[Owed, ...]:
    """Return every limit the case is under, from the rules whose start event has happened, in the plan's order."""
    zone = ZoneInfo(plan.time_zone)
    found: list[Owed] = []
    for rule in plan.clocks:
        for n, start in enumerate(_starts(rule, events)):
            begun = Owed(rule.key, "", "", start, start, rule.stops, rule.repeats, n=n)
            limits = [limit for limit in rule.limits if _holds(limit, facts, start.astimezone(zone).date())]
            found += _bound([_under(limit, begun, calendar, zone) for limit in limits])
    return tuple(found)


def outcome(owed: Owed, events: Events, now: datetime) -> Outcome:
    """Tell how a clock stands at a moment: a stop exactly at the limit is in time."""
    stopped = _stopped_at(owed, events, now)
    if stopped and stopped <= owed.due_at:
        return Outcome("met", stopped)
    if now > owed.due_at:
        return Outcome("missed", stopped)
    return Outcome("running")


def _stopped_at(owed: Owed, events: Events, now: datetime) -> datetime | None:
    # The release that starts a follow-up clock must not end it; elsewhere start and stop may share a moment.
    stops = (
        moment
        for event in owed.stops
        for moment in events.get(event, ())
        if moment <= now and (moment > owed.starts_at if owed.repeats else moment >= owed.starts_at)
    )
    return min(stops, default=None)


def _starts(rule: ClockRule, events: Events) -> list[datetime]:
    """Return the moments a rule starts: every one of a repeating rule, else the earliest."""
    moments = sorted(set(events.get(rule.starts, ())))
    return moments if rule.repeats else moments[:1]


def _under(limit: Limit, begun: Owed, calendar: Calendar, zone: ZoneInfo) -> Owed:
    due = calendar.add(begun.starts_at, limit.amount, limit.unit, zone)
    guess = limit.unit == "working_day" and calendar.is_guess(due)
    return replace(begun, limit_basis=limit.basis, source=limit.source, due_at=due, guess=guess)


def _bound(owed: list[Owed]) -> Iterator[Owed]:
    """Mark the limit that binds: the earliest; of equal ones the last, which is the bureau's own."""
    binding = min(range(len(owed)), key=lambda place: (owed[place].due_at, -place), default=None)
    for place, each in enumerate(owed):
        yield replace(each, binding=place == binding)


def _holds(limit: Limit, facts: CaseFacts, start: date) -> bool:
    in_force = limit.in_force is None or limit.in_force <= start
    return in_force and _applies(limit.applies, facts)


def _applies(applies: Applies, facts: CaseFacts) -> bool:
    return all(
        (
            applies.track == facts.track,
            not applies.grades or facts.grade in applies.grades,
            facts.grade not in applies.except_grades,
            not applies.kinds or _any_of(applies.kinds, facts.kinds),
            not applies.effects or _any_of(applies.effects, facts.effects),
            applies.complex is None or applies.complex == facts.complex,
        )
    )


def _any_of(wanted: Iterable[str], present: Iterable[str]) -> bool:
    return not set(wanted).isdisjoint(present)
