"""One statement for many rows writes what the ORM reads back, on both databases."""

import uuid
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import bindparam, insert, update
from sqlmodel import col, select

from storage.database import Database
from storage.for_rows import ForRows
from storage.timer import Timer

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=timezone(timedelta(hours=8)))
ADD = ForRows(insert(Timer))
MOVE = ForRows(
    update(Timer).where(col(Timer.id) == bindparam("row")).values(due_at=bindparam("at"), version=2, stage="waiting")
)


def rows(count: int) -> list[dict[str, object]]:
    """Make rows with every type of column: ids, moments, text with signs of the drivers' own, JSON, nothing."""
    return [
        Timer(kind="100%s ? :row", due_at=NOW, subject=f"停水 {n}", payload={"n": [n, None, "“是”"]}).model_dump()
        for n in range(count)
    ]


def test_what_was_said_for_many_rows_is_read_back(database: Database) -> None:
    """Moments come back as UTC, JSON as it was; a second statement changes only the rows it names."""
    made = rows(3)
    with database.writing() as session:
        ADD.execute(session.connection(), made)
        MOVE.execute(session.connection(), [{"row": row["id"], "at": NOW + timedelta(hours=1)} for row in made[:2]])
    with database.reading() as session:
        found = {row.id: row.model_dump() for row in session.exec(select(Timer))}
    for n, row in enumerate(made):
        moved = {"due_at": NOW + timedelta(hours=1), "version": 2} if n < 2 else {}
        assert found[uuid.UUID(str(row["id"]))] == row | moved
    assert {row["due_at"].tzinfo for row in found.values()} == {UTC}


def test_a_row_that_lacks_a_column_is_refused(database: Database) -> None:
    """Nothing is written in its place, and a naive moment is refused as everywhere."""
    first, second = rows(2)
    del second["subject"]
    with pytest.raises(KeyError), database.writing() as session:
        ADD.execute(session.connection(), [first, second])
    with pytest.raises(ValueError, match="time zone"), database.writing() as session:
        ADD.execute(session.connection(), [first | {"due_at": datetime(2026, 11, 24)}])  # noqa: DTZ001 - on purpose
    with database.reading() as session:
        assert session.exec(select(Timer)).all() == []
