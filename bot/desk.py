"""The desk: the one place where plan, database, platforms and channels come together. The drill is a second Desk."""

import re
import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any, Final, NamedTuple, TypeVar

import structlog

from bot.arrivals import Arrivals
from bot.channels import Channel
from bot.chat.board import BoardPlatform
from bot.chat.platform import ChatPlatform
from bot.clock import Clock
from bot.delivering import Fetch
from bot.firing import MOST, Firing
from bot.portion import Portion
from bot.sending import ONLY, Sender, Worker
from config.language import Said
from handlers import dispatch
from handlers.act import STATUTORY, Act
from handlers.board.entering import BOARD
from handlers.chats import first_start
from handlers.chats.owing import tell_administrators
from handlers.clocks import recovery
from handlers.conversation import Incoming, press_of
from handlers.digest import verbs as digest
from handlers.dispatch import Prepared
from handlers.house import House
from handlers.intake import verbs as intake
from handlers.post_keys import PostKeys, keys_of
from handlers.reading.post import Reading
from storage import chat as chats
from storage import history, inbox, outbox_turn, timer
from storage import message as messages
from storage import person as people
from storage import plan as plans
from storage.columns import new_id
from storage.database import Database, DatabaseTrouble, Session, is_crossed
from storage.inbox import Inbox

T = TypeVar("T")


class Looked(NamedTuple):
    """What one look found."""

    done: int  # how much there was to do
    fired: int = 0  # timers among that: whatever they began may be due as well


log = structlog.get_logger()
RAW: Final = "update"  # under this name a stored event holds what the platform sent
STALE: Final = "stale"  # no verb: whoever taps it is shown the case as it stands
TAP_PARTS: Final = 3
NUMBER: Final = re.compile(r"[0-9]{1,18}")  # what a database takes
FEWEST: Final = 4  # events in one commit, however long they take
BATCH = 40  # events in one commit at most
# Seconds of work in one commit: while it runs, nothing else can be stored. Short while much is delivered.
SHORT: Final = 0.025
LONG: Final = 0.1
LATELY: Final = 0.3  # seconds after a delivery for which the next one is expected
BATCHES: Final = (4, 1, 1, 1)  # the same where others work too, after each time that two stood crosswise
READING: Final = 0.02  # seconds for reading what one commit handles: what is long to read is long to handle
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
        self.house.platforms, self.house.pages = tuple(platforms), (BOARD,)
        self.house.start_links = {name: platform.start_link for name, platform in platforms.items()}
        self.house.understand = self._understand
        self._platforms = {**platforms, BOARD: BoardPlatform()}
        self._made_of = (platforms, channels, fetch)
        self.sender = Sender(database, house, self._platforms, channels, fetch, clock=clock, pool=pool, worker=worker)
        self._firing = Firing(database, house, self.sender.writing)
        self._portion = Portion(FEWEST, BATCH)
        self.wake: list[Callable[[], None]] = []
        self.between: list[Callable[[], None]] = []  # what must not wait for a whole look
        self._calm = clock.now()  # when cards could go out last
        self._delivered = -LATELY  # when something was stored last
        self._arrived = threading.Event()  # something was stored since the last look at the inbox
        self._arrivals = Arrivals()
        self._given = reading
        self._reading = READING if reading is None else reading

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
        now = self.clock.now()
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
        now, place_of = self.clock.now(), self._platforms[platform].place_of
        rows = [
            Inbox(
                id=new_id(), platform=platform, place=place_of(raw), key=key, payload={RAW: dict(raw)}, received_at=now
            )
            for key, raw in updates
        ]
        return self._store(rows)

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

    def _store(self, rows: Sequence[Inbox]) -> int:
        with self.database.writing() as session:
            new = inbox.accept(session, rows)
        self._arrivals.put(rows, all_new=new == len(rows))
        self._arrived.set()
        self._delivered = time.monotonic()
        self.look_soon()
        return new

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
        handled = guarded(self.look_at_inbox) or 0 if everywhere or self._arrived.is_set() else 0
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
        return SHORT if time.monotonic() - self._delivered < LATELY else LONG

    def look_at_inbox(self) -> int:
        """Handle a batch of stored events in one commit; return how many were waiting."""
        self._arrived.clear()
        began = time.thread_time()
        most = self._portion.within(self._time())
        if self.database.one_writer:
            count = self._handle_next(most)
        else:
            count = _uncrossed(self._handle_ours, (most, *(few for few in BATCHES if few < most)))
        self._portion.took(min(count, most), time.thread_time() - began)
        return count

    def _handle_ours(self, most: int) -> int:
        """Handle, in one commit, a batch of what came from chats at which no other worker is at work."""
        with self.database.reading() as session:
            if not inbox.any_waiting(session):
                return 0
        return _by_itself_if_need_be(lambda together: self._handle_taken(most, together=together))

    def _handle_taken(self, most: int, *, together: bool) -> int:
        now = self.clock.now()
        with self.sender.writing(now) as session:
            events = inbox.take(session, most)
            prepared = self._prepared(session, events)
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
        now = self.clock.now()
        with self.sender.writing(now) as session:
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
            ends = dispatch.handle_together(session, self.house, events, now, prepared)
        else:
            ends = [dispatch.handle(session, self.house, event, now, prepared[event.id]) for event in events]
        inbox.finish(session, ends, now)

    def _stored(self, most: int) -> tuple[dict[uuid.UUID, Inbox], dict[uuid.UUID, Prepared]]:
        """Return events that wait, and how they read: as many as are read in a short time."""
        with self.database.reading() as session:
            events = self._arrivals.take(session, most)
            prepared = self._prepared(session, events)
        self._arrivals.give_back(events[len(prepared) :])
        return {event.id: event for event in events[: len(prepared)]}, prepared

    def _prepared(self, session: Session, events: Sequence[Inbox]) -> dict[uuid.UUID, Prepared]:
        """Return how the first of these events read: as many as are read in a short time."""
        prepared: dict[uuid.UUID, Prepared] = {}
        until = time.thread_time() + self._reading
        for event in events:
            prepared[event.id] = self._prepare(session, event)
            if time.thread_time() > until:
                break
        return prepared

    def look_at_timers(self) -> int:
        """Fire a batch of timers that fell due in one commit; return how many."""
        now = self.clock.now()
        if self.database.one_writer:
            count = self._firing.look(now, self._time())
        else:
            count = _uncrossed(lambda most: self._firing.look(now, self._time(), most), (MOST, 1, 1, 1))
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
        """Return for how many seconds nothing falls due, at most so many; what is due by now has had its look."""
        due = guarded(self.next_due)
        left = (due - self.clock.now()).total_seconds() if due is not None else most
        return left if 0 < left < most else most

    def seal(self) -> str:
        """Seal the heads of all histories; return the seal's hash."""
        with self.database.writing() as session:
            sealed = history.seal(session, self.clock.now()) or history.newest_seal(session)
            return sealed.hash if sealed else ""

    def _understand(self, event: Inbox) -> Incoming | None:
        """Read a stored event; None for one that means nothing to the desk."""
        raw = event.payload.get(RAW)
        if raw is None:
            return Incoming.model_validate(event.payload)
        return self._platforms[event.platform].understand(raw, event.received_at)

    def _prepare(self, session: Session, event: Inbox) -> Prepared:
        """Do before the transaction what needs no lock: read the event, find the tapped button, judge the text."""
        try:
            incoming = self._understand(event)
        except Exception as broken:  # whatever a platform sent: it stays stored, and must not stop the others
            log.exception("an event could not be read", event_id=str(event.id))
            return Prepared(None, broken=repr(broken)[:200])
        if incoming is None:
            return Prepared(None)
        if incoming.tap:
            incoming = incoming.model_copy(update={"press": _pressed(session, incoming)})
        return Prepared(incoming, self._read(incoming, event.received_at), _keys(incoming))

    def _read(self, incoming: Incoming, received_at: datetime) -> Reading | None:
        if not incoming.text or incoming.press or dispatch.is_bare_verb(incoming.text):
            return None
        try:
            return self.house.read(incoming.text, received_at)
        except Exception:  # a text nobody can read must not stop the others: a person judges it
            log.exception("a text could not be judged", key=incoming.key)
            return None


