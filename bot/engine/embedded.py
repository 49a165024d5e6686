"""The embedded engine: one desk, by a lock file; its heartbeat in this process is woken when something was stored."""

import fcntl
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from bot.accepting import Errand
from bot.desk import Desk
from bot.engine.heart import Heartbeat
from bot.sending import ONLY, Worker
from storage.database import Database

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
    def heart(self) -> Heartbeat:
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
