"""What should have been done and was not: asked of the tables themselves, by indexes, whoever failed to do it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, tuple_
from sqlmodel import SQLModel, col, select

from storage import outbox_turn
from storage.clock import Clock
from storage.inbox import Inbox
from storage.outbox import Outbox
from storage.session import Session
from storage.timer import Timer

PAGE: Final = 500  # clocks that are held against their timers at once
RINGS: Final = "clock"  # the kind of timer that watches a clock; its subject is the clock's id


@dataclass(frozen=True)
class Overdue:
    """How many of one kind wait, and since when the first of them."""

    count: int = 0
    since: datetime | None = None


def timers(session: Session, before: datetime) -> Overdue:
    """Count the timers that fell due before a moment and still wait."""
    return _overdue(session, Timer, col(Timer.due_at), Timer.stage == "waiting", before)


def clocks(session: Session, before: datetime) -> Overdue:
    """Count the clocks that run although their limit passed before a moment."""
    return _overdue(session, Clock, col(Clock.due_at), Clock.outcome == "running", before)


def inbox(session: Session, before: datetime) -> Overdue:
    """Count what was stored before a moment and is not handled."""
    return _overdue(session, Inbox, col(Inbox.received_at), Inbox.stage == "waiting", before)


def unwatched(session: Session, before: datetime, now: datetime) -> Iterator[Clock]:
    """Yield the clocks that run past their limit and that no timer will ring now, the oldest first.

    Nothing but the clocks is believed: the timer may never have been made, wrongly cancelled, or set to a wrong moment.
    """
    place = tuple_(col(Clock.due_at), col(Clock.id))
    query = select(Clock).where(Clock.outcome == "running", col(Clock.due_at) <= before)
    query = query.order_by(col(Clock.due_at), col(Clock.id)).limit(PAGE)
    page = session.exec(query).all()
    while page:
        rung = _rung(session, page, now)
        yield from (clock for clock in page if str(clock.id) not in rung)
        page = session.exec(query.where(place > (page[-1].due_at, page[-1].id))).all()


@dataclass(frozen=True)
class Sending:
    """What is being sent."""

    serial: int
    kind: str
    destination: str
    since: datetime | None  # None: a worker of an earlier release sends it, and does not say


def sending(session: Session) -> Sequence[Sending]:
    """List what is being sent."""
    query = select(Outbox.serial, Outbox.kind, Outbox.destination, Outbox.claimed_at)
    return [Sending(serial or 0, *rest) for serial, *rest in session.exec(query.where(Outbox.stage == "sending"))]


def may_go(session: Session, platforms: Sequence[str], before: datetime, busy: Sequence[str]) -> Sequence[Outbox]:
    """List what a look would have had to send before a moment: the same question as it asks, without holding a row.

    busy: destinations where something is being sent; the rest waits its turn.
    """
    return outbox_turn.may_go(session, platforms, before, busy=busy)


def _rung(session: Session, page: Sequence[Clock], now: datetime) -> set[str]:
    """Return which of these clocks have a timer that is due."""
    query = select(Timer.subject).where(col(Timer.subject).in_([str(clock.id) for clock in page]))
    return set(session.exec(query.where(Timer.kind == RINGS, Timer.stage == "waiting", col(Timer.due_at) <= now)))


def _overdue(session: Session, table: type[SQLModel], at: Any, waits: Any, before: datetime) -> Overdue:  # noqa: ANN401 - parts of a question
    count, since = session.exec(select(func.count(), func.min(at)).select_from(table).where(waits, at <= before)).one()
    return Overdue(count, since)
