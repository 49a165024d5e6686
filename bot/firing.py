"""How many timers share a commit: as many as fit into a short time, learnt from the commits before."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Final

from bot.portion import Portion
from handlers import falling_due
from handlers.house import House
from storage import timer
from storage.database import Database, Session

FEWEST: Final = 8  # timers, however long they take: what is the same for one as for ten weighs on each of them
MOST: Final = 400
Writing = Callable[[datetime], AbstractContextManager[Session]]


class Firing:
    """Fires what fell due."""

    def __init__(self, database: Database, house: House, writing: Writing) -> None:
        """Fire in transactions that are opened so."""
        self._database = database
        self._house = house
        self._writing = writing
        self._portion = Portion(FEWEST, MOST)
        self.behind = False  # as of the last look, more may be due than it took

    def look(self, now: datetime, seconds: float, most: int = MOST) -> int:
        """Fire timers that fell due in one commit of so many seconds; return how many had their turn."""
        with self._database.reading() as session:
            if not timer.any_due(session, now):
                self.behind = False
                return 0
        began, most = time.thread_time(), min(self._portion.within(seconds), most)
        with self._writing(now) as session:
            due = timer.due(session, now, most)
            until = began + seconds
            count = falling_due.fall_due(
                session, self._house, due, now, lambda n: n >= FEWEST and time.thread_time() > until
            )
        self.behind = len(due) == most
        self._portion.took(count, time.thread_time() - began)
        return count
