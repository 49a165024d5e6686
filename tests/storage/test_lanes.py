"""What the law wants told goes out before a digest that was owed earlier."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from storage import destination, outbox, outbox_turn
from storage.database import Database
from storage.destination import Destination
from storage.outbox import Outbox

NOW = datetime(2026, 11, 24, 1, 5, tzinfo=UTC)
LATER = timedelta(minutes=1)
BACKLOG = 3_000
DIGEST, ANSWER, STATUTORY = 2, 1, 0


def owed(lane: int) -> Outbox:
    return Outbox(
        kind="message", platform="drill", destination="drill:staff", lane=lane, created_at=NOW, not_before=NOW
    )  # fmt: skip


def test_statutory_words_overtake_digests(database: Database) -> None:
    """Of what may go to one chat, the statutory comes first, then answers, then digests, each in its order."""
    with database.writing() as session:
        for lane in (DIGEST, ANSWER, STATUTORY, DIGEST, STATUTORY):
            outbox.put(session, owed(lane))
    with database.reading() as session:
        found = outbox_turn.due(session, ["drill"], NOW)
        assert [(row.lane, row.serial) for row in found] == [(0, 3), (0, 5), (1, 2), (2, 1), (2, 4)]
        assert [row.serial for row in outbox_turn.due(session, ["drill"], NOW, each=2)] == [3, 5]


def test_what_waits_for_one_chat_is_not_read_to_find_what_another_is_owed(database: Database) -> None:
    """However much is owed to a chat that must pause, each question about the next row reads a few rows alone."""
    with database.writing() as session:
        destination.save(session, Destination(name="drill:staff", paused_until=NOW + LATER))
        outbox.put_all(session, [as_row(owed(ANSWER), "drill:staff")] * BACKLOG)
        outbox.put_all(session, [as_row(owed(DIGEST), "drill:leaders"), as_row(owed(STATUTORY), "drill:leaders")])
    with database.reading() as session:
        assert [row.lane for row in outbox_turn.due(session, ["drill"], NOW)] == [STATUTORY, DIGEST]
        assert not outbox_turn.any_due(session, ["drill"], NOW, busy=["drill:leaders"])
        assert not outbox_turn.any_due(session, ["telegram"], NOW)
        steps = steps_of(database, lambda: outbox_turn.due(session, ["drill"], NOW))
    if database.is_sqlite:
        assert steps < BACKLOG, f"{steps} steps of the database's machine"


def test_a_platform_that_pauses_holds_back_all_but_the_statutory(database: Database) -> None:
    """The next moment is that of the statutory row, where its own chat does not pause longer."""
    with database.writing() as session:
        destination.save(session, Destination(name="drill:", paused_until=NOW + 2 * LATER))
        outbox.put_all(session, [as_row(owed(ANSWER), "drill:staff")])
    with database.reading() as session:
        assert not outbox_turn.due(session, ["drill"], NOW)
        assert outbox_turn.next_due(session, ["drill"]) == NOW + 2 * LATER
    with database.writing() as session:
        outbox.put_all(session, [as_row(owed(STATUTORY), "drill:staff")])
    with database.reading() as session:
        assert [row.lane for row in outbox_turn.due(session, ["drill"], NOW)] == [STATUTORY]
        assert outbox_turn.next_due(session, ["drill"]) == NOW
    with database.writing() as session:
        destination.save(session, Destination(name="drill:staff", paused_until=NOW + LATER))
    with database.reading() as session:
        assert outbox_turn.next_due(session, ["drill"]) == NOW + LATER
        assert outbox_turn.next_due(session, ["telegram"]) is None


def test_a_chat_that_keeps_its_last_places_takes_the_statutory_alone(database: Database) -> None:
    """However much else waits there; and the next moment is that of the statutory row, or the end of the reserve."""
    with database.writing() as session:
        destination.save(session, Destination(name="drill:staff", reserved_until=NOW + LATER))
        outbox.put_all(session, [as_row(owed(ANSWER), "drill:staff")] * BACKLOG)
        outbox.put_all(session, [as_row(owed(DIGEST), "drill:leaders")])
    with database.reading() as session:
        assert [row.destination for row in outbox_turn.due(session, ["drill"], NOW)] == ["drill:leaders"]
        assert not outbox_turn.any_due(session, ["drill"], NOW, busy=["drill:leaders"])
        steps = steps_of(database, lambda: outbox_turn.due(session, ["drill"], NOW))
        assert outbox_turn.due(session, ["drill"], NOW + LATER)[0].destination == "drill:staff"
    if database.is_sqlite:
        assert steps < BACKLOG, f"{steps} steps of the database's machine"
    with database.writing() as session:
        outbox.put_all(session, [as_row(owed(STATUTORY), "drill:staff")])
    with database.reading() as session:
        found = outbox_turn.due(session, ["drill"], NOW, busy=["drill:leaders"])
        assert [(row.lane, row.destination) for row in found] == [(STATUTORY, "drill:staff")]


@pytest.mark.parametrize(
    ("paused", "reserved", "all_paused", "lanes", "due_after"),
    [
        (0, 2, 0, [ANSWER], 2),
        (0, 2, 0, [ANSWER, STATUTORY], 0),
        (1, 2, 0, [ANSWER, STATUTORY], 1),
        (0, 2, 3, [ANSWER], 3),
        (0, 2, 3, [ANSWER, STATUTORY], 0),
        (0, 3, 2, [ANSWER], 3),
        (1, 0, 3, [ANSWER, STATUTORY], 1),
        (0, 0, 3, [ANSWER], 3),
    ],
)
def test_the_next_moment_is_that_of_whatever_may_go_first(
    database: Database, paused: int, reserved: int, all_paused: int, lanes: list[int], due_after: int
) -> None:
    """A pause holds back all, a reserve all but the statutory, a platform's pause too: that moment, and not before."""

    def until(times: int) -> datetime | None:
        return NOW + times * LATER if times else None

    with database.writing() as session:
        own = Destination(name="drill:staff", paused_until=until(paused), reserved_until=until(reserved))
        destination.save(session, own, Destination(name="drill:", paused_until=until(all_paused)))
        outbox.put_all(session, [as_row(owed(lane), "drill:staff") for lane in lanes])
    at = NOW + due_after * LATER
    with database.reading() as session:
        assert outbox_turn.next_due(session, ["drill"]) == at
        assert outbox_turn.due(session, ["drill"], at)
        assert not outbox_turn.due(session, ["drill"], at - timedelta(seconds=1)) or not due_after


def as_row(row: Outbox, destination: str) -> dict[str, Any]:
    """Return an owed row by column, as acts give it."""
    return {name: value for name, value in row.model_dump().items() if name != "serial"} | {"destination": destination}


def steps_of(database: Database, ask: Callable[[], object]) -> int:
    """Count the steps that SQLite's machine takes for what is asked, in tens."""
    counted = [0]

    def count() -> int:
        counted[0] += 10
        return 0

    def listen(connection: Any, *_: object) -> None:  # noqa: ANN401 - SQLAlchemy's own
        connection.connection.driver_connection.set_progress_handler(count, 10)

    if not database.is_sqlite:
        return 0
    event.listen(database.engine, "before_cursor_execute", listen)
    try:
        ask()
    finally:
        event.remove(database.engine, "before_cursor_execute", listen)
    return counted[0]
