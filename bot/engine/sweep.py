"""The sweep: something independent of the desk's own look finds what that passed over, tells of it, and has it done.

It asks the tables every few seconds, in a thread of its own and over connections of its own, so that it goes on while
the desk's thread hangs. Whatever it finds is done by a second pair of hands of the same desk: the same looks, the same
dispatch. On several machines each may sweep: a row sees to it that one tells.
"""

import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

import structlog

from bot.desk import Desk
from bot.vital_signs import LATE
from handlers.act import Act
from handlers.watch import telling
from storage import incident, sweeping
from storage.clock import Clock
from storage.database import DatabaseTrouble, Session
from storage.sweeping import Overdue

log = structlog.get_logger()
EVERY: Final = 10.0  # seconds: found and told well within half a minute
# A burst of reports or a broadcast waits its turn for a while, and is no illness; the desk's own grace for late words.
QUEUEING: Final = timedelta(minutes=2)
STUCK: Final = timedelta(minutes=5)  # longer than any call to a platform may last, with all its tries
STUCK_FILE: Final = timedelta(hours=1)  # two gigabytes from a Bot API server of one's own take their time
QUIET: Final = timedelta(minutes=5)  # what was not found for so long is over
CONFIRM: Final = 2.0  # seconds until one looks again: a machine that slept catches up by itself
SPELL: Final = 6.0  # seconds of doing in one sweep; the next goes on
A_MOMENT: Final = 0.5  # seconds for calls under way to come back
MOST: Final = 1000  # clocks that get a timer in one sweep
FILE: Final = "file"


class Lingering:
    """Remembers since when something is there: the tables say that a row waits its turn, not how long."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._since: dict[int, datetime] = {}

    def since(self, serials: Iterable[int], now: datetime) -> Mapping[int, datetime]:
        """Return since when each of those that are there now was there at every look."""
        self._since = {serial: self._since.get(serial, now) for serial in serials}
        return self._since


@dataclass(frozen=True)
class Found:
    """What one look found passed over."""

    overdue: Mapping[str, Overdue] = field(default_factory=dict)  # by kind
    clocks: Sequence[Clock] = ()  # past their limit, and no timer rings them
    stuck: Sequence[int] = ()  # being sent for too long, by serial


class Sweep:
    """Sweeps when called; nothing that breaks it stops the next one."""

    def __init__(self, desk: Desk, hands: Desk, *, confirm: float = CONFIRM) -> None:
        """Watch a desk; hands: the same desk on connections of its own (Desk.beside). confirm in seconds."""
        self._desk = desk
        self._hands = hands
        self._confirm = confirm
        self._began = desk.clock.now()
        self._waiting = Lingering()
        self._stopping = threading.Event()

    def __call__(self) -> None:
        """Find, tell, do."""
        try:
            self._sweep()
        except DatabaseTrouble as trouble:
            log.warning("the sweep cannot reach the database", why=str(trouble.orig))
        except Exception:  # the edge of its thread: the next sweep comes all the same
            log.exception("the sweep broke")

    def stop(self) -> None:
        """Let go of what a sweep is at, and note what came of its calls."""
        self._stopping.set()
        self._hands.sender.close(self._desk.clock.now())
        self._hands.database.close()

    def _sweep(self) -> None:
        if self._desk.clock.now() - self._began < LATE:  # a desk that has just started sees to it by itself
            return
        self._hands.sender.pump(self._desk.clock.now(), everywhere=False)  # what came back since the last sweep
        found = self._find()
        if found.overdue:
            self._desk.look_soon()
            self._stopping.wait(self._confirm)
            found = self._find()
        if found.overdue:
            self._tell(found)
            self._do(found)
        else:
            self._end()

    def _find(self) -> Found:
        now = self._desk.clock.now()
        with self._hands.database.reading() as session:
            clocks = list(islice(sweeping.unwatched(session, now - LATE, now), MOST))
            sending = self._stuck(session, now)
            overdue = {
                "clocks": Overdue(len(clocks), clocks[0].due_at if clocks else None),
                "timers": sweeping.timers(session, now - LATE),
                "inbox": sweeping.inbox(session, now - QUEUEING),
                "outbox": self._unsent(session, now),
                "sending": Overdue(len(sending), min(sending.values(), default=None)),
            }
        return Found({kind: what for kind, what in overdue.items() if what.count}, clocks, list(sending))

    def _unsent(self, session: Session, now: datetime) -> Overdue:
        """Find what a look should have taken: at the front of what may go, and there at every sweep for a while."""
        busy = {each.destination for each in sweeping.sending(session)}
        front = sweeping.may_go(session, self._hands.sender.destinations, now - QUEUEING, sorted(busy))
        since = self._waiting.since((row.serial or 0 for row in front), now)
        passed = [row for row in front if now - since[row.serial or 0] >= LATE]
        return Overdue(len(passed), min((row.not_before for row in passed), default=None))

    def _stuck(self, session: Session, now: datetime) -> Mapping[int, datetime]:
        """Find what is being sent for longer than any call lasts: whoever sent it is gone, or never comes back."""
        return {
            each.serial: each.since
            for each in sweeping.sending(session)
            if each.since is not None and now - each.since >= (STUCK_FILE if each.kind == FILE else STUCK)
        }

    def _tell(self, found: Found) -> None:
        """Note what was found, give clocks their timers, and tell what nobody has told yet; all of it or nothing."""
        now = self._desk.clock.now()
        with self._hands.database.writing() as session:
            counts = {kind: what.count for kind, what in found.overdue.items()}
            new = incident.meet(session, counts, now)
            act = Act(session, self._hands.house, now)
            telling.rung_again(act, found.clocks)
            if new:
                telling.passed_over(act, {kind: found.overdue[kind] for kind in new})
            act.end({"kind": "swept"})
        if new:
            log.error("passed over", found=counts)
        self._desk.look_soon()

    def _do(self, found: Found) -> None:
        """Have it done, for a while, as a look does it; the message to the administrators goes out first."""
        until = time.monotonic() + SPELL
        if found.stuck:
            self._hands.sender.recover(self._desk.clock.now(), found.stuck)
        came_back = self._hands.sender.wake
        while time.monotonic() < until and not self._stopping.is_set():
            came_back.clear()
            if not self._hands.look().done and not came_back.wait(A_MOMENT):
                break

    def _end(self) -> None:
        now = self._desk.clock.now()
        with self._hands.database.reading() as session:
            if not incident.count_open(session):
                return
        with self._hands.database.writing() as session:
            ended = incident.end_quiet(session, now - QUIET, now)
            if ended:
                act = Act(session, self._hands.house, now)
                telling.over(act, ended)
                act.end({"kind": "swept"})
        self._desk.look_soon()
