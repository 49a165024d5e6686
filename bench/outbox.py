"""The outbox: sends a second, each marked before and after its call, and what a broadcast does to a reminder.

Marked means: that it is being sent is committed before the call, what came of it after. The platform takes a message
at once, so that what is measured is the desk.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

from sqlalchemy.engine.interfaces import DBAPICursor
from sqlmodel import col, select

from bench.floor import mark
from bench.pending import SilentPlatform, pending_desk
from bot.chat.drill import NAME
from bot.chat.platform import Limits
from bot.clock import DrillClock
from bot.desk import Desk
from bot.engine.heart import Heartbeat
from handlers.act import ANSWER, STATUTORY
from storage import outbox
from storage.chat import Chat
from storage.database import Database
from storage.outbox import Outbox

SENDS: Final = 10_000
AUDIENCE: Final = 1_300
REMINDERS: Final = 20
APART: Final = 1.0  # seconds between two reminders
LONGEST: Final = 600.0  # seconds for a round
TELEGRAM: Final[Limits] = ((30, 1.0),)  # for all chats together
# What a send does, in the words of the raw driver: find the newest rows and their facts, mark before, mark after, tell.
MARKING: Final = (
    "SELECT serial FROM outbox ORDER BY serial DESC LIMIT ?",
    "SELECT id FROM history_row WHERE id > ?",
    "UPDATE outbox SET stage = 'sending', attempts = attempts + 1 WHERE serial = ?",
    "UPDATE outbox SET stage = 'sent', message_id = 'bare' WHERE serial = ?",
    "INSERT INTO bench_told SELECT * FROM history_row WHERE id = ?",
)


def audience(desk: Desk) -> list[Chat]:
    """Let many people have a 1:1 chat."""
    found = [Chat(platform=NAME, account=f"direct:{n:04}", use="direct") for n in range(AUDIENCE)]
    with desk.database.writing() as session:
        session.add_all(found)
    return found


def owe(desk: Desk, to: Sequence[Chat], count: int, lane: int, words: str) -> None:
    """Owe so many messages to chats in turn, and let whatever looks know."""
    now = desk.clock.now()
    rows: list[Mapping[str, Any]] = [
        {
            "kind": "message", "platform": NAME, "destination": f"{NAME}:{to[n % len(to)].account}",
            "chat_id": to[n % len(to)].id, "lane": lane, "payload": {"text": f"{words} {n}"},
            "created_at": now, "not_before": now,
        }
        for n in range(count)
    ]  # fmt: skip
    with desk.sender.writing(now) as session:
        outbox.put_all(session, rows)
    desk.look_soon()


def throughput(desk: Desk, everybody: Sequence[Chat], count: int) -> None:
    """Send as fast as the desk can; print it beside the bare statements."""
    went: list[int] = []
    sending = another(desk, SilentPlatform(went.append))
    since = mark(desk.database)
    heart, began, cpu = Heartbeat(sending), time.perf_counter(), time.process_time()
    owe(sending, everybody, count, ANSWER, "公告")
    heart.start()
    until(lambda: len(went) >= count and not left(desk.database))
    took, cpu = time.perf_counter() - began, time.process_time() - cpu
    heart.stop()
    bare = marks(desk.database, since["history_row"], min(count, 2_000))
    print(
        f"  {count / took:.0f} sends/s, each marked before and after; {cpu / count * 1e3:.2f} ms of CPU each; floor, "
        f"each in two transactions: {bare:.0f}/s",
        flush=True,
    )


def lanes(desk: Desk, everybody: Sequence[Chat], limits: Limits, reminders: int) -> None:
    """Owe a reminder every second while a broadcast is owed; print how long each took to be sent."""
    went: dict[int, float] = {}

    def heard(serial: int) -> None:
        went.setdefault(serial, time.perf_counter())

    platform = SilentPlatform(heard)
    platform.overall = limits
    sending = another(desk, platform)
    heart = Heartbeat(sending)
    heart.start()
    with desk.database.reading() as session:
        staff = [session.exec(select(Chat).where(Chat.account == "direct:wangwu")).one()]
    owe(sending, everybody, AUDIENCE, ANSWER, "公告")
    delays, still = [], 0
    for _ in range(reminders):
        owed = time.perf_counter()
        owe(sending, staff, 1, STATUTORY, "⏰")
        serial = mark(desk.database)["outbox"]
        until(partial(went.__contains__, serial))
        delays.append(went[serial] - owed)
        still = AUDIENCE + len(delays) - len(went)
        time.sleep(APART if reminders > 1 else 0)
    heart.stop()
    how = f"{limits[0][0]} a second in all" if limits else "no limit"
    print(
        f"  broadcast to {AUDIENCE}, {how}: a reminder went out after p50 {statistics.median(delays):.2f} s, at most "
        f"{max(delays):.2f} s; {still} of the broadcast were still owed when the last one went",
        flush=True,
    )


def another(desk: Desk, platform: SilentPlatform) -> Desk:
    """Open a desk on the same tables that sends through a platform."""
    return Desk(desk.database, desk.clock, desk.house, {NAME: platform}, {})


def until(over: Callable[[], bool]) -> None:
    """Wait."""
    began = time.perf_counter()
    while not over():
        if time.perf_counter() - began > LONGEST:
            raise TimeoutError
        time.sleep(0.002)


def left(database: Database) -> bool:
    """Say whether anything is owed or under way."""
    with database.reading() as session:
        query = select(Outbox.serial).where(col(Outbox.stage).in_(("pending", "sending")))
        return session.exec(query.limit(1)).first() is not None


def marks(database: Database, since: object, count: int) -> float:
    """Do for so many rows what a send does, by the raw driver, each in two transactions; return how many a second."""
    like = "AS SELECT * FROM history_row WHERE 1 = 0" if database.is_sqlite else "(LIKE history_row)"
    mark_of = "?" if database.is_sqlite else "%s"
    newest, later, before, after, told = (statement.replace("?", mark_of) for statement in MARKING)
    raw = database.engine.raw_connection()
    cursor = raw.cursor()
    serials = [row[0] for row in _all(cursor, newest, count)]
    facts = [row[0] for row in _all(cursor, later, since)]
    cursor.execute(f"CREATE TABLE bench_told {like}")
    raw.commit()
    began = time.perf_counter()
    for serial, fact in zip(serials, facts, strict=False):
        for statements in (((before, serial),), ((after, serial), (told, fact))):
            if database.is_sqlite:
                cursor.execute("BEGIN IMMEDIATE")
            for statement, key in statements:
                cursor.execute(statement, (key,))
            raw.commit() if not database.is_sqlite else cursor.execute("COMMIT")
    took = time.perf_counter() - began
    cursor.execute("DROP TABLE bench_told")
    raw.commit()
    raw.close()
    return min(len(serials), len(facts)) / took


def _all(cursor: DBAPICursor, query: str, *given: object) -> list[tuple[Any, ...]]:
    cursor.execute(query, given)
    return list(cursor.fetchall())


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", help="an empty PostgreSQL database; SQLite in a folder of its own without")
    parser.add_argument("--sends", type=int, default=SENDS)
    parser.add_argument("--reminders", type=int, default=REMINDERS)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="huiying-bench-") as name:
        database = Database(given.database or f"sqlite:///{Path(name) / 'desk.db'}")
        with pending_desk(database) as desk:
            if isinstance(desk.clock, DrillClock):
                desk.clock.run(1)
            print(f"outbox on {'SQLite' if database.is_sqlite else 'PostgreSQL'}: {given.sends} messages", flush=True)
            everybody = audience(desk)
            throughput(desk, everybody, given.sends)
            lanes(desk, everybody, (), 1)
            lanes(desk, everybody, TELEGRAM, given.reminders)


if __name__ == "__main__":
    main()
