"""Intake: how fast a post is accepted and handled, beside raw inserts of the same rows with the same durability."""

import os
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.building import build_house, take_roster
from bot.chat.drill import DrillPlatform
from bot.clock import SystemClock
from bot.desk import Desk
from config.roster import DRILL, drill_roster
from handlers.conversation import Incoming, Origin, Place, Sender
from storage.database import Database

POSTS = int(os.environ.get("HUIYING_BENCH_POSTS", "300"))
PLACES = ("阳光花园", "西江路", "城东安置房", "江南大道", "港城商贸街", "荷城新村", "民生小区", "圣湖一号")
MATTERS = (
    "停水三天没人管,老人小孩都没水喝",
    "路灯坏了一个月,晚上漆黑一片很危险",
    "工地夜间施工噪声扰民,投诉多次无果",
    "拖欠四十多名农民工工资半年",
    "新房墙体开裂漏水,开发商推诿",
    "污水管道堵塞,粪水流了一街",
)
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=OFF")


def posts(count: int) -> list[Incoming]:
    """Make posts: of every six, one is the same as an earlier one."""
    chance = random.Random(12)  # noqa: S311 - the same posts in every run
    texts: list[str] = []
    for n in range(count):
        again = texts and n % 6 == 5
        fresh = f"{chance.choice(PLACES)}{n}栋{chance.choice(MATTERS)},已经反映{n}次,请有关部门尽快处理!"
        texts.append(chance.choice(texts) if again else fresh)
    return [_event(n, text) for n, text in enumerate(texts)]


def _event(n: int, text: str) -> Incoming:
    return Incoming(
        platform="drill",
        key=f"bench:{n}",
        at=datetime.now(UTC),
        place=Place(account="staff"),
        sender=Sender(account="limin", name="李敏"),
        message_id=str(10_000_000 + n),
        text=text,
        origin=Origin(kind="user", author=f"网友{n}"),
    )


@contextmanager
def bench_desk(folder: Path) -> Iterator[Desk]:
    """Open a desk with the drill's cast on a fresh database on this disk."""
    database = Database(f"sqlite:///{folder / 'desk.db'}")
    database.migrate()
    house = build_house("gangbei-2017", public_url="http://127.0.0.1")
    clock = SystemClock()
    take_roster(database, drill_roster(house.plan), DRILL.name, house.plan, clock.now(), by="bench")
    desk = Desk(database, clock, house, {"drill": DrillPlatform(database)}, {})
    desk.open()
    yield desk
    database.close()


def accept_each(desk: Desk, events: list[Incoming]) -> list[float]:
    """Accept each event in a transaction of its own; return the seconds each took."""
    took = []
    for event in events:
        began = time.perf_counter()
        desk.accept(event)
        took.append(time.perf_counter() - began)
    return took


def handle_all(desk: Desk) -> float:
    """Handle everything that was accepted (judge, register or join, start clocks, owe answers); return the seconds."""
    began = time.perf_counter()
    while desk.look_at_inbox():
        pass
    return time.perf_counter() - began


def written_rows(file: Path, tables: tuple[str, ...] = ()) -> list[tuple[str, tuple[Any, ...]]]:
    """Read back the rows a run wrote: (insert statement, values)."""
    with sqlite3.connect(file) as source:
        every = "SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite_%'"
        names = tables or tuple(row[0] for row in source.execute(every))
        found: list[tuple[str, tuple[Any, ...]]] = []
        for table in names:
            rows = source.execute(f'SELECT * FROM "{table}"').fetchall()  # noqa: S608 - our own tables
            marks = ",".join("?" * len(rows[0])) if rows else ""
            found += [(f'INSERT INTO "{table}" VALUES ({marks})', row) for row in rows]  # noqa: S608 - our own tables
    return found


def raw_inserts(source: Path, target: Path, rows: list[tuple[str, tuple[Any, ...]]], transactions: int) -> float:
    """Insert the same rows into the same empty tables as plain SQL, in so many transactions; return the seconds."""
    with sqlite3.connect(source) as schema:
        every = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND type <> 'trigger'"
        statements = [row[0] for row in schema.execute(every)]
    floor = sqlite3.connect(target, isolation_level=None)
    for pragma in PRAGMAS:
        floor.execute(f"PRAGMA {pragma}")
    for statement in statements:
        if "sqlite_sequence" not in statement:
            floor.execute(statement)
    size = max(1, len(rows) // transactions)
    began = time.perf_counter()
    for start in range(0, len(rows), size):
        floor.execute("BEGIN IMMEDIATE")
        for sql, values in rows[start : start + size]:
            floor.execute(sql, values)
        floor.execute("COMMIT")
    took = time.perf_counter() - began
    floor.close()
    return took


def main() -> None:
    """Measure and print."""
    events = posts(POSTS)
    with tempfile.TemporaryDirectory(prefix="huiying-bench-") as name:
        folder = Path(name)
        with bench_desk(folder) as desk:
            before = set(written_rows(folder / "desk.db"))
            took = accept_each(desk, events)
            inbox = written_rows(folder / "desk.db", ("inbox",))
            handling = handle_all(desk)
            new = [row for row in written_rows(folder / "desk.db") if row not in before]
        floor_accept = raw_inserts(folder / "desk.db", folder / "floor1.db", inbox, POSTS)
        floor_all = raw_inserts(folder / "desk.db", folder / "floor2.db", new, POSTS)
    _print(took, handling, floor_accept, floor_all, len(new))


def _print(took: list[float], handling: float, floor_accept: float, floor_all: float, rows: int) -> None:
    ranked = sorted(took)
    whole = sum(took) + handling
    print(f"intake of {POSTS} posts on SQLite (WAL, synchronous=FULL)")
    p50, p99 = statistics.median(took) * 1e3, ranked[int(len(ranked) * 0.99)] * 1e3
    print(f"  accept      p50 {p50:.2f} ms   p99 {p99:.2f} ms")
    print(
        f"  accept      {POSTS / sum(took):.0f}/s; raw inserts of the same rows, one transaction each: "
        f"{POSTS / floor_accept:.0f}/s; ratio {sum(took) / floor_accept:.2f}"
    )
    print(
        f"  full        {POSTS / whole:.0f} reports/s ({rows / POSTS:.1f} rows each); raw inserts of the same rows, "
        f"one transaction per report: {POSTS / floor_all:.0f}/s; ratio {whole / floor_all:.2f}"
    )


if __name__ == "__main__":
    main()
