"""Numbers without gaps: the last one given in each series. Taking the next one is part of the act that uses it."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import bindparam, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, SQLModel, col, select

from storage.for_rows import ForRows
from storage.session import WRITERS, Session


class Counter(SQLModel, table=True):
    """The last number given in a series."""

    series: str = Field(primary_key=True)
    last: int = 0


def next_number(session: Session, series: str) -> int:
    """Take the next number of a series: gapless, since it is given back when the act fails."""
    taken = session.kept("counter", series)
    number = (taken[-1][1] if taken else hold(session, series)) + 1
    session.put("counter", (series, number), owner=series)
    return number


def hold(session: Session, series: str) -> int:
    """Let one act at a time go on that takes numbers of a series; return the last that is written down."""
    return session.once(f"series {series}", lambda: _held(session, series))


def _held(session: Session, series: str) -> int:
    found: int | None = session.ask(_HOLD, {"of": series}).first()
    if found is None:
        _start_series(session, series)
        found = session.ask(_HOLD, {"of": series}).one()
    return found


def _count_on(session: Session, taken: Sequence[tuple[str, int]]) -> None:
    """Write down the last number of each series."""
    rows = [{"of": series, "number": number} for series, number in sorted(dict(taken).items())]
    _COUNT_ON.execute(session.connection(), rows)


WRITERS["counter"] = _count_on
_HOLD: Final = select(Counter.last).where(Counter.series == bindparam("of")).with_for_update()
_COUNT_ON: Final = ForRows(
    update(Counter).where(col(Counter.series) == bindparam("of")).values(last=bindparam("number"))
)


def _start_series(session: Session, series: str) -> None:
    """Create a series; when another writer was first, theirs stands."""
    dialect = session.connection().dialect.name
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    session.connection().execute(insert(Counter).values(series=series, last=0).on_conflict_do_nothing())
