"""When to remind of a limit: at the fractions of its time that the plan names."""

from collections.abc import Iterable
from datetime import datetime


def nudge_moments(
    starts_at: datetime, due_at: datetime, fractions: Iterable[float]
) -> tuple[tuple[datetime, float], ...]:
    """Return each reminder's moment and fraction, in order; fraction 1 is the limit itself, to the microsecond."""
    span = due_at - starts_at
    return tuple((due_at if part == 1 else starts_at + span * part, part) for part in sorted(set(fractions)))


def next_nudge(
    starts_at: datetime, due_at: datetime, fractions: Iterable[float], after: datetime
) -> tuple[datetime, float] | None:
    """Return the first reminder later than `after`, or None when all lie behind."""
    moments = nudge_moments(starts_at, due_at, fractions)
    return next((nudge for nudge in moments if nudge[0] > after), None)
