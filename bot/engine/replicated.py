"""The replicated engine: on PostgreSQL, as many processes as wanted, on as many machines.

Each worker has the heart of the embedded engine, which also looks once a beat. What another process stored wakes it by
a job; what only one may do goes by leases; what a worker left behind when it died, another takes up.
"""

from collections.abc import Mapping
from concurrent.futures import Future
from datetime import datetime
from types import TracebackType
from typing import Final, Self

from bot.accepting import Errand, in_a_thread
from bot.desk import Desk
from bot.engine.heart import BEAT, Heartbeat
from bot.engine.leases import SECONDS, Leases, new_name
from bot.engine.wakes import Wakes, waker
from bot.looks import guarded
from bot.sending import Worker
from storage import lease
from storage.database import Database

KIND: Final = "replicated"


class Replicated:
    """One of several processes on one database. One that does not work receives, and wakes those that do."""

    def __init__(self, *, works: bool = True, beat: float = BEAT, seconds: float = SECONDS) -> None:
        """Prepare; beat and the length of a lease in seconds."""
        self._works = works
        self._beat = beat
        self._leases = Leases(new_name(), works=works, seconds=seconds)
        self._heart: Heartbeat | None = None
        self._wakes: Wakes | None = None
        self._desk: Desk | None = None

    @property
    def worker(self) -> Worker:
        """Return as whom this process sends; one that does not work sends nothing."""
        return Worker(self._leases.name, self._leases.lives) if self._works else Worker(lives=lambda: False)

    def __enter__(self) -> Self:
        """Hold nothing yet: others may run beside it."""
        return self

    def join(self, database: Database) -> datetime | None:
        """Take a worker's lease; say when a worker was last seen, unless one lives or this is none."""
        with database.reading() as session:
            last, living = lease.last_seen(session), lease.workers(session)
        self._leases.join(database)
        self._leases.start()  # from here on: to open a desk may take longer than a lease holds
        return last if self._works and not living else None

    def drive(self, desk: Desk) -> None:
        """Take charge of a desk: wake others for what is stored here, and look, if this process works."""
        self._desk = desk
        desk.database.before_commit.append(waker(desk.database.url))
        if self._works:
            self._heart = Heartbeat(desk, beat=self._beat)
            self._wakes = Wakes(desk.database.url, self._heart.look_for)

    @property
    def heart(self) -> Heartbeat | None:
        """Return what lets the desk look; None where this process does not work."""
        return self._heart

    def start(self) -> None:
        """Begin to look and to take wake-ups."""
        self._leases.orphans = self._take_up
        if self._heart is not None and self._wakes is not None:
            self._heart.start()
            self._wakes.start()

    def soon(self, errand: Errand) -> None:
        """Let a thread of the loop store what is delivered: here nobody waits for a writer."""
        in_a_thread(errand)

    def in_turn(self, name: str, begin: Errand, end: Errand) -> None:
        """Begin once the lease of that name is this process's."""
        self._leases.in_turn(name, begin, end)

    def shown(self) -> Mapping[str, object]:
        """Return what /healthz shows."""
        return {"kind": KIND, "workers": self._leases.workers}

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave nothing locked: there is nothing."""

    def stop(self) -> None:
        """Give turns back, finish what was claimed, then give the worker's lease back."""
        self._leases.end_turns()
        if self._wakes is not None:
            self._wakes.stop()
        if self._heart is not None:
            self._heart.stop()
        guarded(self._leases.give_back)

    def _take_up(self) -> None:
        """Take up, in the thread that looks, what somebody who died was sending."""
        if self._heart is not None and self._desk is not None:
            self._heart.soon(self._desk.take_over)
            self._heart.look_for(Future())
