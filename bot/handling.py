"""What came: stored at once, and handled in its order, as much of it in one commit as a short time holds."""

import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import takewhile
from typing import Any, Final

import structlog

from bot.arrivals import Arrivals
from bot.chat.platform import ChatPlatform
from bot.firing import Writing
from bot.looks import uncrossed
from bot.portion import Portion
from bot.preparing import RAW, Preparing
from handlers import dispatch
from handlers.conversation import Incoming
from handlers.dispatch import Prepared
from handlers.house import House
from storage import chat as chats
from storage import inbox
from storage import person as people
from storage.columns import new_id
from storage.database import Database, DatabaseTrouble, Session
from storage.inbox import Inbox

log = structlog.get_logger()
FEWEST: Final = 2  # events in one commit, however long they take
MOST: Final = 80  # events in one commit at most
LATELY: Final = 0.3  # seconds after a delivery for which the next one is expected
BATCHES: Final = (4, 1, 1, 1)  # events where others work too, after each time that two stood crosswise


class Handling:
    """Stores what platforms deliver, and handles it."""

    def __init__(
        self,
        database: Database,
        now: Callable[[], datetime],
        house: House,
        platforms: Mapping[str, ChatPlatform],
        preparing: Preparing,
        writing: Writing,
    ) -> None:
        """Handle in transactions that are opened so; now tells the moment, preparing reads what was stored."""
        self._database = database
        self._now = now
        self._house = house
        self._platforms = platforms
        self._preparing = preparing
        self._writing = writing
        self._portion = Portion(FEWEST, MOST)
        self._delivered = -LATELY  # when something was stored last
        self._arrived = threading.Event()  # something was stored since the last look
        self._arrivals = Arrivals()

    @property
    def has_arrivals(self) -> bool:
        """Say whether this process stored something, or left something, since the last look."""
        return self._arrived.is_set()

    @property
    def is_busy(self) -> bool:
        """Say whether something was stored so lately that more is expected."""
        return time.monotonic() - self._delivered < LATELY

    def accept(self, *events: Incoming) -> int:
        """Store what a platform delivered; return how many events were new. Once this returns they are never lost."""
        now = self._now()
        rows = [
            Inbox(
                platform=event.platform,
                place=event.place.account,
                key=event.key,
                payload=event.model_dump(mode="json"),
                received_at=now,
            )
            for event in events
        ]
        return self._store(rows)

    def accept_raw(self, platform: str, updates: Sequence[tuple[str, Mapping[str, Any]]]) -> int:
        """Store events as a platform delivered them, by key; return how many were new. They are read when handled."""
        now, place_of = self._now(), self._platforms[platform].place_of
        rows = [
            Inbox(
                id=new_id(), platform=platform, place=place_of(raw), key=key, payload={RAW: dict(raw)}, received_at=now
            )
            for key, raw in updates
        ]
        return self._store(rows)

    def _store(self, rows: Sequence[Inbox]) -> int:
        with self._database.writing() as session:
            new = inbox.accept(session, rows)
        self._arrivals.put(rows, all_new=new == len(rows))
        self._arrived.set()
        self._delivered = time.monotonic()
        return new

    def look(self, seconds: float) -> int:
        """Handle a batch of stored events in one commit of so many seconds; return how many were waiting."""
        self._arrived.clear()
        began = time.thread_time()
        most = self._portion.within(seconds)
        if self._database.one_writer:
            count = self._handle_next(most)
        else:
            count = uncrossed(self._handle_ours, (most, *(few for few in BATCHES if few < most)))
        self._portion.took(min(count, most), time.thread_time() - began)
        return count

    def _handle_ours(self, most: int) -> int:
        """Handle, in one commit, a batch of what came from chats at which no other worker is at work."""
        with self._database.reading() as session:
            if not inbox.any_waiting(session):
                return 0
        return _by_itself_if_need_be(lambda together: self._handle_taken(most, together=together))

    def _handle_taken(self, most: int, *, together: bool) -> int:
        now = self._now()
        with self._writing(now) as session:
            events = inbox.take(session, most)
            prepared = self._preparing.first_of(session, events)
            events = events[: len(prepared)]
            self._act_on(session, events, prepared, now, together=together)
        if events:
            self._arrived.set()
        return len(events)

    def _handle_next(self, most: int) -> int:
        """Handle a batch of what waits, where nobody else does."""
        stored, prepared = self._stored(most)
        if not prepared:
            self._arrivals.handled(whole=True, left=False)
            return 0
        return _by_itself_if_need_be(lambda together: self._handle(stored, prepared, together=together))

    def _handle(
        self, stored: Mapping[uuid.UUID, Inbox], prepared: Mapping[uuid.UUID, Prepared], *, together: bool
    ) -> int:
        now = self._now()
        with self._writing(now) as session:
            waiting = inbox.waiting(session, len(stored) + 1)
            events = [stored[event_id] for event_id in takewhile(stored.__contains__, waiting)]
            self._act_on(session, events, prepared, now, together=together)
        left = waiting[len(events) :]
        self._arrivals.handled(whole=len(events) == len(stored), left=bool(left))
        if left or self._arrivals.more:
            self._arrived.set()
        return len(waiting)

    def _act_on(
        self,
        session: Session,
        events: Sequence[Inbox],
        prepared: Mapping[uuid.UUID, Prepared],
        now: datetime,
        *,
        together: bool,
    ) -> None:
        """Act on events in this transaction; together: what they put on record is written together."""
        _find_together(session, [prepared[event.id].incoming for event in events])
        if together:
            ends = dispatch.handle_together(session, self._house, events, now, prepared)
        else:
            ends = [dispatch.handle(session, self._house, event, now, prepared[event.id]) for event in events]
        inbox.finish(session, ends, now)

    def _stored(self, most: int) -> tuple[dict[uuid.UUID, Inbox], dict[uuid.UUID, Prepared]]:
        """Return events that wait, and how they read: as many as are read in a short time."""
        with self._database.reading() as session:
            events = self._arrivals.take(session, most)
            prepared = self._preparing.first_of(session, events)
        self._arrivals.give_back(events[len(prepared) :])
        return {event.id: event for event in events[: len(prepared)]}, prepared


def _by_itself_if_need_be(look: Callable[[bool], int]) -> int:
    """Look with all written together; when the database finds fault with a row, with each event written by itself."""
    try:
        return look(True)  # noqa: FBT003 - the one thing that is asked
    except DatabaseTrouble:
        raise
    except Exception:
        log.exception("events could not be written together")
        return look(False)  # noqa: FBT003 - see above


def _find_together(session: Session, heard: Sequence[Incoming | None]) -> None:
    """Find everybody who spoke, and where, with two questions for the whole batch."""
    said = [incoming for incoming in heard if incoming is not None]
    for platform in {incoming.platform for incoming in said}:
        here = [incoming for incoming in said if incoming.platform == platform]
        people.find_together(session, platform, {incoming.sender.account for incoming in here})
        chats.find_together(session, platform, {incoming.place.account for incoming in here})
