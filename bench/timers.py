"""Timers: how late reminders are owed and sent while very many clocks run, and how soon missed ones are caught up.

Through the real heartbeat and desk, on a clock that runs as fast as ours. Lateness is counted from the moment for which
a reminder was set, to the commit that owes the notice, and to the call that sends it.
"""

import argparse
import math
import tempfile
import time
import uuid
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from sqlmodel import col, func, select

from bench.floor import floor, mark
from bench.pending import BEGIN, SilentPlatform, Standing, fall_due, fill, pass_by, pending_desk
from bot.chat.drill import NAME
from bot.clock import DrillClock
from bot.desk import Desk
from bot.engine.heart import Heartbeat
from bot.running import settle_memory
from handlers.act import STATUTORY
from storage import outbox
from storage.database import Database, Session
from storage.outbox import Outbox
from storage.timer import Timer

RATES: Final = (100, 500, 1_000)  # due a second
SECONDS: Final = 10
MISSED: Final = 10_000
SOON: Final = timedelta(seconds=1)
LOOK: Final = 0.2  # seconds between two looks at how far it is
LONGEST: Final = 900.0  # seconds for a round
OUTAGE: Final = timedelta(minutes=20)


class Witness(Database):
    """A database that notes when each commit was done, and the last row that was owed by then."""

    def __init__(self, url: str) -> None:
        """Open it; its moments are those of a clock that is named later."""
        super().__init__(url)
        self.now: Callable[[], datetime] = lambda: BEGIN
        self.tops: list[int] = []
        self.moments: list[datetime] = []

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a transaction and note its end."""
        top = 0
        with super().writing() as session:
            yield session
            if outbox.anything_owed(session):
                top = session.exec(select(func.max(Outbox.serial))).one() or 0
        if top and (not self.tops or top > self.tops[-1]):
            self.tops.append(top)
            self.moments.append(self.now())

    def committed(self, serial: int) -> datetime:
        """Say when a row was owed for good."""
        return self.moments[bisect_left(self.tops, serial)]


@dataclass
class Bench:
    """A desk with many running clocks, and what was seen of it."""

    desk: Desk
    database: Witness
    clock: DrillClock
    standing: Standing
    heard: dict[int, datetime]
    used: int = 0

    def hears(self, serial: int) -> None:
        """Note when a message was sent."""
        self.heard.setdefault(serial, self.clock.now())

    def take(self, count: int) -> slice:
        """Take cases that no round has touched yet."""
        self.used += count
        if self.used > len(self.standing.cases):
            raise ValueError("too few cases: more must be pending")
        return slice(self.used - count, self.used)


@contextmanager
def bench(url: str, pending: int) -> Iterator[Bench]:
    """Open one; so many timers wait."""
    database = Witness(url)
    with pending_desk(database) as desk:
        clock = desk.clock
        assert isinstance(clock, DrillClock)  # noqa: S101 - says which of the two it is
        database.now = clock.now
        began = time.perf_counter()
        standing = fill(desk, math.ceil(pending / 2))
        engine, took = "SQLite" if database.is_sqlite else "PostgreSQL", time.perf_counter() - began
        print(f"timers on {engine}: {pending} pending, filled in {took:.0f} s", flush=True)
        yield Bench(desk, database, clock, standing, {})


def steady(found: Bench, rate: int, seconds: int) -> None:
    """Let reminders fall due at a steady rate; print how late each was owed and sent."""
    count = rate * seconds
    part, start = found.take(count), found.clock.now() + SOON
    due = [start + timedelta(seconds=n / rate) for n in range(count)]
    fall_due(found.database, found.standing.clocks[part], due)
    since = mark(found.database)
    seen = _run(found, another(found), due[-1])
    at = dict(zip(found.standing.cases[part], due, strict=True))
    owed, sent = _lateness(found, since["outbox"], at)
    last = max(late + moment for late, moment in zip(owed, at.values(), strict=True)) - start
    rows, bare = floor(found.database, since, count)
    fired, cpu = count / last.total_seconds(), seen.cpu / count * 1e3
    print(
        f"  {rate:5}/s due   owed p50 {_ms(owed, 0.5)} p99 {_ms(owed, 0.99)}   sent p50 {_ms(sent, 0.5)} "
        f"p99 {_ms(sent, 0.99)}   {fired:.0f} fired/s, {cpu:.2f} ms of CPU each; "
        f"cards and all after {seen.over:.1f} s; floor {count / bare:.0f}/s of {rows / count:.1f} rows",
        flush=True,
    )


def restart(found: Bench, count: int, *, limits: bool) -> None:
    """Let the desk stand still while much falls due, and open another one; print when all was caught up."""
    cases = count // 2 if limits else count  # a case here has two limits
    part, start = found.take(cases), found.clock.now()
    due = [start + OUTAGE * (n / cases) for n in range(cases)]
    if limits:
        pass_by(found.database, found.standing.cases[part], due)
    else:
        fall_due(found.database, found.standing.clocks[part], due)
    since = mark(found.database)
    found.clock.move_to(start + OUTAGE + SOON)
    again = another(found)
    again.open(stopped_at=start)
    again.take_over()
    seen = _run(found, again, due[-1])
    rows, bare = floor(found.database, since, count)
    what, cpu = "limits" if limits else "reminders", seen.cpu / count * 1e3
    print(
        f"  restart with {count} {what} missed: all fired after {seen.fired:.1f} s ({count / seen.fired:.0f}/s), the "
        f"first lane sent after {seen.told:.1f} s, cards and all after {seen.over:.1f} s; {cpu:.2f} ms of CPU each; "
        f"floor {bare:.1f} s for {rows} rows, ratio {seen.told / bare:.1f}",
        flush=True,
    )


def another(found: Bench) -> Desk:
    """Open a desk on the same tables, as after a restart."""
    return Desk(found.database, found.clock, found.desk.house, {NAME: SilentPlatform(found.hears)}, {})


@dataclass(frozen=True)
class Seen:
    """How long a round took, in seconds."""

    fired: float  # until nothing that is due waits
    told: float  # until nothing of the first lane is owed
    over: float  # until nothing at all is owed
    cpu: float  # of this process


def _run(found: Bench, desk: Desk, last: datetime) -> Seen:
    """Let a desk look until nothing waits that was due by a moment, and nothing is owed."""
    heart = Heartbeat(desk)
    settle_memory()
    began, cpu = time.perf_counter(), time.process_time()
    found.clock.run(1)
    heart.start()
    times = [0.0, 0.0, 0.0]
    while not times[-1]:
        time.sleep(LOOK)
        took = time.perf_counter() - began
        if took > LONGEST:
            raise TimeoutError(f"not over after {took:.0f} s")
        for n, left in enumerate(_left(found, last)):
            if left:
                break
            times[n] = times[n] or took
    found.clock.run(0)
    heart.stop()
    fired, told, over = times
    return Seen(fired, told, over, time.process_time() - cpu)


def _left(found: Bench, last: datetime) -> Iterator[bool]:
    """Say in turn whether anything waits that falls due in this round, is urgent, is owed at all."""
    owed = select(Outbox.serial).where(col(Outbox.stage).in_(("pending", "sending"))).limit(1)
    waits = select(Timer.id).where(Timer.stage == "waiting", col(Timer.due_at) <= last).limit(1)
    for query in (waits, owed.where(Outbox.lane == STATUTORY), owed):
        with found.database.reading() as session:
            yield session.exec(query).first() is not None


def _lateness(found: Bench, after: int, due: Mapping[uuid.UUID, datetime]) -> tuple[list[timedelta], list[timedelta]]:
    """Return how late the notice of each case was owed, and sent."""
    query = select(Outbox.case_id, Outbox.serial).where(col(Outbox.serial) > after, Outbox.kind == "message")
    with found.database.reading() as session:
        serials = {case_id: serial or 0 for case_id, serial in session.exec(query)}
    owed = [found.database.committed(serials[case]) - at for case, at in due.items()]
    return owed, [found.heard[serials[case]] - at for case, at in due.items()]


def _ms(late: Sequence[timedelta], share: float) -> str:
    ranked = sorted(late)
    return f"{ranked[min(len(ranked) - 1, int(len(ranked) * share))] / timedelta(milliseconds=1):.0f} ms"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", help="an empty PostgreSQL database; SQLite in a folder of its own without")
    parser.add_argument("--pending", type=int, default=100_000)
    parser.add_argument("--rates", type=int, nargs="*", default=RATES)
    parser.add_argument("--seconds", type=int, default=SECONDS)
    parser.add_argument("--missed", type=int, default=MISSED)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="huiying-bench-") as name:
        url = given.database or f"sqlite:///{Path(name) / 'desk.db'}"
        with bench(url, given.pending) as found:
            for rate in given.rates:
                steady(found, rate, given.seconds)
            for limits in (False, True) if given.missed else ():
                restart(found, given.missed, limits=limits)


if __name__ == "__main__":
    main()
