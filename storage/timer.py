"""Things that fall due: a row each, so that no restart forgets one."""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import CheckConstraint, Index, Integer, bindparam, func, update
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Field, col, select

from storage import together
from storage.columns import Hot, id_field, map_field, moment_field
from storage.for_rows import ForRows
from storage.session import WRITERS, Session
from storage.waking import leave_work

PAYLOAD_VERSION = 1
Named = tuple[str, str]  # kind and subject


class Timer(Hot, table=True):
    """One thing that falls due at one moment."""

    __table_args__ = (
        CheckConstraint("stage IN ('waiting', 'fired', 'cancelled')", name="timer_stage"),
        Index("timer_due", "stage", "due_at", "id"),  # what waits, in order, however much has fired since
    )
    id: uuid.UUID = id_field()
    kind: str
    due_at: datetime = moment_field()
    case_id: uuid.UUID | None = Field(default=None, foreign_key="cases.id", index=True)
    subject: str = Field(default="", index=True)  # what it is about: a clock, a gate …
    payload: dict[str, Any] = map_field()
    version: int = PAYLOAD_VERSION
    stage: str = "waiting"
    fired_at: datetime | None = moment_field(nullable=True)


def set_timer(session: Session, timer: Timer) -> None:
    """Keep a timer."""
    leave_work(session)
    session.keep(timer)
    waits: set[Named] | None = together.known(session, WAITING, timer.case_id)
    if waits is not None:
        waits.add((timer.kind, timer.subject))


def look_together(session: Session, case_ids: Collection[uuid.UUID]) -> None:
    """Look up what waits for several cases, which this transaction holds, so that nothing is cancelled in vain."""
    found: dict[uuid.UUID | None, set[Named]] = {case_id: set() for case_id in case_ids}
    for case_id, kind, subject in session.exec(_WAITING, params={"cases": list(case_ids)}):
        found[case_id].add((kind, subject))
    together.learn(session, WAITING, found)


WAITING: Final = "timers that wait for cases"
_WAITING: Final = (  # the hot path: built once
    select(Timer.case_id, Timer.kind, Timer.subject)
    .where(col(Timer.case_id).in_(bindparam("cases", expanding=True)))
    .where(func.lower(Timer.stage) == "waiting")  # wrapped up: else all that waits is read, however few the cases
)


def cancel(session: Session, kind: str, subject: str, case_id: uuid.UUID | None = None) -> None:
    """Cancel what waits of one kind about one subject, and one case: when the rows of this transaction are written."""
    for timer in session.new_of(Timer, subject):
        if timer.kind == kind and timer.stage == "waiting":
            timer.stage = "cancelled"
    if session.is_new(_named(subject)) or not _may_wait(session, kind, subject, case_id):
        return
    firing: Timer | None = together.known(session, FIRING, (kind, subject))
    if firing is not None:
        together.forget(session, FIRING, (kind, subject))
        _mark(session, [firing], "cancelled", None)
    session.put(CANCEL, (kind, subject))
    if not session.together:
        session.flush()


def _may_wait(session: Session, kind: str, subject: str, case_id: uuid.UUID | None) -> bool:
    """Say whether anything of this name may have waited until now; from here on nothing does."""
    waits: set[Named] | None = together.known(session, WAITING, case_id)
    if waits is not None and (kind, subject) not in waits:
        return False
    for known in together.all_known(session, WAITING):
        known.discard((kind, subject))
    return True


def _cancel(session: Session, named: Sequence[Named]) -> None:
    """Cancel what was there before this transaction, or was written by it; what still waits to be written stays."""
    _CANCEL.execute(session.connection(), [{"of": kind, "about": subject} for kind, subject in dict.fromkeys(named)])
    loaded = [row for row in session.identity_map.values() if isinstance(row, Timer)]
    for timer in loaded:
        if timer.stage == "waiting" and (timer.kind, timer.subject) in named and not session.is_new(timer.id):
            set_committed_value(timer, "stage", "cancelled")


def _named(subject: str) -> uuid.UUID | None:
    """Return the id that a subject may be; None for any other."""
    try:
        return uuid.UUID(subject)
    except ValueError:
        return None


_CANCEL: Final = ForRows(
    update(Timer)
    .where(col(Timer.kind) == bindparam("of"), col(Timer.subject) == bindparam("about"), col(Timer.stage) == "waiting")
    .values(stage="cancelled")
)
CANCEL: Final = "cancelled timer"
WRITERS[CANCEL] = _cancel


