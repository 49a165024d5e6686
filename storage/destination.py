"""How fast each destination was written to, and until when nothing may go there."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Field, Session, SQLModel, col, select

from storage.columns import list_field, moment_field


class Destination(SQLModel, table=True):
    """One chat (`platform:chat`), or a whole platform (`platform:`), as its limits see it."""

    name: str = Field(primary_key=True)
    paused_until: datetime | None = moment_field(nullable=True, index=True)
    recent: list[float] = list_field()  # when it was written to lately, seconds since 1970


def of(session: Session, names: Sequence[str]) -> dict[str, Destination]:
    """Load destinations by name, locked; unknown ones are new."""
    query = select(Destination).where(col(Destination.name).in_(names)).order_by(col(Destination.name))
    known = {each.name: each for each in session.exec(query.with_for_update())}
    return {name: known.get(name) or Destination(name=name) for name in names}


def resume(session: Session, name: str) -> None:
    """Let a destination be written to at once, whatever it was paused for."""
    session.execute(update(Destination).where(col(Destination.name) == name).values(paused_until=None))


def save(session: Session, *destinations: Destination) -> None:
    """Keep destinations."""
    session.add_all(destinations)
    session.flush()
