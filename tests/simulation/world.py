"""Time and chance: one queue of what happens when, one dice for all of it, one trace of what happened."""

import hashlib
import uuid
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import Final

LAST: Final = 60  # so many lines are shown with a failure
Happening = Callable[[], None]


class World:
    """What everything in a simulation shares."""

    def __init__(self, seed: int, start: datetime, *, tells: bool = False) -> None:
        """Begin at a moment; tells: print what happens."""
        self.dice = Random(seed)  # noqa: S311 - it has to repeat itself
        self.now = start  # the true time
        self.ahead = timedelta()  # by so much the machine's clock is wrong
        self.steps = 0
        self.last: deque[str] = deque(maxlen=LAST)
        self._tells = tells
        self._digest = hashlib.sha256()
        self._queue: list[tuple[datetime, float, int, Happening]] = []
        self._count = count()
        self._ids = count()

    @property
    def digest(self) -> str:
        """Return what names everything that happened so far."""
        return self._digest.hexdigest()

    def machine(self) -> datetime:
        """Return what the machine's clock says."""
        return self.now + self.ahead

    def new_id(self) -> uuid.UUID:
        """Return an id in the order of time, like UUIDv7."""
        milliseconds = int(self.now.timestamp() * 1000)
        n = next(self._ids)
        return uuid.UUID(int=milliseconds << 80 | 7 << 76 | (n >> 32 & 0xFFF) << 64 | 2 << 62 | n & 0xFFFFFFFF)

    def after(self, seconds: float, happening: Happening) -> None:
        """Let something happen after some seconds."""
        self.at(self.now + timedelta(seconds=seconds), happening)

    def at(self, moment: datetime, happening: Happening) -> None:
        """Let something happen at a moment; the dice decide what comes first of what falls together."""
        heappush(self._queue, (moment, self.dice.random(), next(self._count), happening))

    def next(self) -> datetime | None:
        """Return when something happens next."""
        return self._queue[0][0] if self._queue else None

    def take(self) -> Happening:
        """Take what happens next."""
        return heappop(self._queue)[3]

    def tell(self, what: str) -> None:
        """Keep that something happened."""
        line = f"{self.steps} {self.now.isoformat(timespec='milliseconds')} {what}"
        self._digest.update(line.encode())
        self.last.append(line)
        if self._tells:
            print(line)  # noqa: T201 - asked for with --trace
