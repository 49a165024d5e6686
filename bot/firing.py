"""How many timers share a commit: as many as fit into a short time, learnt from the commit before."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Final

from handlers import falling_due
from handlers.house import House
from storage import timer
from storage.database import Database, Session

FIRING: Final = 0.04  # seconds: while they fire, nothing else can be stored
FEWEST: Final = 16  # timers, however long they take: what is the same for one as for ten weighs on each of them
MOST: Final = 400
Writing = Callable[[datetime], AbstractContextManager[Session]]


class Firing:
    """Fires what fell due."""

    def __init__(self, database: Database, house: House, writing: Writing, seconds: float = FIRING) -> None:
        """Fire in transactions that are opened so, each for so many seconds."""
        self._database = database
        self._house = house
        self._writing = writing
        self._seconds = seconds
        self._at_once = FEWEST

    def look(self, now: datetime, most: int = MOST) -> int:
        """Fire timers that fell due in one commit; return how many had their turn."""
        with self._database.reading() as session:
            if not timer.any_due(session, now):
                return 0
        with self._writing(now) as session:
            due = timer.due(session, now, min(self._at_once, most))
            until = time.monotonic() + self._seconds
            count = falling_due.fall_due(
                session, self._house, due, now, lambda n: n >= FEWEST and time.monotonic() > until
            )
            left = until - time.monotonic()
        self._learn(count, left)
        return count

    def _learn(self, count: int, left: float) -> None:
        """Take as many the next time as had their turn; more when they took less than half of the time."""
        if left < 0:
            self._at_once = max(FEWEST, count)
        elif left > self._seconds / 2 and count >= self._at_once / 2:
            self._at_once = min(MOST, self._at_once * 2)
