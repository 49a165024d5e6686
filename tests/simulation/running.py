"""One simulated desk from its first day to its last, held against the invariants all the way."""

import gc
import shutil
import tempfile
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, Final

import structlog

from storage.columns import ids_from
from storage.database import Database
from tests.invariants import broken
from tests.simulation.desk_life import Crash, DeskLife, cast, furnish, quick
from tests.simulation.people import People
from tests.simulation.platform import limits_of
from tests.simulation.watching import QUICK_QUESTIONS, Watch
from tests.simulation.weather import Weather, level_of
from tests.simulation.world import World

FIRST: Final = datetime(2024, 12, 1, 16, tzinfo=UTC)  # midnight in Guigang
SPAN: Final = 600  # days: two springs, two New Years
DAY: Final = timedelta(days=1)
POSTS: Final = (0, 0, 0, 0, 0, 1, 1, 1, 2, 4)
WORK: Final = (0, 0, 0, 0, 1, 1, 2)
LONGEST_WORK: Final = 16
OUTAGES: Final = (0.05, 0.05, 0.5, 0.5, 0.5, 3, 3, 11)  # hours; each hour is some hundred attempts of the same kind
RUBBISH: Final = 100_000  # new objects between two looks of the collector, which otherwise takes a tenth of the time
REST: Final = timedelta(days=2)  # whoever was blocked writes again, and what was put off comes
TOLERATED: Final = ("warning", "info", "debug")


class Broken(AssertionError):
    """An invariant does not hold: says which, at which step of which seed, and what happened before."""


@dataclass(frozen=True)
class Lived:
    """What came of a desk's days."""

    seed: int
    days: int
    steps: int
    sends: int
    cases: int
    crashes: int
    digest: str


def live(seed: int, days: int, *, tells: bool = False, database: Database | None = None) -> Lived:
    """Let a desk live for so many days; Broken when an invariant does not hold.

    database: an empty one, in which it lives; else it has an SQLite file of its own.
    """
    with tempfile.TemporaryDirectory(prefix="huiying-simulation-") as folder, _heard() as heard, _seldom_cleared():
        start = FIRST + timedelta(days=Random(seed).randrange(SPAN))  # noqa: S311 - it has to repeat itself
        world = World(seed, start, tells=tells)
        database = furnished(Path(folder) / "huiying.db") if database is None else moved_in(database)
        with ids_from(world.new_id):
            simulation = Simulation(world, database, heard)
            try:
                return simulation.live(seed, days)
            finally:
                simulation.close()
                database.close()


