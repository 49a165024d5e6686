"""A question that is said to the driver itself finds what the same question finds by way of the ORM."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import bindparam, event, func
from sqlmodel import col, select

from storage import outbox, outbox_turn
from storage.asked import Asked
from storage.database import Database
from storage.outbox import Outbox

NOW = datetime(2026, 11, 24, 1, 5, tzinfo=UTC)
DUE = select(Outbox.serial, Outbox.destination).where(
    col(Outbox.not_before) <= bindparam("now"), Outbox.platform == "drill", func.length(Outbox.destination) > 1
)


def test_it_finds_the_same(database: Database) -> None:
    """With what it is given and with what it holds itself, as often as it is asked."""
    asked = Asked(DUE.order_by(col(Outbox.serial)))
    with database.writing() as session:
        for minutes in (0, 1, 2):
            at = NOW + timedelta(minutes=minutes)
            row = Outbox(kind="message", platform="drill", destination="drill:staff", created_at=NOW, not_before=at)
            outbox.put(session, row)
        session.flush()
        for minutes in (0, 1, 5):
            given = {"now": NOW + timedelta(minutes=minutes)}
            found = [tuple(row) for row in asked.rows(session.connection(), given)]
            assert found == [tuple(row) for row in session.exec(DUE.order_by(col(Outbox.serial)), params=given)]
            assert len(found) == min(minutes, 2) + 1


def test_who_is_next_is_not_prepared_anew_each_time(sqlite_database: Database) -> None:
    """SQLite does so, at many times the cost, where a value is bound to the stage, which a partial index names."""
    said: list[str] = []

    @event.listens_for(sqlite_database.engine, "before_cursor_execute")
    def _hear(*given: object) -> None:
        said.append(str(given[2]))

    with sqlite_database.reading() as session:
        outbox_turn.due(session, ["drill"], NOW)
        outbox_turn.due_at(session, ["drill:staff"], NOW)
    questions = [each for each in said if "outbox" in each]
    assert len(questions) == 2
    assert not [each for each in questions if "stage = ?" in each]
