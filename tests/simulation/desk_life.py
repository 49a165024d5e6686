"""The life of one desk: it opens, looks when woken, dies between two commits, and is opened anew on what it left."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Any, Final

from sqlalchemy import event

from bot.building import build_house, keep_roster
from bot.channels import Channel
from bot.channels.chat_channel import ChatChannel
from bot.channels.website import WebsiteChannel
from bot.chat.drill import NAME
from bot.clock import SystemClock
from bot.desk import Desk
from config.roster import DRILL, Roster, drill_roster, roster_from_text
from handlers.conversation import Incoming
from handlers.house import House
from storage import history
from storage.database import Database, Session
from tests.simulation.glance import Glance
from tests.simulation.platform import FaultyPlatform, SimulatedThreads
from tests.simulation.reading import reader
from tests.simulation.weather import Weather
from tests.simulation.world import World

PLAN: Final = "gangbei-2017"
URL: Final = "http://127.0.0.1:9"
UNHURRIED: Final = 3600.0  # seconds: what is handled together does not hang on how fast the machine is
BEAT: Final = timedelta(seconds=1)
LONGEST_REST: Final = timedelta(seconds=60)


class Crash(BaseException):
    """The machine stopped here. Not an Exception: nothing in the desk may catch it."""


class Commits:
    """Counts the commits of a database, and stops the machine right before or right after one of them."""

    def __init__(self, database: Database) -> None:
        """Count from now on."""
        self.count = 0
        self._left = 0  # until the machine stops; 0: it does not
        self._is_before = False
        self._engine = database.engine
        self._is_committing = False

    def stop_at(self, commits: int, *, before: bool) -> None:
        """Stop the machine at the n-th commit from now."""
        self._left, self._is_before = commits, before

    def spare(self) -> None:
        """Let the machine live."""
        self._left = 0

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Listen to the database meanwhile."""
        event.listen(self._engine, "commit", self._begins)
        event.listen(Session, "after_commit", self._is_done)
        try:
            yield
        finally:
            event.remove(self._engine, "commit", self._begins)
            event.remove(Session, "after_commit", self._is_done)

    def _begins(self, _connection: object) -> None:
        self.count += 1
        self._left -= 1 if self._left else 0
        if self._left == 0 and self._is_before:
            self._is_before = False
            raise Crash
        self._is_committing = True

    def _is_done(self, session: Session) -> None:
        if session.get_bind() is not self._engine or not self._is_committing:
            return
        self._is_committing = False
        if self._left == 1 and not self._is_before:
            self._left = 0
            raise Crash


