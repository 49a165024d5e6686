"""Things that fall due: a row each, so that no restart forgets one."""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import CheckConstraint, bindparam, func, update
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Field, col, select

from storage.columns import Hot, id_field, map_field, moment_field
from storage.session import Session

PAYLOAD_VERSION = 1


class Timer(Hot, table=True):
    """One thing that falls due at one moment."""

    __table_args__ = (CheckConstraint("stage IN ('waiting', 'fired', 'cancelled')", name="timer_stage"),)
    id: uuid.UUID = id_field()
    kind: str
    due_at: datetime = moment_field(index=True)
    case_id: uuid.UUID | None = Field(default=None, foreign_key="cases.id", index=True)
    subject: str = Field(default="", index=True)  # what it is about: a clock, a gate …
    payload: dict[str, Any] = map_field()
    version: int = PAYLOAD_VERSION
    stage: str = Field(default="waiting", index=True)
    fired_at: datetime | None = moment_field(nullable=True)


def set_timer(session: Session, timer: Timer) -> None:
    """Keep a timer."""
    session.keep(timer)


def cancel(session: Session, kind: str, subject: str) -> None:
    """Cancel what waits of one kind about one subject. The hot path: one plain statement, built once."""
    if session.is_new(_named(subject)):
        for timer in session.new_of(Timer, subject):
            if timer.kind == kind and timer.stage == "waiting":
                timer.stage = "cancelled"
        return
    session.flush()
    if session.connection().execute(_CANCEL, {"of": kind, "about": subject}).rowcount:
        loaded = [row for row in session.identity_map.values() if isinstance(row, Timer)]
        for timer in loaded:
            if (timer.kind, timer.subject, timer.stage) == (kind, subject, "waiting"):
                set_committed_value(timer, "stage", "cancelled")


def _named(subject: str) -> uuid.UUID | None:
    """Return the id that a subject may be; None for any other."""
    try:
        return uuid.UUID(subject)
    except ValueError:
        return None


_CANCEL: Final = (
    update(Timer)
    .where(col(Timer.kind) == bindparam("of"), col(Timer.subject) == bindparam("about"), col(Timer.stage) == "waiting")
    .values(stage="cancelled")
)


def due(session: Session, now: datetime, limit: int = 50) -> Sequence[Timer]:
    """List what is due, earliest first; rows another worker holds are passed over."""
    query = select(Timer).where(Timer.stage == "waiting", Timer.due_at <= now)
    return session.exec(
        query.order_by(col(Timer.due_at), col(Timer.id)).limit(limit).with_for_update(skip_locked=True)
    ).all()


def any_due(session: Session, now: datetime) -> bool:
    """Say whether anything is due."""
    query = select(Timer.id).where(Timer.stage == "waiting", Timer.due_at <= now).limit(1)
    return session.exec(query).first() is not None


def due_between(session: Session, since: datetime, until: datetime, kinds: Collection[str]) -> int:
    """Count what fell due of some kinds in a span and still waits."""
    query = select(func.count()).select_from(Timer).where(Timer.stage == "waiting", col(Timer.kind).in_(kinds))
    return session.exec(query.where(col(Timer.due_at) > since, col(Timer.due_at) <= until)).one()


def put_off(session: Session, timer: Timer, moment: datetime) -> None:
    """Let a timer that broke wait for another try."""
    timer.stage, timer.fired_at, timer.due_at = "waiting", None, moment
    session.add(timer)
    session.flush()


def next_due(session: Session) -> datetime | None:
    """Return the moment the next timer falls due."""
    return session.exec(select(func.min(Timer.due_at)).where(Timer.stage == "waiting")).one()


def of_case(session: Session, case_id: uuid.UUID) -> Sequence[Timer]:
    """List what waits for a case."""
    if session.is_new(case_id):
        return [timer for timer in session.new_of(Timer, case_id) if timer.stage == "waiting"]
    return session.exec(select(Timer).where(Timer.case_id == case_id, Timer.stage == "waiting")).all()


def kinds_waiting(session: Session) -> set[str]:
    """List the kinds of timers that wait: each needs a handler."""
    return set(session.exec(select(Timer.kind).where(Timer.stage == "waiting").distinct()))


def waiting(session: Session, kind: str, subject: str) -> Timer | None:
    """Find what waits of one kind about one subject."""
    query = select(Timer).where(Timer.kind == kind, Timer.subject == subject, Timer.stage == "waiting")
    return session.exec(query.order_by(col(Timer.due_at))).first()
