"""What reached the desk: stored before anything else happens, handled exactly once."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import CheckConstraint, Index, Integer, UniqueConstraint, bindparam, func, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from storage.columns import Hot, id_field, map_field, moment_field
from storage.for_rows import ForRows
from storage.holding import PLACE, hold
from storage.waking import leave_work

PAYLOAD_VERSION = 1
DEPTH: Final = 8  # batches: how far past what other workers hold one looks


class Inbox(Hot, table=True):
    """One raw event from a platform."""

    __table_args__ = (
        UniqueConstraint("platform", "key"),
        Index("inbox_waiting", "stage", "received_at", "id"),  # in the order in which they are handled
        CheckConstraint("stage IN ('waiting', 'done', 'refused', 'broken')", name="inbox_stage"),
    )
    id: uuid.UUID = id_field()
    platform: str
    place: str = ""  # the chat, as the platform names it: what comes from one place is handled in order
    key: str  # the platform's own name for the event: a second delivery is the same event
    version: int = PAYLOAD_VERSION
    payload: dict[str, Any] = map_field()
    received_at: datetime = moment_field()
    stage: str = "waiting"
    attempts: int = 0
    done_at: datetime | None = moment_field(nullable=True)
    reference: str = ""  # the breakdown's number, as told to the sender


@dataclass(frozen=True)
class End:
    """How the handling of an event ended."""

    event_id: uuid.UUID
    stage: str
    reference: str = ""


def accept(session: Session, events: Sequence[Inbox]) -> int:
    """Store events that are not there yet; return how many were new. The hot path: plain inserts, no objects."""
    if not events:
        return 0
    rows = [
        {
            "id": event.id,
            "platform": event.platform,
            "place": event.place,
            "key": event.key,
            "version": event.version,
            "payload": event.payload,
            "received_at": event.received_at,
            "stage": "waiting",
            "attempts": 0,
            "reference": "",
        }
        for event in events
    ]
    connection = session.connection()
    new = int(connection.execute(_ACCEPT[connection.dialect.name], rows).rowcount)
    if new:
        leave_work(session)
    return new


def waiting(session: Session, limit: int = 50) -> list[uuid.UUID]:
    """Take hold of what waits to be handled, in the order it came; what another worker holds is passed over."""
    return list(session.exec(_WAITING, params={"most": limit}))


def take(session: Session, limit: int = 50) -> Sequence[Inbox]:
    """Take hold of the oldest that wait at places where no other worker is at work: one place, one worker at a time.

    So that what came from one chat is handled in the order in which it came, whoever handles it.
    """
    seen = session.connection().execute(_WHERE_FROM, {"most": limit * DEPTH}).all()
    mine: list[uuid.UUID] = []
    others: set[str] = set()
    for start in range(0, len(seen), limit):
        portion = [(row.id, f"{row.platform}:{row.place}") for row in seen[start : start + limit]]
        wanted = {name for _, name in portion} - others
        held = hold(session, PLACE, wanted)
        others |= wanted - held
        mine = [event_id for event_id, name in portion if name in held]
        if mine:
            break
    # Read anew: what waited when it was seen may have been handled before its place was held.
    return session.exec(_TAKE, params={"events": mine}).all() if mine else []


def any_waiting(session: Session) -> bool:
    """Say whether anything waits to be handled."""
    return session.exec(_ANY_WAITING).first() is not None


def peek(session: Session, limit: int = 50) -> Sequence[Inbox]:
    """Look at what waits, without holding it."""
    query = select(Inbox).where(Inbox.stage == "waiting").order_by(col(Inbox.received_at), col(Inbox.id))
    return session.exec(query.limit(limit)).all()


def oldest(session: Session) -> datetime | None:
    """Return when the event that has waited longest was stored."""
    return session.exec(select(func.min(Inbox.received_at)).where(Inbox.stage == "waiting")).one()


def finish(session: Session, ends: Sequence[End], at: datetime) -> None:
    """Mark events as handled, in the transaction that handled them. The hot path: one plain statement."""
    if ends:
        rows = [{"event": end.event_id, "end": end.stage, "number": end.reference, "at": at} for end in ends]
        _FINISH.execute(session.connection(), rows)


# The hot path: built once, since building a statement costs more than carrying it out.
_OLDEST: Final = (col(Inbox.received_at), col(Inbox.id))
_WAITING: Final = (
    select(Inbox.id)
    .where(Inbox.stage == "waiting")
    .order_by(*_OLDEST)
    .limit(bindparam("most", type_=Integer()))
    .with_for_update(skip_locked=True)
)
_ANY_WAITING: Final = select(Inbox.id).where(Inbox.stage == "waiting").limit(1)
_WHERE_FROM: Final = (
    select(Inbox.id, Inbox.platform, Inbox.place)
    .where(Inbox.stage == "waiting")
    .order_by(*_OLDEST)
    .limit(bindparam("most", type_=Integer()))
)
_TAKE: Final = (
    select(Inbox)
    .where(col(Inbox.id).in_(bindparam("events", expanding=True)), Inbox.stage == "waiting")
    .order_by(*_OLDEST)
    .with_for_update(skip_locked=True)
)
_ACCEPT: Final = {
    dialect: insert(Inbox)
    .on_conflict_do_nothing(index_elements=["platform", "key"])
    .execution_options(preserve_rowcount=True)  # otherwise PostgreSQL's many rows in one statement count as -1
    for dialect, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
_FINISH: Final = ForRows(
    update(Inbox)
    .where(col(Inbox.id) == bindparam("event"))
    .values(stage=bindparam("end"), reference=bindparam("number"), done_at=bindparam("at"))
)


def count(session: Session, platform: str, stage: str | None = None) -> int:
    """Count the events of a platform."""
    query = select(func.count()).select_from(Inbox).where(Inbox.platform == platform)
    return session.exec(query if stage is None else query.where(Inbox.stage == stage)).one()


def lately_from(session: Session, platform: str, place: str, since: datetime) -> Sequence[str]:
    """Return the keys of what came from a place since a moment, the newest first."""
    # By stage, since the one index by time begins with it.
    query = select(Inbox.key).where(col(Inbox.stage).in_(("waiting", "done")), col(Inbox.received_at) >= since)
    query = query.where(Inbox.platform == platform, Inbox.place == place)
    return session.exec(query.order_by(col(Inbox.received_at).desc(), col(Inbox.id).desc())).all()


def find(session: Session, event_id: str) -> Inbox | None:
    """Find an event by id; None for a garbled or unknown one."""
    try:
        return session.get(Inbox, uuid.UUID(event_id))
    except ValueError:
        return None