class DeskLife:
    """One bureau's desk, from start to start."""

    def __init__(self, world: World, database: Database, weather: Weather) -> None:
        """Have the place and the people; nothing runs yet."""
        self.world = world
        self.database = database
        self.weather = weather
        self.commits = Commits(database)
        self.desk: Desk | None = None
        self.accepted: list[tuple[str, str]] = []
        self.crashes = 0
        self._undelivered: list[Incoming] = []
        self._clock = SystemClock(world.machine)
        self.platform = FaultyPlatform(world, weather, self.now)
        self.platform.come_back = self.come_back
        self._stopped_at: datetime | None = None
        self._rest = BEAT
        self._waits_until: datetime | None = None
        self.glance = Glance(database)
        self._client = reader(database, URL, self._website_is_down)

    def now(self) -> datetime:
        """Return the desk's time."""
        return self._clock.now()

    # starting and stopping

    def start(self) -> None:
        """Open the desk on what there is."""
        try:
            self._start()
        except Crash:
            self.fall()
        self.beat()

    def _start(self) -> None:
        self._clock = SystemClock(self.world.machine)
        with self.database.reading() as session:
            latest = history.latest(session)
        if latest is not None:
            self._clock.not_before(latest)
        house = replace(_house(), public_id=self._public_id)
        channels: dict[str, Channel] = {
            "website": WebsiteChannel(self.database, self._client, URL),
            "release_channel": ChatChannel(self.database, {NAME: self.platform}),
        }
        threads = SimulatedThreads(self.world, lambda: self.platform.life, self.come_back)
        desk = Desk(self.database, self._clock, house, {NAME: self.platform}, channels, reading=UNHURRIED, pool=threads)
        desk.open(stopped_at=self._stopped_at)
        desk.take_over()
        self.desk = desk
        self.world.tell("the desk is open")
        for said in self._undelivered:
            self.world.after(self.world.dice.uniform(0.1, 20), partial(self.deliver, said))
        self._undelivered = []

    def fall(self) -> None:
        """Drop the desk and whatever it had not committed; it is started again after a while."""
        self.crashes += 1
        self.desk, self._stopped_at = None, self._clock.now()
        self.platform.life += 1
        self.platform.died(self.glance.paused())
        self.commits.spare()
        self.database.close()  # its connections go down with the machine, and what they had begun with them
        hours = self.world.dice.random() < 0.1
        away = self.world.dice.uniform(0.5, 9) * 3600 if hours else self.world.dice.uniform(0.5, 120)
        self.world.tell(f"the machine stops for {away:.0f} s")
        self.world.after(away, self.start)

    def stop_soon(self) -> None:
        """Let the machine stop at one of its next commits."""
        self.commits.stop_at(self.world.dice.randint(1, 12), before=self.world.dice.random() < 0.5)

    # what reaches it

    def deliver(self, said: Incoming) -> None:
        """Hand an event over as a platform does: until it is taken, and sometimes once more."""
        if self.desk is None:
            self._undelivered.append(said)
            return
        try:
            new = self.desk.accept_raw(NAME, [(said.key, said.model_dump(mode="json"))])
        except Crash:
            self._undelivered.append(said)
            self.fall()
            return
        self.accepted.append((NAME, said.key))
        self.world.tell(f"{said.key} is accepted ({new} new)")
        self._looks(self.desk.look_at_inbox)

    # what it does

    def beat(self) -> None:
        """Let it look wherever something waits, in whatever order; a look that finds nothing shows nothing."""
        if self.desk is not None:
            desk, now = self.desk, self.now()
            due = self.glance.next_due()
            looks: list[Callable[[], int]] = [lambda: desk.sender.pump(self.now())]
            if due.events is not None:
                looks.append(desk.look_at_inbox)
            if due.timers is not None and due.timers <= now:
                looks.append(desk.look_at_timers)
            self.world.dice.shuffle(looks)
            self._looks(*looks)

    def come_back(self, answered: Callable[[], None]) -> None:
        """Let a call come back, and note what came of it."""
        if self.desk is not None:
            desk = self.desk

            def note() -> int:
                answered()
                return desk.sender.pump(self.now(), everywhere=False)

            self._looks(note)

    def _looks(self, *looks: Callable[[], int]) -> None:
        """Look, and go on with whatever that made due, unless the machine stops on the way."""
        try:
            done = sum(look() for look in looks)
        except Crash:
            self.fall()
            return
        self._rest = BEAT if done else min(self._rest * 2, LONGEST_REST)
        due = self.glance.next_due().first
        if due is None:
            self._waits_until = None
        elif due > self.now():
            self._waits_until = due - self.world.ahead
        else:  # at once, but for what a call under way, or the pace of a chat, holds up: another beat may find it free
            self._waits_until = self.world.now + (timedelta() if done else self._rest)

    def next(self) -> datetime | None:
        """Return when the desk has to look next, in true time; None: it is closed, or nothing is due."""
        return self._waits_until if self.desk is not None else None

    def seal(self) -> None:
        """Seal the record, as the engine does from time to time."""
        if self.desk is not None:
            try:
                self.desk.seal()
            except Crash:
                self.fall()

    # chance

    def _public_id(self) -> str:
        return f"{self.world.dice.getrandbits(72):018x}"

    def _website_is_down(self) -> bool:
        return self.world.dice.random() < self.weather.level


def furnish(database: Database, at: datetime) -> None:
    """Give an empty database the drill's cast."""
    keep_roster(database, cast(), drill_roster(_house().plan), at, by="simulation")


@cache
def cast() -> Roster:
    """Return the people and chats."""
    return roster_from_text(drill_roster(_house().plan), DRILL.name, _house().plan)


@cache
def _house() -> House:
    return build_house(PLAN, public_url=URL)


def quick(database: Database) -> Database:
    """Let an SQLite database not wait for the disk: a crash here is a commit that does not happen."""

    @event.listens_for(database.engine, "connect")
    def _quick(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own connection
        connection.execute("PRAGMA synchronous=OFF")

    return database
