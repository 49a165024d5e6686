"""Several workers on one PostgreSQL: what 1, 2 and 4 processes handle and send a second, beside raw inserts.

The server is the one of the tests' wheel, as it comes: it waits for the disk at each commit. HUIYING_BENCH_DATABASE
names another, an address at which databases may be made.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg import sql

from bench.intake import posts
from bench.replicas_worker import NAME, PLACES, open_desk
from bench.servers import postgresql_server
from handlers.conversation import Incoming, Place
from storage import outbox
from storage import person as people
from storage.chat import Chat
from storage.database import Database, with_driver
from storage.outbox import Outbox

POSTS: Final = int(os.environ.get("HUIYING_BENCH_POSTS", "300"))
SENDS: Final = int(os.environ.get("HUIYING_BENCH_SENDS", "6000"))
WORKERS: Final = tuple(map(int, os.environ.get("HUIYING_BENCH_WORKERS", "1 2 4").split()))
TABLES: Final = ("inbox", "cases", "report", "outbox", "timer", "clock", "history_row", "case_event")
PATIENCE: Final = 600.0  # seconds
ROOT: Final = Path(__file__).parents[1]


@contextmanager
def server() -> Iterator[str]:
    """Give the address of a server."""
    named = os.environ.get("HUIYING_BENCH_DATABASE")
    if named:
        yield named
        return
    with tempfile.TemporaryDirectory(prefix="huiying-bench-") as folder, postgresql_server(Path(folder)) as address:
        yield address


@contextmanager
def fresh(at: str, name: str) -> Iterator[Database]:
    """Give a migrated database with the drill's cast and some places that feed the desk."""
    with psycopg.connect(at, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    address, _, query = at.partition("?")
    database = Database(with_driver(f"{address.rpartition('/')[0]}/{name}?{query}"))
    database.migrate()
    with open_desk(database, roster=True) as desk, database.writing() as session:
        del desk
        people.save(session, *[Chat(platform=NAME, account=place, use="intake", title=place) for place in PLACES])
    yield database
    database.close()


def measured(database: Database, workers: int, left: str, of: int) -> float:
    """Let so many processes work until nothing is left; return how much they did a second.

    The first fifth is not counted: each process compiles its statements and loads its words meanwhile.
    """
    with psycopg.connect(_plain(database.url), autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(1)")  # they wait for it before they look
        command = [sys.executable, "-m", "bench.replicas_worker", database.url]
        running = [
            subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)  # noqa: S603 - ourselves
            for _ in range(workers)
        ]
        try:
            for each in running:
                assert each.stdout is not None  # noqa: S101 - it was asked for
                each.stdout.readline()
            connection.execute("SELECT pg_advisory_unlock(1)")
            _until(lambda: _count(connection, left) <= of * 4 // 5)
            first, began = _count(connection, left), time.perf_counter()
            if not first:
                raise ValueError(f"too few: all {of} were done at a stroke")
            _until(lambda: _count(connection, left) == 0)
            took = time.perf_counter() - began
        finally:
            for each in running:
                each.terminate()
            for each in running:
                each.wait()
    return first / took


def store(database: Database) -> None:
    """Store the posts, from all places in turn."""
    with open_desk(database) as desk:
        events = [_from(event, PLACES[n % len(PLACES)]) for n, event in enumerate(posts(POSTS))]
        for start in range(0, POSTS, 50):
            desk.accept(*events[start : start + 50])


def owe(database: Database) -> None:
    """Owe messages to all places in turn."""
    now = datetime.now(UTC)
    with database.writing() as session:
        for n in range(SENDS):
            place = PLACES[n % len(PLACES)]
            row = Outbox(
                kind="message", platform=NAME, destination=f"{NAME}:{place}", payload={"text": f"第{n}条"},
                created_at=now, not_before=now,
            )  # fmt: skip
            outbox.put(session, row)


def rows_of(database: Database, *, after: dict[str, int] | None = None) -> dict[str, list[tuple[Any, ...]]]:
    """Read the rows of the tables as text, to be written again; after: so many of each are passed over."""
    found = {}
    with psycopg.connect(_plain(database.url)) as connection:
        for table in TABLES:
            rows = connection.execute(sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(table))).fetchall()
            found[table] = rows[(after or {}).get(table, 0) :]
    return found


def floor(database: Database, rows: dict[str, list[tuple[Any, ...]]], transactions: int) -> float:
    """Insert the same rows into empty tables like these, in so many transactions; return the seconds."""
    every = [(table, row[0]) for table, found in rows.items() for row in found]
    with psycopg.connect(_plain(database.url), autocommit=True) as connection:
        connection.execute("CREATE SCHEMA floor")
        for table in TABLES:
            like = sql.SQL("CREATE TABLE floor.{} (LIKE public.{} INCLUDING ALL)")
            connection.execute(like.format(sql.Identifier(table), sql.Identifier(table)))
        size = max(1, len(every) // transactions)
        began = time.perf_counter()
        for start in range(0, len(every), size):
            with connection.transaction():
                for table, row in every[start : start + size]:
                    insert = sql.SQL("INSERT INTO floor.{0} SELECT (CAST(%s AS public.{0})).*")
                    connection.execute(insert.format(sql.Identifier(table)), (row,))
        took = time.perf_counter() - began
        connection.execute("DROP SCHEMA floor CASCADE")
    return took


def main() -> None:
    """Measure and print."""
    print(f"several workers on PostgreSQL: {POSTS} posts from {len(PLACES)} places, {SENDS} messages to as many chats")
    with server() as at:
        for workers in WORKERS:
            with fresh(at, f"bench_{workers}") as database:
                _one(database, workers)


def _one(database: Database, workers: int) -> None:
    store(database)
    handled = measured(database, workers, "SELECT count(*) FROM inbox WHERE stage = 'waiting'", POSTS)
    rows = rows_of(database)
    count = sum(map(len, rows.values()))
    raw = floor(database, rows, POSTS)
    print(
        f"  {workers} workers  handled {handled:5.0f}/s   raw inserts of the same {count / POSTS:.1f} rows "
        f"each, one transaction a post: {POSTS / raw:5.0f}/s   ratio {handled * raw / POSTS:.2f}"
    )
    _settle(database)
    before = {table: len(found) for table, found in rows_of(database).items()}
    owe(database)
    owed = "SELECT count(*) FROM outbox WHERE stage IN ('pending', 'sending')"
    sent = measured(database, workers, owed, SENDS)
    raw = floor(database, rows_of(database, after=before), SENDS * 2)
    print(
        f"  {workers} workers  sent    {sent:5.0f}/s   raw inserts of the same rows, two transactions a "
        f"message: {SENDS / raw:5.0f}/s   ratio {sent * raw / SENDS:.2f}"
    )


def _settle(database: Database) -> None:
    """Let nothing be owed: what the posts led to is another measurement."""
    with psycopg.connect(_plain(database.url), autocommit=True) as connection:
        connection.execute("UPDATE outbox SET stage = 'sent' WHERE stage IN ('pending', 'sending')")
        connection.execute("UPDATE timer SET stage = 'cancelled' WHERE stage = 'waiting'")


def _count(connection: "psycopg.Connection[tuple[int]]", question: str) -> int:
    row = connection.execute(sql.SQL(question)).fetchone()
    return row[0] if row else 0


def _from(event: Incoming, place: str) -> Incoming:
    return event.model_copy(update={"platform": NAME, "place": Place(account=place)})


def _until(happened: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE
    while not happened():
        if time.monotonic() > ends:
            raise TimeoutError
        time.sleep(0.01)


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


if __name__ == "__main__":
    main()
