"""The embedded engine: one desk, by a lock file; its heartbeat in this process is woken when something was stored."""

import fcntl
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from apscheduler.schedulers.background import BackgroundScheduler

from bot.accepting import Errand
from bot.desk import Desk, guarded
from bot.sending import ONLY, Worker
from storage.database import Database

BEAT = 1.0  # seconds: the longest a due row waits for a look
# Seconds between two rounds. Much of what a round costs is the same for one event as for ten, and while it runs whoever
# speaks to the platforms gets few turns: when much comes in, fewer and fuller rounds get more done.
REST = 0.005
SEAL_EVERY = 600  # seconds
PATIENCE = 30  # seconds a beat may be late and still run
LOCK = "desk.lock"


class AlreadyRunning(Exception):
    """Another desk holds this data directory."""


class DeskLock:
    """A lock file against a second desk on the same data."""

    def __init__(self, folder: Path) -> None:
        """Name the lock after the folder it guards."""
        self._path = folder / LOCK
        self._file: IO[str] | None = None
        self._last_beat: datetime | None = None

    def __enter__(self) -> Self:
        """Take the lock; AlreadyRunning when somebody else has it."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        if self._path.exists():
            self._last_beat = datetime.fromtimestamp(self._path.stat().st_mtime, UTC)
        self._file = self._path.open("a")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as taken:
            self._file.close()
            raise AlreadyRunning(str(self._path)) from taken
        return self

    @property
    def last_beat(self) -> datetime | None:
        """Return when a desk with this data last beat; None: never."""
        return self._last_beat

    def beat(self) -> None:
        """Keep that the desk is alive, in the time of the file."""
        self._path.touch()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give the lock back."""
        if self._file is not None:
            self._file.close()


class Embedded:
    """One desk in one process: it receives, works, and does alone whatever only one may do."""

    worker: Worker = ONLY

    def __init__(self, folder: Path) -> None:
        """Guard this data directory."""
        self._lock = DeskLock(folder)
        self._heart: Heartbeat | None = None

    def __enter__(self) -> Self:
        """Take the lock; AlreadyRunning when another desk has it."""
        self._lock.__enter__()
        return self

    def join(self, database: Database) -> datetime | None:
        """Say since when nobody looked: since the lock was last touched."""
        del database
        return self._lock.last_beat

    def drive(self, desk: Desk) -> None:
        """Take charge of a desk."""
        self._heart = Heartbeat(desk, self._lock.beat)

    @property
    def heart(self) -> "Heartbeat":
        """Return what lets the desk look."""
        if self._heart is None:
            raise RuntimeError("an engine drives a desk once it was given one")
        return self._heart

    def start(self) -> None:
        """Begin to look."""
        self.heart.start()

    def soon(self, errand: Errand) -> None:
        """Let the thread that handles also store what is delivered: there is one writer anyway."""
        self.heart.soon(errand)

    def in_turn(self, name: str, begin: Errand, end: Errand) -> None:
        """Begin at once: there is nobody else; whoever asked ends it."""
        del name, end
        begin()

    def stop(self) -> None:
        """Finish the look under way and what was claimed."""
        self.heart.stop()

    def shown(self) -> Mapping[str, object]:
        """Return what /healthz shows."""
        return {"kind": "embedded", "workers": 1}

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give the lock back."""
        self._lock.__exit__(kind, error, trace)


class Heartbeat:
    """Lets a desk look at what is due, every second and whenever it is woken.

    One thread does all that needs the database; a platform that does not answer is waited for elsewhere.
    """

    def __init__(self, desk: Desk, alive: Callable[[], None] = lambda: None, *, beat: float = BEAT) -> None:
        """Attach to a desk; nothing runs before start(). alive: called after each look everywhere; beat: in seconds."""
        self._desk = desk
        self._alive = alive
        self._looked = time.monotonic()
        self._stopping = threading.Event()
        self._due = threading.Event()  # a beat has passed since the last look everywhere
        self._errands: deque[Errand] = deque()
        self._asked: deque[Future[None]] = deque()  # who wants to hear when the next look everywhere is done
        self._thread = threading.Thread(target=self._look, name="desk", daemon=True)
        # Times are the machine's here: this only decides when to look, the desk's clock decides what is due.
        self._scheduler = BackgroundScheduler(timezone=UTC)
        self.every(beat, self._beat)
        self.every(SEAL_EVERY, self._seal)
        desk.wake.append(self.wake)
        desk.between.append(self._run_errands)

    def every(self, seconds: float, do: Callable[[], None]) -> None:
        """Let something be done from time to time in a thread of its own, whatever the desk's thread is at."""
        self._scheduler.add_job(
            do, "interval", seconds=seconds, max_instances=1, coalesce=True, misfire_grace_time=PATIENCE
        )

    def looked(self) -> float:
        """Return how many seconds ago the desk's thread last came round."""
        return time.monotonic() - self._looked

    def start(self) -> None:
        """Begin to look."""
        self._scheduler.start()
        self._thread.start()
        self._beat()

    def stop(self) -> None:
        """Finish the look under way and stop."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)
        self._stopping.set()
        self.wake()
        if self._thread.is_alive():
            self._thread.join()
        self._run_errands()
        while self._asked:  # nobody looks here any more
            self._asked.popleft().cancel()
        guarded(lambda: self._desk.sender.close(self._desk.clock.now()))

    def soon(self, errand: Errand) -> None:
        """Let the thread that looks run an errand before it looks next. For any thread."""
        self._errands.append(errand)
        self.wake()

    def look_for(self, asking: "Future[None]") -> None:
        """Look everywhere now; whoever asked hears when that look is done. For any thread."""
        self._asked.append(asking)
        self._due.set()
        self.wake()

    def wake(self) -> None:
        """Look now rather than at the next beat."""
        self._desk.sender.wake.set()

    def _beat(self) -> None:
        self._due.set()
        self.wake()

    def _look(self) -> None:
        wake = self._desk.sender.wake
        while not self._stopping.is_set():
            if not wake.wait(self._desk.rests_for(BEAT)):
                self._due.set()  # something falls due just now
            wake.clear()
            self._look_on()

    def _look_on(self) -> None:
        """Look until there is nothing to do; everywhere once a beat, and again as long as timers fire."""
        done = 1
        while done and not self._stopping.is_set():
            self._run_errands()
            everywhere = self._due.is_set()
            self._due.clear()
            asked = [self._asked.popleft() for _ in range(len(self._asked))] if everywhere else []
            done, fired = self._desk.look(everywhere=everywhere)
            self._looked = time.monotonic()
            if everywhere:
                self._alive()
            for asking in asked:
                if asking.set_running_or_notify_cancel():  # nobody waits for it any more
                    asking.set_result(None)
            if fired:
                self._due.set()
            if done:
                self._stopping.wait(REST)

    def _run_errands(self) -> None:
        while self._errands:
            guarded(self._errands.popleft())

    def _seal(self) -> None:
        guarded(self._desk.seal)
