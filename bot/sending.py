"""Everything owed goes out here: claim what may go, call the platform, note what came of it.

A claim is committed before the call, what came of it after: each row ends as sent, failed for good, to be retried, or
unknown. Platforms that may take long are waited for elsewhere, one call at a time for each chat, so that none holds up
another. A commit costs more than what it holds, so all share them: one transaction notes what came back, holds what its
opener does, and claims what may go out then.

Where several workers send (not on SQLite), each claim says who sends, and a destination is one worker's at a time.
"""

import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog

from bot.channels import Channel
from bot.chat.platform import ChatPlatform
from bot.choosing import choose
from bot.clock import Clock
from bot.delivering import Delivering, Fetch, Outcome
from bot.noting import Noting
from bot.pace import Lately
from bot.parcels import Parcel
from handlers.act import ANSWER
from handlers.house import House
from storage import outbox, outbox_turn
from storage.database import Database, DatabaseTrouble, Session
from storage.waking import see_to_it

log = structlog.get_logger()
EACH: Final = 200  # rows of one destination that are looked at together
MOST: Final = 300  # rows of all destinations that are
LAST_WAIT: Final = 10.0  # seconds for calls under way when the desk stops
CHANNEL: Final = "channel"  # the platform of an owed release


@dataclass(frozen=True)
class Worker:
    """Who sends. One that does not live, as far as it knows, claims nothing: what it claims would be taken from it."""

    name: str = ""  # of its lease; empty: the one desk there is
    lives: Callable[[], bool] = lambda: True


ONLY: Final = Worker()


