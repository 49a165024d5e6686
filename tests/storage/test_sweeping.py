"""What was passed over is found by asking the tables themselves, by indexes, alike on both databases."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, text

from storage import case as cases
from storage import clock as clocks
from storage import inbox, incident, outbox_care, outbox_turn, sweeping, timer
from storage.case import Case
from storage.clock import Clock
from storage.database import Database, Session
from storage.destination import Destination
from storage.inbox import Inbox
from storage.outbox import Outbox
from storage.timer import Timer

NOW = datetime(2026, 11, 24, 1, 5, tzinfo=UTC)
BEFORE = NOW - timedelta(seconds=30)
PLATFORMS = ("drill", "channel")


def put_clocks(database: Database, *dues: datetime, outcome: str = "running") -> list[Clock]:
    """Put clocks of one case on record, without timers."""
    with database.writing() as session:
        case = Case(slip=1 + cases.count(session), title="停水", plan_hash="p", received_at=NOW)
        session.add(case)
        session.flush()
        made = [
            Clock(
                case_id=case.id, rule=f"r{n}", basis="b", source="s", started_at=due - timedelta(hours=1), due_at=due,
                outcome=outcome,
            )
            for n, due in enumerate(dues)
        ]  # fmt: skip
        session.add_all(made)
    return made


def rings(database: Database, clock: Clock, at: datetime, stage: str = "waiting") -> None:
    """Set the timer of a clock."""
    with database.writing() as session:
        timer.set_timer(session, Timer(kind="clock", due_at=at, subject=str(clock.id), stage=stage))


def test_a_clock_without_a_timer_is_found_from_the_clocks_alone(database: Database) -> None:
    """Never made, cancelled, fired without a miss, or set too late: each is found; what a timer rings now is not."""
    late = NOW - timedelta(minutes=1)
    never, cancelled, fired, wrong, rung, young, future = put_clocks(
        database, *[late] * 5, NOW - timedelta(seconds=5), NOW + timedelta(hours=1)
    )
    put_clocks(database, late, outcome="missed")
    rings(database, cancelled, late, "cancelled")
    rings(database, fired, late, "fired")
    rings(database, wrong, NOW + timedelta(days=300))
    rings(database, rung, late)
    with database.reading() as session:
        found = {clock.id for clock in sweeping.unwatched(session, BEFORE, NOW)}
        assert sweeping.clocks(session, BEFORE) == sweeping.Overdue(5, late)
    assert found == {never.id, cancelled.id, fired.id, wrong.id}
    assert not {young.id, future.id} & found


def test_one_clock_without_a_timer_is_found_behind_a_thousand_that_have_one(database: Database) -> None:
    """However many pages of overdue clocks stand before it, and although many share a moment."""
    late = NOW - timedelta(minutes=5)
    made = sorted(put_clocks(database, *[late] * (2 * sweeping.PAGE + 10)), key=lambda clock: clock.id)
    with database.writing() as session:
        for clock in made[:-1]:
            timer.set_timer(session, Timer(kind="clock", due_at=late, subject=str(clock.id)))
    with database.reading() as session:
        assert [clock.id for clock in sweeping.unwatched(session, BEFORE, NOW)] == [made[-1].id]


def test_what_waits_is_counted_with_its_age(database: Database) -> None:
    """Timers by when they fell due, events by when they came; what is done or young does not count."""
    ages = (5, 40, 90)
    with database.writing() as session:
        for seconds in ages:
            at = NOW - timedelta(seconds=seconds)
            timer.set_timer(session, Timer(kind="k", due_at=at))
            timer.set_timer(session, Timer(kind="k", due_at=at, stage="fired"))
            inbox.accept(session, [Inbox(platform="drill", key=str(seconds), payload={}, received_at=at)])
    with database.reading() as session:
        oldest = sweeping.Overdue(2, NOW - timedelta(seconds=90))
        assert sweeping.timers(session, BEFORE) == oldest
        assert sweeping.inbox(session, BEFORE) == oldest
        assert sweeping.timers(session, NOW - timedelta(hours=1)) == sweeping.Overdue()


def owed(**columns: Any) -> Outbox:  # noqa: ANN401 - any column
    """Return a message that is owed since two minutes ago."""
    given = {"kind": "message", "platform": "drill", "destination": "drill:a", **columns}
    return Outbox(created_at=NOW, not_before=NOW - timedelta(minutes=2), **given)


def test_what_may_go_is_what_the_look_would_send(database: Database) -> None:
    """Not what is paused, whose platform is off, or that waits behind something being sent."""
    with database.writing() as session:
        goes, release = owed(), owed(kind="release", platform="channel", destination="channel:website")
        paused, platform_off = owed(destination="drill:b"), owed(platform="wecom", destination="wecom:a")
        behind, ahead = owed(destination="drill:c"), owed(destination="drill:c", stage="sending", claimed_at=BEFORE)
        session.add_all([goes, release, paused, platform_off, behind, ahead])
        session.add(Destination(name="drill:b", paused_until=NOW + timedelta(minutes=1)))
    with database.reading() as session:
        under_way = sweeping.sending(session)
        assert under_way == [sweeping.Sending(ahead.serial or 0, "message", "drill:c", BEFORE)]
        found = sweeping.may_go(session, PLATFORMS, BEFORE, [each.destination for each in under_way])
    assert [row.serial for row in found] == [goes.serial, release.serial]


# told once


def test_of_two_who_find_the_same_one_tells(database: Database) -> None:
    """An incident is opened once; whoever finds it again only adds to it, until it was quiet for a while."""
    with database.writing() as session:
        assert incident.meet(session, {"timers": 2, "clocks": 1}, NOW) == ["clocks", "timers"]
    later = NOW + timedelta(seconds=10)
    with database.writing() as session:
        assert incident.meet(session, {"timers": 5, "inbox": 1}, later) == ["inbox"]
        assert incident.meet(session, {"timers": 3}, later) == []
    with database.writing() as session:
        assert incident.end_quiet(session, later, later) != []
    with database.reading() as session:
        assert incident.count_open(session) == 2
    with database.writing() as session:
        over = incident.end_quiet(session, later + timedelta(seconds=1), later + timedelta(minutes=5))
        assert [(each.kind, each.most, each.since) for each in over] == [("inbox", 1, later), ("timers", 5, NOW)]
        assert incident.meet(session, {"timers": 1}, later + timedelta(minutes=6)) == ["timers"]


# by indexes


@contextmanager
def asking(database: Database) -> Iterator[list[tuple[str, Any]]]:
    """Give the statements that are carried out meanwhile."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, given: Any, *_: Any) -> None:  # noqa: ANN401 - the library's own
        asked.append((statement, given))

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


