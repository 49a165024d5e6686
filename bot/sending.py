"""Everything owed goes out here: claim what may go, call the platform, note what came of it.

A claim is committed before the call, what came of it after: each row ends as sent, failed for good, to be retried, or
unknown. Platforms that may take long are called from threads, one call at a time for each chat, so that none holds up
another.
"""

import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import datetime
from itertools import groupby
from typing import Final

from bot.channels import Channel
from bot.chat.platform import ChatPlatform
from bot.choosing import choose
from bot.delivering import Delivering, Fetch, Outcome
from bot.noting import Noting
from bot.parcels import Parcel
from handlers.house import House
from storage import destination as destinations
from storage import outbox
from storage.database import Database, Session

AT_ONCE: Final = 32  # calls under way to slow platforms
EACH: Final = 100  # rows of one destination that are looked at together
LAST_WAIT: Final = 10.0  # seconds for calls under way when the desk stops
CHANNEL: Final = "channel"  # the platform of an owed release


class Sender:
    """Sends what is owed."""

    def __init__(
        self,
        database: Database,
        house: House,
        platforms: Mapping[str, ChatPlatform],
        channels: Mapping[str, Channel],
        fetch: Fetch | None = None,
    ) -> None:
        """Send through these platforms and channels; rows for others wait. fetch takes in an owed file."""
        self._database = database
        self._house = house
        self._platforms = platforms
        self.destinations = (*platforms, CHANNEL)
        self._delivering = Delivering(platforms, channels, database, fetch)
        self._noting = Noting(database, house, platforms)
        self._pool: ThreadPoolExecutor | None = None
        self._under_way: dict[str, Future[None]] = {}  # by destination
        self._lock = threading.Lock()
        self._outcomes: list[Outcome] = []  # what came of calls, not yet noted
        self.wake = threading.Event()  # something came back, or is owed

    def recover(self, now: datetime) -> None:
        """Send again, marked, what was being sent when the desk stopped: nobody knows whether it went out."""
        self._noting.recover(now)

    def send_due(self, now: datetime) -> int:
        """Send all that may go out now and wait for what came of it; return how many rows were tried."""
        count = self.pump(now)
        wait(self._under_way.values())
        return count + self._note(now)

    def pump(self, now: datetime) -> int:
        """Note what came back and begin what may go out, without waiting; return how much that was."""
        return self._note(now) + self._begin(now)

    def close(self, now: datetime) -> None:
        """Wait a little for the calls under way and note what came of them; what hangs is told as a possible repeat."""
        wait(self._under_way.values(), LAST_WAIT)
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
        self._note(now)

    def _begin(self, now: datetime) -> int:
        under_way = self._still_under_way()
        with self._database.reading() as session:
            if not self._due(session, now, under_way, 1):
                return 0
        with self._database.writing() as session:
            parcels = choose(session, self._house, self._platforms, self._due(session, now, under_way, EACH), now)
            for row in (row for parcel in parcels for row in parcel.rows):
                row.stage, row.attempts = "sending", row.attempts + 1
            session.flush()
        for name, own in groupby(sorted(parcels, key=_destination), key=_destination):
            self._deliver(name, list(own), now)
        return sum(len(parcel.rows) for parcel in parcels)

    def _still_under_way(self) -> set[str]:
        """List where a call is under way, or has ended without being noted."""
        self._under_way = {name: call for name, call in self._under_way.items() if not call.done()}
        with self._lock:
            return {*self._under_way, *(outcome.parcel.first.destination for outcome in self._outcomes)}

    def _due(self, session: Session, now: datetime, under_way: set[str], each: int) -> Sequence[outbox.Outbox]:
        busy = under_way | destinations.paused(session, now)
        open_ones = [name for name in self.destinations if f"{name}:" not in busy]
        return outbox.due(session, open_ones, now, busy=busy, each=each, limit=each * 3)

    def _deliver(self, name: str, parcels: Sequence[Parcel], now: datetime) -> None:
        platform = self._platforms.get(parcels[0].first.platform)
        if platform is not None and not platform.waits:
            self._delivering.deliver(parcels, now, self._came_back)
            return
        if self._pool is None:
            self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="sending")
        self._under_way[name] = self._pool.submit(self._delivering.deliver, parcels, now, self._came_back)

    def _came_back(self, outcome: Outcome) -> None:
        with self._lock:
            self._outcomes.append(outcome)
        self.wake.set()

    def _note(self, now: datetime) -> int:
        """Note what came back; what an unusable database does not take is noted the next time."""
        with self._lock:
            outcomes = list(self._outcomes)
        if outcomes:
            self._noting.note(outcomes, now)
            with self._lock:
                del self._outcomes[: len(outcomes)]
        return len(outcomes)


def _destination(parcel: Parcel) -> str:
    return parcel.first.destination