class Simulation:
    """A desk, its people and its weather."""

    def __init__(self, world: World, database: Database, heard: list[dict[str, Any]]) -> None:
        """Set everything up; heard: what the desk writes to its log."""
        self._world = world
        self.weather = Weather(world.dice, level_of(world.dice))
        self._life = DeskLife(world, database, self.weather)
        self._people = People(self._life, cast())
        self._watch = Watch(self._life)
        self._heard = heard
        self._crashes = world.dice.choice((0.0, 0.5, 2.0))  # a day

    def live(self, seed: int, days: int) -> Lived:
        """Live through so many days."""
        with self._life.commits.watched():
            try:
                self._life.start()
                for _ in range(days):
                    self._day()
                self._come_to_rest()
            except Crash:
                raise
            except Exception as trouble:
                raise self._broken(seed, days, [f"{type(trouble).__name__}: {trouble}"]) from trouble
        with self._life.database.reading() as session:
            opened = session.connection().exec_driver_sql("SELECT count(*) FROM cases").scalar_one()
        return Lived(
            seed, days, self._world.steps, len(self._life.platform.log), int(opened), self._life.crashes,
            self._world.digest,
        )  # fmt: skip

    def close(self) -> None:
        """Look no more."""
        self._life.glance.close()

    # a day

    def _day(self) -> None:
        morning = self._world.now
        self._plan(morning)
        self._until(morning + DAY)
        self._check(self._whole())
        self._world.now = max(self._world.now, morning + DAY)

    def _plan(self, morning: datetime) -> None:
        """Throw the dice for a day: what people do, and what goes wrong."""
        dice, world, people = self._world.dice, self._world, self._people

        def some_time() -> datetime:
            hours = dice.uniform(8, 20) if dice.random() < 0.8 else dice.uniform(0, 24)
            return morning + timedelta(hours=hours)

        for _ in range(dice.choice(POSTS)):
            world.at(some_time(), people.report)
        for _ in range(dice.choice(WORK)):
            left = dice.randint(2, LONGEST_WORK)
            world.at(some_time(), lambda left=left: people.work(left))  # type: ignore[misc]
        for chance, happening in (
            (0.6, people.idle), (0.15, people.merge), (0.1, people.go_on_leave), (0.5, self._life.seal),
            (self.weather.level, people.block), (self.weather.level, people.move),
            (self.weather.level * 2, self._outage), (self.weather.level, self._clock_step),
        ):  # fmt: skip
            if dice.random() < chance:
                world.at(some_time(), happening)
        for _ in range(int(self._crashes * 2 * dice.random() + dice.random())):
            world.at(some_time(), self._life.stop_soon)

    def _outage(self) -> None:
        hours = self._world.dice.choice(OUTAGES)
        self.weather.out_until = self._world.now + timedelta(hours=hours)
        self._world.tell(f"the platform is out for {hours} h")

    def _clock_step(self) -> None:
        """Set the machine's clock ahead, or right again."""
        seconds = 0 if self._world.ahead else self._world.dice.choice((2, 90, 1800, 7200))
        self._world.ahead = timedelta(seconds=seconds)
        self._world.tell(f"the machine's clock is {seconds} s ahead")

    # a step

    def _until(self, end: datetime) -> None:
        while True:
            happens, due = self._world.next(), self._life.next()
            moment = min((each for each in (happens, due) if each is not None), default=end)
            if moment >= end:
                self._world.now = max(self._world.now, end)
                return
            self._world.now = max(self._world.now, moment)
            self._world.steps += 1
            if happens is not None and happens <= self._world.now:
                self._world.take()()
            else:
                self._life.beat()
            self._check(self._watch.step())

    def _come_to_rest(self) -> None:
        """Let the weather clear and everything that is owed go out; then nothing may be left lying."""
        self.weather.clear()
        self._crashes, self._world.ahead = 0.0, timedelta()
        self._life.commits.spare()
        self._until(self._world.now + REST)
        self._check(self._whole(at_rest=True))

    def _whole(self, *, at_rest: bool = False) -> list[str]:
        return broken(
            self._life.database, self._life.platform.log, now=self._life.now(), accepted=self._life.accepted,
            limits=limits_of, at_rest=at_rest,
        )  # fmt: skip

    def _check(self, found: list[str]) -> None:
        said = [f"log: {line}" for line in self._heard if line["log_level"] not in TOLERATED]
        if found or said:
            raise Found([*found, *said])

    def _broken(self, seed: int, days: int, found: list[str]) -> Broken:
        again = f"python -m tests.simulation --days {days} --seed {seed} --trace"
        return Broken("\n".join([*self._world.last, "", *found, f"at step {self._world.steps}; again: {again}"]))


class Found(AssertionError):
    """What the invariants found."""

    def __init__(self, found: list[str]) -> None:
        """Keep it."""
        super().__init__("\n".join(found))


@contextmanager
def _heard() -> Iterator[list[dict[str, Any]]]:
    """Give what is written to the log meanwhile, instead of writing it."""
    heard: list[dict[str, Any]] = []

    def keep(_logger: object, level: str, line: MutableMapping[str, Any]) -> Mapping[str, Any]:
        if level not in TOLERATED:
            heard.append({**line, "log_level": "error" if level == "exception" else level})
        raise structlog.DropEvent

    before = structlog.get_config()
    structlog.configure(processors=[structlog.processors.format_exc_info, keep], cache_logger_on_first_use=False)
    try:
        yield heard
    finally:
        structlog.configure(**before)


@contextmanager
def _seldom_cleared() -> Iterator[None]:
    """Let the collector look seldom."""
    before = gc.get_threshold()
    gc.set_threshold(RUBBISH, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def furnished(file: Path) -> Database:
    """Give a database of its own with the cast in it."""
    shutil.copy(template(), file)
    return quick(Database(f"sqlite:///{file}"))


def moved_in(database: Database) -> Database:
    """Give an empty database its tables and the cast."""
    world = World(0, FIRST - DAY)
    database.migrate()
    with ids_from(world.new_id):
        furnish(database, world.now)
    return database


@cache
def template() -> Path:
    """Give the file that every desk begins with: migrated once, the cast taken in."""
    folder = tempfile.TemporaryDirectory(prefix="huiying-simulation-")
    _KEPT.append(folder)
    database = moved_in(quick(Database(f"sqlite:///{Path(folder.name) / 'empty.db'}")))
    for index in QUICK_QUESTIONS:
        with database.engine.begin() as connection:
            connection.exec_driver_sql(index)
    file = Path(folder.name) / "empty.db"
    database.close()
    return file


_KEPT: list["tempfile.TemporaryDirectory[str]"] = []
