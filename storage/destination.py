"""How fast each destination was written to, and until when nothing may go there."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, SQLModel, col, select

from storage.columns import list_field, moment_field


class Destination(SQLModel, table=True):
    """One chat (`platform:chat`), or a whole platform (`platform:`), as its limits see it."""

    name: str = Field(primary_key=True)
    paused_until: datetime | None = moment_field(nullable=True, index=True)  # nothing goes there until then
    reserved_until: datetime | None = moment_field(nullable=True)  # until then nothing goes but what is statutory
    recent: list[float] = list_field()  # when it was written to lately, seconds since 1970


def of(session: Session, names: Sequence[str]) -> dict[str, Destination]:
    """Load destinations by name, locked and as they stand now; unknown ones are made."""
    asked = {"names": list(names)}
    known = {each.name: each for each in session.exec(_NAMED, params=asked)}
    if len(known) < len(set(names)):
        _make(session, sorted(set(names) - known.keys()))
        known = {each.name: each for each in session.exec(_NAMED, params=asked)}
    return known


_NAMED: Final = (  # the hot path: built once
    select(Destination)
    .where(col(Destination.name).in_(bindparam("names", expanding=True)))
    .order_by(col(Destination.name))
    .with_for_update()
    .execution_options(populate_existing=True)
)


def _make(session: Session, names: Sequence[str]) -> None:
    """Make destinations; where another writer was first, theirs stand."""
    connection = session.connection()
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    rows = [{"name": name, "recent": []} for name in names]
    connection.execute(insert(Destination).on_conflict_do_nothing(), rows)


def resume(session: Session, name: str) -> None:
    """Let a destination be written to at once, whatever it was paused for."""
    free = update(Destination).values(paused_until=None, reserved_until=None)
    session.execute(free.where(col(Destination.name) == name))


def save(session: Session, *destinations: Destination) -> None:
    """Keep destinations."""
    session.add_all(destinations)
    session.flush()