QUESTIONS: dict[str, Callable[[Session], object]] = {
    "timers": lambda session: sweeping.timers(session, BEFORE),
    "next timer": timer.next_due,
    "clocks": lambda session: sweeping.clocks(session, BEFORE),
    "clocks and their timers": lambda session: list(sweeping.unwatched(session, BEFORE, NOW)),
    "inbox": lambda session: sweeping.inbox(session, BEFORE),
    "oldest event": inbox.oldest,
    "sending": sweeping.sending,
    "may go": lambda session: sweeping.may_go(session, PLATFORMS, BEFORE, []),
    "next to send": lambda session: outbox_turn.next_due(session, PLATFORMS),
    "how clocks stand": lambda session: clocks.standing(session, NOW),
    "sends": outbox_care.counts,
    "open cases": cases.count_open,
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_is_answered_by_an_index(database: Database, question: str) -> None:
    """No table that grows for ever is read from end to end, though it is asked every few seconds."""
    put_clocks(database, *[NOW - timedelta(minutes=1)] * 3)
    with asking(database) as asked, database.reading() as session:
        QUESTIONS[question](session)
    for statement, given in asked:
        assert read_through(plan(database, statement, given)) == [], statement


def plan(database: Database, statement: str, given: Any) -> list[str]:  # noqa: ANN401 - as the driver takes it
    """Return how the database carries a statement out; PostgreSQL as it would with many rows."""
    with database.engine.connect() as connection:
        if not database.is_sqlite:
            connection.execute(text("SET LOCAL enable_seqscan = off"))
        how = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "
        return [str(row[-1]) for row in connection.exec_driver_sql(how + statement, given)]


def read_through(steps: list[str]) -> list[str]:
    """Return the steps that read a growing table without an index; pauses are few."""
    table = r"(timer|clock|inbox|outbox|cases)"
    through = re.compile(rf"Seq Scan on {table}|^SCAN {table}(?! USING (COVERING )?INDEX)")
    return [step for step in steps if through.search(step)]


def test_the_test_would_see_a_table_read_through(database: Database) -> None:
    """A question without an index is found out, on both databases."""
    asked = "SELECT count(*) FROM timer WHERE kind = 'x'"
    assert read_through(plan(database, asked, ())) != []
