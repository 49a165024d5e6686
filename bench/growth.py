"""Growth: what handling a report costs when 1,000, 10,000, 100,000 … cases are on record, on SQLite.

`python -m bench.growth [--sizes 1000,10000,100000] [--rounds N] [--posts N]`. A file of so many cases is made by
copying the rows of cases that were really handled, each copy with names, numbers, words and marks of its own. The sizes
are measured in turns.
"""

import argparse
import hashlib
import random
import sqlite3
import time
import uuid
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from statistics import median
from typing import Any, Final

from bench.intake import bench_desk, handle_some, posts, quiet
from bench.servers import empty_database
from bot.desk import Desk
from storage.database import Database

SIZES: Final = (1_000, 10_000, 100_000)
ROUNDS: Final = 8
POSTS: Final = 200
PATTERNS: Final = 240  # posts that are really handled, and then copied
TABLES: Final = (
    "inbox", "cases", "report", "near_key", "case_event", "clock", "timer", "card_place", "chain_head", "history_row",
    "outbox",
)  # fmt: skip
OLDER: Final = 0x0190_0000  # what an id of some time ago begins with
Row = dict[str, Any]


def fill(database: Database, size: int, patterns: dict[str, list[Row]]) -> None:
    """Copy the patterns until there are so many cases."""
    connection = sqlite3.connect(database.file or "", isolation_level=None)
    for pragma in ("foreign_keys=OFF", "synchronous=OFF", "cache_size=-200000"):
        connection.execute(f"PRAGMA {pragma}")
    there = int(connection.execute("SELECT count(*) FROM cases").fetchone()[0])
    copy = int(connection.execute("SELECT coalesce(max(slip), 0) FROM cases").fetchone()[0])
    chance = random.Random(size)  # noqa: S311 - the same rows in every run
    while there < size:
        connection.execute("BEGIN")
        names = _Names(chance, copy)
        for table in TABLES:
            rows = [_copied(table, row, names) for row in patterns[table]]
            marks = ", ".join(f":{name}" for name in rows[0])
            columns = ", ".join(f'"{name}"' for name in rows[0])
            connection.executemany(f'INSERT INTO "{table}" ({columns}) VALUES ({marks})', rows)  # noqa: S608 - our own tables
        connection.execute("COMMIT")
        there, copy = there + len(patterns["cases"]), copy + PATTERNS
    for series, column in (("slip", "slip"), ("case:%", "seq")):
        highest = f"UPDATE counter SET last = (SELECT coalesce(max({column}), 0) FROM cases) WHERE series LIKE ?"  # noqa: S608 - our own columns
        connection.execute(highest, (series,))
    # What a chat could not take yet would go out beside what is measured, the more the longer this took.
    connection.execute("UPDATE outbox SET stage = 'sent' WHERE stage = 'pending'")
    connection.execute("ANALYZE")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # else the desk would have to do that beside its own work
    connection.close()


class _Names:
    """New names for whatever one copy of the patterns names; they grow from copy to copy, as the desk's own do."""

    def __init__(self, chance: random.Random, first: int) -> None:
        self.chance = chance
        self.first = first
        self._ids: dict[str, str] = {}

    def of(self, name: str) -> str:
        """Give a row of the patterns its new id."""
        if name not in self._ids:
            self._ids[name] = uuid.UUID(int=OLDER << 96 | self.first << 48 | len(self._ids)).hex
        return self._ids[name]


def _copied(table: str, row: Row, names: _Names) -> Row:
    new = dict(row)
    new.pop("serial", None)
    for name in ("id", "case_id", "first_case_id", "report_id"):
        if new.get(name):
            new[name] = names.of(new[name])
    for name in ("subject", "chain"):
        if new.get(name):
            kind, _, subject = new[name].rpartition(":")
            new[name] = ":".join(filter(None, (kind, str(uuid.UUID(names.of(uuid.UUID(subject).hex))))))
    for name in ("slip", "seq"):
        if new.get(name):
            new[name] += names.first
    return _marked(table, new, names)


def _marked(table: str, new: Row, names: _Names) -> Row:
    """Give a copy marks of its own."""
    match table:
        case "cases" if new["number"]:
            new["number"] = f"港建舆〔{new['year']}〕{new['seq']}号"
        case "report":
            new["text"] = f"{names.first}{new['text']}"
            new["text_key"] = hashlib.sha256(new["text"].encode()).hexdigest()
            new["message_key"] = f"{new['message_key']}/{names.first}"
        case "near_key":
            new["band"] = f"{names.chance.randrange(4)}:{names.chance.getrandbits(34):x}"
        case "inbox":
            new["key"] = f"{new['key']}:{names.first}"
        case "outbox":
            new["stage"] = "sent"
    return new


def _patterns(database: Database) -> dict[str, list[Row]]:
    """Read the rows of the cases that were handled; the desk's own chain is no pattern."""
    with sqlite3.connect(database.file or "") as connection:
        connection.row_factory = sqlite3.Row
        found = {table: [dict(row) for row in connection.execute(f'SELECT * FROM "{table}"')] for table in TABLES}  # noqa: S608 - our own tables
    for table in ("history_row", "chain_head"):
        found[table] = [row for row in found[table] if row["chain"].startswith("case:")]
    for table in ("timer", "outbox"):
        found[table] = [row for row in found[table] if row["case_id"]]
    return found


@dataclass
class Size:
    """A desk with so many cases on record, and what a report cost on it in each round: seconds of the processor."""

    cases: int
    desk: Desk
    costs: list[float] = field(default_factory=list)


def _opened(stack: ExitStack, sizes: Sequence[int]) -> list[Size]:
    """Open a desk for each size, each with a file of its own."""
    opened: list[Size] = []
    for cases in sizes:
        database = stack.enter_context(empty_database("sqlite"))
        desk = bench_desk(database)
        handle_some(desk, posts(PATTERNS, 1_000_000))
        began = time.perf_counter()
        fill(database, cases, _patterns(database))
        print(f"  {cases} cases, filled in {time.perf_counter() - began:.0f} s", flush=True)
        opened.append(Size(cases, desk))
    return opened


def _measure(sizes: Sequence[Size], rounds: int, count: int) -> None:
    """Handle posts on each in turns, so that what else the machine does weighs on all of them alike.

    The first round is for the caches: what they hold is of this size from then on.
    """
    for n in range(rounds + 1):
        for size in sizes:
            _, cpu = handle_some(size.desk, posts(count, (n + 2) * 1_000_000))
            size.costs.append(cpu / count)
    for size in sizes:
        ratios = sorted(own / first for own, first in zip(size.costs[1:], sizes[0].costs[1:], strict=True))
        print(
            f"  {size.cases} cases: {median(size.costs[1:]) * 1e3:.2f} ms of the processor a report, "
            f"{median(ratios):.2f} times that at {sizes[0].cases} (rounds: {ratios[0]:.2f} to {ratios[-1]:.2f})",
            flush=True,
        )


def main(arguments: Sequence[str] = ()) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--posts", type=int, default=POSTS, help="a round")
    given = parser.parse_args(arguments)
    with quiet(), ExitStack() as stack:
        sizes = _opened(stack, [int(size) for size in given.sizes.split(",")])
        _measure(sizes, given.rounds, given.posts)


if __name__ == "__main__":
    import sys

    main(sys.argv[1:])