def _keys(incoming: Incoming) -> PostKeys | None:
    return keys_of(incoming) if incoming.text and not incoming.press and intake.is_post(incoming) else None


def guarded(look: Callable[[], T]) -> T | None:
    """Look, whatever comes of it: one broken look must stop neither the others nor the heart. None: it broke."""
    try:
        return look()
    except DatabaseTrouble as trouble:  # locked, full or gone: what is owed is still a row, the next beat tries again
        log.warning("the database does not answer", why=str(trouble.orig))
    except Exception:
        log.exception("a look broke")
    return None


def _by_itself_if_need_be(look: Callable[[bool], int]) -> int:
    """Look with all written together; when the database finds fault with a row, with each event written by itself."""
    try:
        return look(True)  # noqa: FBT003 - the one thing that is asked
    except DatabaseTrouble:
        raise
    except Exception:
        log.exception("events could not be written together")
        return look(False)  # noqa: FBT003 - see above


def _uncrossed(look: Callable[[int], int], sizes: Sequence[int]) -> int:
    """Look again, with less in one transaction, when another worker's stood in its way: nothing of it was kept."""
    for most in sizes[:-1]:
        try:
            return look(most)
        except DatabaseTrouble as trouble:
            if not is_crossed(trouble):
                raise
            log.info("two workers stood in each other's way", most=most)
    return look(sizes[-1])


def _find_together(session: Session, heard: Sequence[Incoming | None]) -> None:
    """Find everybody who spoke, and where, with two questions for the whole batch."""
    said = [incoming for incoming in heard if incoming is not None]
    for platform in {incoming.platform for incoming in said}:
        here = [incoming for incoming in said if incoming.platform == platform]
        people.find_together(session, platform, {incoming.sender.account for incoming in here})
        chats.find_together(session, platform, {incoming.place.account for incoming in here})


def _pressed(session: Session, incoming: Incoming) -> str:
    """Find what a tapped button says; one that this chat was never shown is stale."""
    chat = chats.by_account(session, incoming.platform, incoming.place.account)
    named = incoming.tap.split(".")
    if chat is None or len(named) != TAP_PARTS or not all(NUMBER.fullmatch(part) for part in named):
        return press_of(STALE, None)
    serial, row, column = map(int, named)
    press, case_id = messages.press(session, serial, chat.id, row, column)
    return press or press_of(STALE, case_id)


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
