"""The desk: the one place where plan, database, platforms and channels come together. The drill is a second Desk."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

import structlog

from bot.channels import Channel
from bot.chat.board import BoardPlatform
from bot.chat.platform import ChatPlatform
from bot.clock import Clock
from bot.delivering import Fetch
from bot.firing import MOST, Firing
from bot.handling import Handling
from bot.looks import guarded, uncrossed
from bot.preparing import Preparing
from bot.sending import ONLY, Sender, Worker
from bot.sites.platform import SitesPlatform
from config.language import Said
from handlers.act import STATUTORY, Act
from handlers.board.entering import BOARD
from handlers.chats import first_start
from handlers.chats.owing import tell_administrators
from handlers.clocks import recovery
from handlers.conversation import Incoming
from handlers.digest import verbs as digest
from handlers.house import House
from handlers.sites import SITES
from storage import history, outbox_turn, timer
from storage import plan as plans
from storage.database import Database


class Looked(NamedTuple):
    """What one look found."""

    done: int  # how much there was to do
    fired: int = 0  # timers among that: whatever they began may be due as well


log = structlog.get_logger()
# Seconds of work in one commit: while it runs, nothing else can be stored. Short while much is delivered.
SHORT: Final = 0.018
LONG: Final = 0.2
HELD_BACK: Final = timedelta(seconds=10)  # for which cards wait at most before some of them go out
MOST_ROUNDS = 10_000  # a desk that still finds work after so many looks is going round in circles


class Desk:
    """One bureau's desk. Everything here is synchronous; whoever calls from an event loop uses a thread."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        house: House,
        platforms: Mapping[str, ChatPlatform],
        channels: Mapping[str, Channel],
        fetch: Fetch | None = None,
        *,
        reading: float | None = None,
        pool: Executor | None = None,
        worker: Worker = ONLY,
    ) -> None:
        """Put a desk together; nothing runs until somebody looks.

        fetch takes in owed files, pool runs the calls that are not awaited, worker: as which of several it works on one
        database. reading: seconds for reading what one commit handles, and for the commit; the desk's own unless given.
        """
        self.database = database
        self.clock = clock
        self.house = house
        self.house.platforms = tuple(name for name, platform in platforms.items() if platform.for_staff)
        self.house.pages = (BOARD,)
        self.house.spends = tuple(name for name, platform in platforms.items() if platform.spends)
        self.house.start_links = {name: platform.start_link for name, platform in platforms.items()}
        self._platforms = {**platforms, BOARD: BoardPlatform(), SITES: SitesPlatform()}
        self._made_of = (platforms, channels, fetch)
        self.sender = Sender(database, house, self._platforms, channels, fetch, clock=clock, pool=pool, worker=worker)
        preparing = Preparing(house, self._platforms, reading)
        self.house.understand = preparing.understand
        self._handling = Handling(database, self._now, house, self._platforms, preparing, self.sender.writing)
        self._firing = Firing(database, house, self.sender.writing)
        self.wake: list[Callable[[], None]] = []
        self.between: list[Callable[[], None]] = []  # what must not wait for a whole look
        self._calm = clock.now()  # when cards could go out last
        self._looked: datetime | None = None  # when the last look everywhere began
        self._given = reading

    def beside(self, database: Database) -> "Desk":
        """Return the same desk with another pair of hands: whatever hangs here does not hang there."""
        worker = self.sender.worker
        return Desk(database, self.clock, replace(self.house), *self._made_of, reading=self._given, worker=worker)

    def open(self, *, stopped_at: datetime | None = None) -> None:
        """Keep the plan's text, under which a case stays, and see whether somebody must still be asked to start.

        stopped_at: since when nobody looked; what passed meanwhile is told before anything else.
        """
        with self.database.writing() as session:
            plans.keep(session, self.house.plan_hash, self.house.plan_files, self.clock.now())
            act = Act(session, self.house, self.clock.now())
            if stopped_at is not None:
                self.sender.follow(stopped_at, self.clock.now())
                recovery.report(act, stopped_at)
            first_start.begin(act)
            digest.begin(act)
            act.end({"kind": "opened"})

    def take_over(self) -> None:
        """Settle what was left half-sent by whoever lives no more: a worker, or the one desk before this one."""
        self.sender.recover(self.clock.now())

    def accept(self, *events: Incoming) -> int:
        """Store what a platform delivered; return how many events were new. Once this returns they are never lost."""
        new = self._handling.accept(*events)
        self.look_soon()
        return new

    def accept_raw(self, platform: str, updates: Sequence[tuple[str, Mapping[str, Any]]]) -> int:
        """Store events as a platform delivered them, by key; return how many were new. They are read when handled."""
        new = self._handling.accept_raw(platform, updates)
        self.look_soon()
        return new

    def alarm(self, text: Said) -> None:
        """Tell every administrator something about the desk itself."""
        with self.database.writing() as session:
            act = Act(session, self.house, self.clock.now())
            tell_administrators(act, text, lane=STATUTORY)
            act.end({"kind": "alarm"})
        self.look_soon()

    def look_soon(self) -> None:
        """Let whatever makes the desk look, look now."""
        for call in self.wake:
            call()

    def settle(self) -> None:
        """Do everything that is due now: handle what came, fire what fell due, send what is owed."""
        for _ in range(MOST_ROUNDS):
            if not (self.look_at_inbox() or self.look_at_timers() or self.sender.send_due(self.clock.now())):
                return
        log.error("the desk goes round in circles")

    def look(self, *, everywhere: bool = True) -> Looked:
        """Look once, without waiting for any platform.

        Everywhere: also at what no word of this process points to, that is, at what the time or another process brings.
        """
        if everywhere:
            self._looked = self.clock.now()
        handled = guarded(self.look_at_inbox) or 0 if everywhere or self._handling.has_arrivals else 0
        if handled and not everywhere and self.database.one_writer:  # what comes back is noted with the next batch
            return Looked(handled)
        self._let_in()
        pumped = guarded(lambda: self.sender.pump(self.clock.now(), everywhere=everywhere)) or 0
        self._let_in()
        held = self.sender.words_first
        fired = guarded(self.look_at_timers) or 0 if everywhere else 0
        fired += held and not self.sender.words_first  # what waited meanwhile wants another look
        return Looked(handled + pumped + fired, fired)

    def _let_in(self) -> None:
        for call in self.between:
            call()

    def _time(self) -> float:
        """Return for how many seconds one commit may work now."""
        if self._given is not None:
            return self._given
        return SHORT if self._handling.is_busy else LONG

    def look_at_inbox(self) -> int:
        """Handle a batch of stored events in one commit; return how many were waiting."""
        return self._handling.look(self._time())

    def _now(self) -> datetime:
        return self.clock.now()

    def look_at_timers(self) -> int:
        """Fire a batch of timers that fell due in one commit; return how many."""
        now = self.clock.now()
        if self.database.one_writer:
            count = self._firing.look(now, self._time())
        else:
            count = uncrossed(lambda most: self._firing.look(now, self._time(), most), (MOST, 1, 1, 1))
        self._put_words_first(now)
        return count

    def _put_words_first(self, now: datetime) -> None:
        """Let cards wait while limits fall due faster than they are told: a card says the same a little later.

        But not for long: a look in between lets some of them through.
        """
        if not self._firing.behind or now - self._calm > HELD_BACK:
            self._calm = now
        self.sender.words_first = self._firing.behind and self._calm < now

    def next_due(self) -> datetime | None:
        """Return when something falls due next."""
        with self.database.reading() as session:
            moments = (timer.next_due(session), outbox_turn.next_due(session, self.sender.destinations))
        return min((moment for moment in moments if moment is not None), default=None)

    def rests_for(self, most: float) -> float:
        """Return for how many seconds nothing falls due, at most so many: none where something did since the last look.

        What was due by that look has had it, and what came of it wants time.
        """
        due = guarded(self.next_due)
        if due is None or (self._looked is not None and due <= self._looked):
            return most
        return min(most, max(0.0, (due - self.clock.now()).total_seconds()))

    def seal(self) -> str:
        """Seal the heads of all histories; return the seal's hash."""
        with self.database.writing() as session:
            sealed = history.seal(session, self.clock.now()) or history.newest_seal(session)
            return sealed.hash if sealed else ""


def run_until(desk: Desk, move: Callable[[datetime], None], moment: datetime, most: int = MOST_ROUNDS) -> None:
    """Step a movable clock to each next due moment in order, up to a moment."""
    desk.settle()
    for _ in range(most):
        due = desk.next_due()
        if due is None or due > moment:
            break
        move(due)
        desk.settle()
    move(moment)
    desk.settle()
