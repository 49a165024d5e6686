"""The desk: the one place where plan, database, platforms and channels come together. The drill is a second Desk."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import structlog

from bot.channels import Channel
from bot.chat.platform import ChatPlatform
from bot.clock import Clock
from bot.sending import Sender
from handlers import dispatch
from handlers.conversation import Incoming
from handlers.house import House
from handlers.reading.post import Reading
from storage import history, inbox, outbox, timer
from storage import plan as plans
from storage.database import Database
from storage.inbox import Inbox

log = structlog.get_logger()
BATCH = 50
RETRY_TIMER = timedelta(seconds=30)
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
    ) -> None:
        """Put a desk together; nothing runs until somebody looks."""
        self.database = database
        self.clock = clock
        self.house = house
        self.house.platforms = tuple(platforms)
        self.sender = Sender(database, house, platforms, channels)
        self.wake: list[Callable[[], None]] = []

    def open(self) -> None:
        """Keep the plan's text: a case keeps the plan it was registered under."""
        with self.database.writing() as session:
            plans.keep(session, self.house.plan_hash, self.house.plan_files, self.clock.now())

    def take_over(self) -> None:
        """Settle what an interrupted desk left half-sent. Only for the one desk that holds the lock."""
        self.sender.recover(self.clock.now())

    def accept(self, *events: Incoming) -> int:
        """Store what a platform delivered; return how many events were new. Once this returns they are never lost."""
        now = self.clock.now()
        rows = [
            Inbox(platform=event.platform, key=event.key, payload=event.model_dump(mode="json"), received_at=now)
            for event in events
        ]
        with self.database.writing() as session:
            new = inbox.accept(session, rows)
        for call in self.wake:
            call()
        return new

    def settle(self) -> None:
        """Do everything that is due now: handle what came, fire what fell due, send what is owed."""
        for _ in range(MOST_ROUNDS):
            if not (self.look_at_inbox() or self.look_at_timers() or self.sender.send_due(self.clock.now())):
                return
        log.error("the desk goes round in circles")

    def look_at_inbox(self) -> int:
        """Handle a batch of stored events in one commit; return how many."""
        with self.database.reading() as session:
            readings = {event.id: self._read(event) for event in inbox.peek(session, BATCH)}
        if not readings:
            return 0
        with self.database.writing() as session:
            events = [event for event in inbox.waiting(session, BATCH) if event.id in readings]
            for event in events:
                dispatch.handle(session, self.house, event, self.clock.now(), readings[event.id])
        return len(events)

    def look_at_timers(self) -> int:
        """Fire a batch of timers that fell due in one commit; return how many."""
        now = self.clock.now()
        with self.database.reading() as session:
            if not timer.any_due(session, now):
                return 0
        with self.database.writing() as session:
            due = timer.due(session, now, BATCH)
            for one in due:
                if one.stage != "waiting":  # one that fired just before has cancelled it
                    continue
                try:
                    dispatch.fall_due(session, self.house, one, now)
                except Exception:  # one broken timer must not stop the others; it stays and is tried again
                    log.exception("a timer broke", kind=one.kind, timer=str(one.id))
                    timer.put_off(session, one, now + RETRY_TIMER)
        return len(due)

    def next_due(self) -> datetime | None:
        """Return when something falls due next."""
        with self.database.reading() as session:
            moments = (timer.next_due(session), outbox.next_due(session, self.sender.destinations))
        return min((moment for moment in moments if moment is not None), default=None)

    def seal(self) -> str:
        """Seal the heads of all histories; return the seal's hash."""
        with self.database.writing() as session:
            sealed = history.seal(session, self.clock.now()) or history.newest_seal(session)
            return sealed.hash if sealed else ""

    def _read(self, event: Inbox) -> Reading | None:
        text = str(event.payload.get("text", ""))
        if not text or event.payload.get("press"):
            return None
        try:
            return self.house.read(text, event.received_at)
        except Exception:  # a text nobody can read must not stop the others: a person judges it
            log.exception("a text could not be judged", event_id=str(event.id))
            return None


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