class Sender:
    """Sends what is owed."""

    def __init__(
        self,
        database: Database,
        house: House,
        platforms: Mapping[str, ChatPlatform],
        channels: Mapping[str, Channel],
        fetch: Fetch | None = None,
        *,
        clock: Clock,
        pool: Executor | None = None,
        worker: Worker = ONLY,
    ) -> None:
        """Send through these platforms and channels; rows for others wait. fetch takes in an owed file.

        clock: tells what has been under way for too long. pool: what runs calls that are not awaited; threads of its
        own unless one is given. worker: who sends.
        """
        self.worker = worker
        self._shared = not database.one_writer
        self._clock = clock
        self._database = database
        self._house = house
        self._platforms = platforms
        self.destinations = (*platforms, CHANNEL)
        self._delivering = Delivering(platforms, channels, database, fetch, pool, clock)
        self._noting = Noting(database, house, platforms)
        self._lock = threading.RLock()
        self._busy: Counter[str] = Counter()  # by destination: parcels claimed, of which nothing is noted yet
        self._calls: set[Future[None]] = set()
        self._outcomes: list[Outcome] = []  # what came of calls, not yet noted, in the order in which it came
        self._apart = 0  # so many of the first of these could not be noted together
        self._doubted: dict[int, int] = {}  # by serial, with their attempts: claimed by a commit that was not heard of
        self._noted_perhaps = False  # what came back may be noted already, by such a commit
        self._found = 0  # rows that might go out when it was looked last; none where others are at it
        self._lately = Lately()
        self._closed = False
        self.words_first = False  # cards and digests wait meanwhile
        self.wake = threading.Event()  # something came back, or is owed

    def follow(self, stopped_at: datetime, now: datetime) -> None:
        """Begin after another desk: what it sent in its last moments counts against what a chat may take."""
        self._lately.follow(stopped_at, now)

    def recover(self, now: datetime, serials: Collection[int] | None = None) -> None:
        """Send again, marked, what was being sent by whoever lives no more: nobody knows whether it went out.

        serials: these alone, of which nothing came back, whoever sends them.
        """
        self._noting.recover(now, serials)

    @contextmanager
    def writing(self, now: datetime, *, noting: bool = False) -> Iterator[Session]:
        """Open a transaction: what came back is noted in it, and what is owed by its end is claimed in it.

        The calls for it begin once it is committed. Where others write too, what came back is noted by itself (noting):
        two transactions that hold several cases each would wait for one another.
        """
        claimed: list[Parcel] = []
        names: list[str] = []
        claims: dict[int, int] = {}
        noted: Sequence[Outcome] = ()
        doubted = dict(self._doubted)
        try:
            with self._database.writing() as session:
                see_to_it(session)
                if doubted:
                    self._noting.not_called(session, doubted, self.worker.name, now)
                noted = self._note(session, now) if noting or not self._shared else ()
                yield session
                if noted or doubted or outbox.anything_owed(session):
                    claimed = self._claim(session, now, noted)
                names = [_destination(parcel) for parcel in claimed]
                claims = {row.serial or 0: row.attempts for parcel in claimed for row in parcel.rows}
        except BaseException:  # it may have been committed all the same, when only the answer was lost
            self._settled(names)
            self._doubted |= claims
            self._noted_perhaps |= bool(noted)
            raise
        for serial in doubted:
            del self._doubted[serial]
        self._noted_perhaps &= not noted
        self._forget(noted)
        self._begin(claimed, now)

    def send_due(self, now: datetime) -> int:
        """Send all that may go out now and wait for what came of it; return how much was begun or noted."""
        count = self.pump(now)
        wait(self._calls)
        return count + self.pump(self._clock.now(), everywhere=False)

    def pump(self, now: datetime, *, everywhere: bool = True) -> int:
        """Note what came back and begin what may go out, without waiting; return how much that was.

        Everywhere: also what was owed elsewhere, or may go out by now.
        """
        with self._lock:
            came = len(self._outcomes)
        while self._apart:
            self._note_apart(now)
        if not came and not self._doubted and not (everywhere and self._anything_due(now)):
            return 0
        with self.writing(now, noting=True) as session:
            outbox.look_again(session)
        return came + self._found

    def _anything_due(self, now: datetime) -> bool:
        with self._lock:
            busy = set(self._busy)
        with self._database.reading() as session:
            return outbox_turn.any_due(session, self.destinations, now, busy=busy, lowest=self._lowest)

    def close(self, now: datetime) -> None:
        """Wait a little for the calls under way and note what came of them; what hangs is told as a possible repeat."""
        wait(self._calls, LAST_WAIT)
        self._delivering.close()
        self._closed = True
        self.pump(now, everywhere=False)

    def _claim(self, session: Session, now: datetime, noted: Sequence[Outcome]) -> list[Parcel]:
        """Mark what may go out now as being sent; its destinations are busy until it is noted what came of it.

        Noted: what was noted in this transaction, whose destinations count as busy until its end.
        """
        self._found = 0
        if self._closed or not self.worker.lives():
            return []
        session.flush()  # what is owed in this transaction is to be found
        with self._lock:
            due = self._due(session, now, [_destination(outcome.parcel) for outcome in noted])
            self._found = len(due)
            lately = None if self._shared else self._lately
            parcels = choose(session, self._house, self._platforms, lately, due, now, noted)
            names = [_destination(parcel) for parcel in parcels]  # a failed transaction leaves rows nobody can read
            self._busy.update(names)
        try:
            outbox.claim(session, [row for parcel in parcels for row in parcel.rows], now, self.worker.name)
        except BaseException:
            self._settled(names)
            raise
        return parcels

    @property
    def _lowest(self) -> int:
        return ANSWER if self.words_first else outbox.LAST

    def _due(self, session: Session, now: datetime, free: Collection[str] = ()) -> Sequence[outbox.Outbox]:
        with self._lock:
            busy = set(self._busy - Counter(free))
        lowest = self._lowest
        if not self._shared:
            return outbox_turn.due(session, self.destinations, now, busy=busy, lowest=lowest, each=EACH, limit=MOST)
        names = outbox_turn.hold_due(session, self.destinations, now, busy=busy, by=self.worker.name, lowest=lowest)
        return outbox_turn.due_at(session, names, now, lowest=lowest, each=EACH, limit=MOST) if names else ()

    def _begin(self, parcels: Sequence[Parcel], now: datetime) -> None:
        by_destination: dict[str, list[Parcel]] = {}
        for parcel in parcels:  # the most urgent first
            by_destination.setdefault(_destination(parcel), []).append(parcel)
        for own in by_destination.values():
            call = self._delivering.begin(own, now, self._came_back)
            if call is not None:
                self._calls.add(call)
                call.add_done_callback(self._calls.discard)

    def _came_back(self, outcome: Outcome) -> None:
        with self._lock:
            self._outcomes.append(outcome)
        self.wake.set()

    def _note(self, session: Session, now: datetime) -> Sequence[Outcome]:
        """Note what came back; what cannot be noted together is left to be noted apart."""
        with self._lock:
            outcomes = [] if self._apart else list(self._outcomes)
        if not outcomes:
            return ()
        try:
            with session.begin_nested():
                fresh = self._noting.not_noted(session, outcomes) if self._noted_perhaps else outcomes
                self._noting.note(session, self._ours(session, fresh), now)
        except DatabaseTrouble:
            raise
        except Exception:  # one outcome nobody can note must starve neither the others nor what is done beside it
            log.exception("outcomes could not be noted together")
            self._apart = len(outcomes)
            return ()
        return outcomes

    def _ours(self, session: Session, outcomes: Sequence[Outcome]) -> Sequence[Outcome]:
        """Leave out what failed after others had taken it up from us, who seemed dead: it is theirs now.

        What went out is noted in any case: whoever has not repeated it yet need not.
        """
        if not self._shared:
            return outcomes
        serials = {row.serial or 0 for outcome in outcomes if not _went_out(outcome) for row in outcome.parcel.rows}
        held = outbox.still_held(session, serials, self.worker.name) if serials else set()
        return [each for each in outcomes if _went_out(each) or all(row.serial in held for row in each.parcel.rows)]

    def _note_apart(self, now: datetime) -> None:
        """Note the first of what came back in a transaction of its own; when it cannot be, it is owed as before."""
        outcome = self._outcomes[0]
        try:
            with self._database.writing() as session:
                self._noting.note(session, self._ours(session, [outcome]), now)
        except DatabaseTrouble:
            raise
        except Exception:
            log.exception("an outcome could not be noted", serial=outcome.parcel.first.serial)
            with self._database.writing() as session:
                self._noting.take_up(session, outcome, now)
        self._apart -= 1
        self._forget([outcome])

    def _forget(self, outcomes: Sequence[Outcome]) -> None:
        """Forget the first of what came back: it is noted, and its destinations can be called again."""
        with self._lock:
            del self._outcomes[: len(outcomes)]
        self._settled([_destination(outcome.parcel) for outcome in outcomes])

    def _settled(self, names: Sequence[str]) -> None:
        with self._lock:
            self._busy.subtract(names)
            self._busy = +self._busy


def _went_out(outcome: Outcome) -> bool:
    return outcome.tried and outcome.failure is None


def _destination(parcel: Parcel) -> str:
    return parcel.first.destination
