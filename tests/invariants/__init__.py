"""What must never happen, checked from outside: START HERE to hold any run of a desk against its invariants.

`broken(database, received, now=…)` reads nothing but the database (SQLite or PostgreSQL) and what a platform's double
wrote down, and returns every broken invariant in words, each with its number; an empty list is what a test wants.

    calls = [Received("telegram:-1001", moment, text), …]
    assert broken(database, calls, now=moment, accepted=[("telegram", "771"), …], limits=telegram_limits) == []

The numbers: 1 no accepted report is lost, no event acts twice · 2 every clock ended or runs on, with a timer for what
comes next · 3 nothing is out that was not signed · 4 the right people signed · 5 the record's chains verify and tell of
every change; numbers have no gap · 6 whatever is owed was sent, still is owed, or failed visibly; doubles are marked ·
7 limits of a chat are kept, statutory words overtake digests.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from storage.database import Database
from tests.invariants import clocks, pace, publishing, reports, sending
from tests.invariants.received import Limits, Received, without_limits
from tests.invariants.record import Told

__all__ = ["Limits", "Received", "broken", "without_limits"]


def broken(
    database: Database,
    received: Iterable[Received] = (),
    *,
    now: datetime,
    accepted: Iterable[tuple[str, str]] = (),
    limits: Callable[[str], Limits] = without_limits,
    at_rest: bool = True,
) -> list[str]:
    """Return every broken invariant in words.

    received: what the platforms got, in order; accepted: platform and key of each event whose delivery was
    acknowledged; limits: how fast a destination may be written to (as `telegram:-1001`, or `telegram:` for all of it);
    at_rest: the desk was given time to settle, so that nothing due may be left lying.
    """
    calls = list(received)
    with database.reading() as session:
        told = Told(session)
        return [
            *reports.lost(session, accepted, at_rest=at_rest),
            *reports.homeless(session),
            *told.acted_twice(),
            *clocks.unattended(session, told, now, at_rest=at_rest),
            *publishing.unsigned(session, calls),
            *told.unchained(session),
            *told.untold(session),
            *reports.gaps(session),
            *sending.unsent(session, told, calls, now, at_rest=at_rest),
            *sending.unmarked(session, calls),
            *sending.overtaken(session),
            *pace.too_fast(calls, limits),
            *pace.too_soon(calls),
        ]


def assert_unbroken(found: Sequence[str]) -> None:
    """Fail with every broken invariant on a line of its own."""
    assert not found, "\n".join(found)
