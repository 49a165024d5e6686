"""What the desk found undone when it looked after itself: a row each, so that it is told once, whoever finds it."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import CheckConstraint, Index, bindparam, func, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel, col, select

from storage.columns import id_field, moment_field, new_id

KINDS: Final = ("timers", "clocks", "inbox", "outbox", "sending")
OPEN: Final = "ended_at IS NULL"


class Incident(SQLModel, table=True):
    """One stretch in which something of one kind was found undone again and again."""

    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS}", name="incident_kind"),
        Index(
            "one_open_incident", "kind", unique=True, sqlite_where=text(OPEN), postgresql_where=text(OPEN)
        ),
    )  # fmt: skip
    id: uuid.UUID = id_field()
    kind: str
    since: datetime = moment_field()  # when it was found first
    seen_at: datetime = moment_field()  # when it was found last
    most: int  # found at one look
    ended_at: datetime | None = moment_field(nullable=True)


def meet(session: Session, found: Mapping[str, int], now: datetime) -> list[str]:
    """Note how much of each kind was found; return the kinds that nobody had found before: they are to be told.

    Of two who find the same at once the second waits for the first, and has nothing to tell.
    """
    connection, new = session.connection(), []
    begin = _BEGIN[connection.dialect.name]
    for kind, n in sorted(found.items()):  # always in this order, so that no two wait crosswise
        row = {"id": new_id(), "kind": kind, "since": now, "seen_at": now, "most": n, "ended_at": None}
        if connection.execute(begin, row).rowcount:
            new.append(kind)
        else:
            connection.execute(_SEEN, {"of": kind, "at": now, "n": n})
    return new


def count_open(session: Session) -> int:
    """Count what was found and is not over yet: one for each kind."""
    return session.exec(select(func.count()).select_from(Incident).where(col(Incident.ended_at).is_(None))).one()


def end_quiet(session: Session, before: datetime, now: datetime) -> Sequence[Incident]:
    """End what was not found any more since a moment; return it, to be told."""
    query = select(Incident).where(col(Incident.ended_at).is_(None), col(Incident.seen_at) < before)
    over = session.exec(query.order_by(col(Incident.kind)).with_for_update(skip_locked=True)).all()
    for incident in over:
        incident.ended_at = now
        session.add(incident)
    session.flush()
    return over


_BEGIN: Final = {
    dialect: insert(Incident)
    .on_conflict_do_nothing(index_elements=["kind"], index_where=text(OPEN))
    .execution_options(preserve_rowcount=True)
    for dialect, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
_SEEN: Final = (
    update(Incident)
    .where(col(Incident.kind) == bindparam("of"), col(Incident.ended_at).is_(None))
    .values(seen_at=bindparam("at"), most=text("CASE WHEN most > :n THEN most ELSE :n END"))
)