def due(session: Session, now: datetime, limit: int = 50) -> Sequence[Timer]:
    """List what is due, earliest first; rows another worker holds are passed over."""
    return session.exec(_DUE, params={"now": now, "most": limit}).all()


_DUE: Final = (  # the hot path: built once
    select(Timer)
    .where(Timer.stage == "waiting", col(Timer.due_at) <= bindparam("now"))
    .order_by(col(Timer.due_at), col(Timer.id))
    .limit(bindparam("most", type_=Integer()))
    .with_for_update(skip_locked=True)
)


def any_due(session: Session, now: datetime) -> bool:
    """Say whether anything is due."""
    return session.exec(_ANY_DUE, params={"now": now}).first() is not None


_ANY_DUE: Final = select(Timer.id).where(Timer.stage == "waiting", col(Timer.due_at) <= bindparam("now")).limit(1)


def due_between(session: Session, since: datetime, until: datetime, kinds: Collection[str]) -> dict[str, int]:
    """Count what fell due in a span and still waits, by kind; of some kinds alone."""
    query = select(Timer.kind, func.count()).where(Timer.stage == "waiting", col(Timer.kind).in_(kinds))
    query = query.where(col(Timer.due_at) > since, col(Timer.due_at) <= until).group_by(col(Timer.kind))
    return dict(session.exec(query).all())


def fire(session: Session, timers: Sequence[Timer], now: datetime) -> None:
    """Mark several as fired at once, before any of them does what it was set for."""
    _mark(session, timers, "fired", now)
    together.learn(session, FIRING, {(timer.kind, timer.subject): timer for timer in timers if timer.subject})


def begins(session: Session, timer: Timer) -> bool:
    """Say whether a timer that was marked as fired is still to do its work: another one may have cancelled it."""
    together.forget(session, FIRING, (timer.kind, timer.subject))
    return timer.stage == "fired"


def wait_on(session: Session, timers: Sequence[Timer]) -> None:
    """Let timers wait that were marked as fired and have not had their turn."""
    for timer in timers:
        together.forget(session, FIRING, (timer.kind, timer.subject))
    _mark(session, [timer for timer in timers if timer.stage == "fired"], "waiting", None)


def put_off(session: Session, timer: Timer, moment: datetime) -> None:
    """Let a timer that broke wait for another try."""
    timer.stage, timer.fired_at, timer.due_at = "waiting", None, moment
    session.add(timer)
    session.flush()


def _mark(session: Session, timers: Sequence[Timer], stage: str, at: datetime | None) -> None:
    if timers:
        rows = [{"row": timer.id, "stage": stage, "at": at} for timer in timers]
        _MARK.execute(session.connection(), rows)
    for timer in timers:  # they say so as well, and need not be written again
        set_committed_value(timer, "stage", stage)
        set_committed_value(timer, "fired_at", at)


FIRING: Final = "timers being fired"
_MARK: Final = ForRows(
    update(Timer).where(col(Timer.id) == bindparam("row")).values(stage=bindparam("stage"), fired_at=bindparam("at"))
)


def next_due(session: Session) -> datetime | None:
    """Return the moment the next timer falls due."""
    return session.exec(_NEXT_DUE).one()


_NEXT_DUE: Final = select(func.min(Timer.due_at)).where(Timer.stage == "waiting")


def of_case(session: Session, case_id: uuid.UUID) -> Sequence[Timer]:
    """List what waits for a case."""
    if session.is_new(case_id):
        return [timer for timer in session.new_of(Timer, case_id) if timer.stage == "waiting"]
    return session.exec(select(Timer).where(Timer.case_id == case_id, Timer.stage == "waiting")).all()


def kinds_waiting(session: Session) -> set[str]:
    """List the kinds of timers that wait: each needs a handler."""
    return set(session.exec(select(Timer.kind).where(Timer.stage == "waiting").distinct()))


def waits(session: Session, kind: str, subject: str, case_id: uuid.UUID) -> bool:
    """Say whether anything of one kind waits about one subject of a case."""
    known: set[Named] | None = together.known(session, WAITING, case_id)
    return (kind, subject) in known if known is not None else waiting(session, kind, subject) is not None


def waiting(session: Session, kind: str, subject: str) -> Timer | None:
    """Find what waits of one kind about one subject."""
    query = select(Timer).where(Timer.kind == kind, Timer.subject == subject, Timer.stage == "waiting")
    return session.exec(query.order_by(col(Timer.due_at))).first()
