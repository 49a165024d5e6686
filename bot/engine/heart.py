"""What lets a desk look: at every beat, and at once when it is woken."""

import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from datetime import UTC

from apscheduler.schedulers.background import BackgroundScheduler

from bot.accepting import Errand
from bot.desk import Desk
from bot.looks import guarded

BEAT = 1.0  # seconds: the longest a due row waits for a look
# Seconds between two rounds. Much of what a round costs is the same for one event as for ten, and while it runs whoever
# speaks to the platforms gets few turns: when much comes in, fewer and fuller rounds get more done.
REST = 0.005
SEAL_EVERY = 600  # seconds
PATIENCE = 30  # seconds a beat may be late and still run


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
