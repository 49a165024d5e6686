"""A statutory clock of a case: when it started, when it ends, and how it ended."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, bindparam, func
from sqlmodel import Field, col, select

from storage import together
from storage.columns import Hot, id_field, moment_field
from storage.session import Session

HOUR = timedelta(hours=1)


class Clock(Hot, table=True):
    """One limit of one rule, running for one case."""

    __table_args__ = (
        # One rule may hold the same limit twice from different authorities, and another one after re-grading.
        UniqueConstraint("case_id", "rule", "source", "basis", "started_at", "due_at", name="one_clock_per_limit"),
        CheckConstraint("outcome IN ('running', 'met', 'missed', 'lapsed')", name="clock_outcome"),
        CheckConstraint("(outcome IN ('met', 'lapsed')) <= (ended_at IS NOT NULL)", name="clock_ended"),
        CheckConstraint("outcome <> 'lapsed' OR lapsed_why <> ''", name="lapsed_for_a_reason"),
        Index("clock_due", "outcome", "due_at", "id"),  # what runs, in order
        Index("clock_owed", "outcome", "ended_at", "lapsed_why"),  # what was missed and is owed to this day
    )
    id: uuid.UUID = id_field()
    case_id: uuid.UUID = Field(foreign_key="cases.id", index=True)
    rule: str
    basis: str
    source: str
    started_at: datetime = moment_field()
    due_at: datetime = moment_field()
    guessed: bool = False  # counted past the last year whose holidays are announced
    outcome: str = "running"
    ended_at: datetime | None = moment_field(nullable=True)  # met (also: met late), or lapsed
    lapsed_why: str = ""  # also of a missed one that is owed no longer
    late_why: str = ""  # why it was missed, in somebody's words
    lapsed_by: uuid.UUID | None = Field(default=None, foreign_key="person.id")

    @property
    def is_overdue(self) -> bool:
        """Say whether it was missed and is owed to this day."""
        return self.outcome == "missed" and self.ended_at is None and not self.lapsed_why


together.by_case(Clock, col(Clock.due_at), in_place=True)


def of_case(session: Session, case_id: uuid.UUID) -> Sequence[Clock]:
    """List a case's clocks, the nearest limit first."""
    if session.is_new(case_id):
        return sorted(session.new_of(Clock, case_id), key=lambda clock: clock.due_at)
    known = together.rows(session, Clock, case_id)
    if known is not None:
        return known
    return session.exec(_OF_CASE, params={"case": case_id}).all()


_OF_CASE: Final = select(Clock).where(Clock.case_id == bindparam("case")).order_by(col(Clock.due_at))  # built once


@dataclass(frozen=True)
class Standing:
    """How the clocks stand at a moment."""

    running: int
    due_soon: int  # within the hour
    unfired: int  # past their limit, and nobody looked
    missed: int  # not met late, and owed to this day
    late: timedelta  # of the unfired the longest


def standing(session: Session, now: datetime) -> Standing:
    """Count how the clocks stand."""
    running = select(func.count()).select_from(Clock).where(Clock.outcome == "running")
    missed = select(func.count()).select_from(Clock).where(Clock.outcome == "missed", Clock.lapsed_why == "")
    unfired = select(func.count(), func.min(Clock.due_at)).where(Clock.outcome == "running", col(Clock.due_at) <= now)
    soon = running.where(col(Clock.due_at) > now, col(Clock.due_at) <= now + HOUR)
    late, since = session.exec(unfired).one()
    return Standing(
        session.exec(running).one(),
        session.exec(soon).one(),
        late,
        session.exec(missed.where(col(Clock.ended_at).is_(None))).one(),
        now - since if late else timedelta(),
    )


def running_until(session: Session, moment: datetime) -> Sequence[Clock]:
    """List the clocks that run although their limit has passed by a moment, in order: nobody looked meanwhile."""
    query = select(Clock).where(Clock.outcome == "running", col(Clock.due_at) <= moment)
    return session.exec(query.order_by(col(Clock.due_at))).all()


def due_between(session: Session, since: datetime, until: datetime) -> Sequence[Clock]:
    """List the clocks whose limit lay in a span and that were met or missed."""
    query = select(Clock).where(col(Clock.due_at) >= since, col(Clock.due_at) < until)
    return session.exec(query.where(col(Clock.outcome).in_(("met", "missed")))).all()


def load(session: Session, clock_id: uuid.UUID) -> Clock:
    """Load a clock by id."""
    return session.get_one(Clock, clock_id)


def save(session: Session, clock: Clock) -> None:
    """Keep a clock."""
    session.keep(clock)


def next_running(session: Session, after: datetime) -> Clock | None:
    """Return the running clock whose limit comes next."""
    query = select(Clock).where(Clock.outcome == "running", Clock.due_at > after)
    return session.exec(query.order_by(col(Clock.due_at)).limit(1)).first()
