"""`python -m tests.faults.launcher run` is `python -m bot run`, which dies by SIGKILL before or after one named commit.

HUIYING_FAULT_KILL="after handling+claiming 2": after the second commit that handles and claims. The product knows
nothing of it: what a transaction does is told by the statements that SQLAlchemy's own events show.
"""

import os
import signal
import sys
import threading
from typing import Any, Final

from sqlalchemy import Connection, Engine, event
from sqlmodel import Session

from bot.__main__ import app

VARIABLE: Final = "HUIYING_FAULT_KILL"
# What a transaction does, by words that one of its statements begins with and one that it holds.
DOES: Final = {
    "accepting": ("INSERT INTO inbox", ""),
    "handling": ("UPDATE inbox SET", "done_at"),
    "claiming": ("UPDATE outbox SET", "attempts=(outbox.attempts"),
    "noting": ("UPDATE outbox SET", "sent_at"),
    "firing": ("UPDATE timer SET", "fired_at"),
    "showing": ("UPDATE release SET", "visible_at"),
    "proving": ("UPDATE channel_release SET", "proved_at"),
    "posting": ("UPDATE channel_release SET", "proof="),
    "fetching": ("UPDATE attachment SET", "sha256"),
    "sealing": ("INSERT INTO seal ", ""),
}


class Death:
    """Waits for its commit."""

    def __init__(self, spoken: str) -> None:
        """Read when to die: before or after, what the transaction does, the how manyth."""
        self._when, does, count = spoken.split()
        self._does = set(does.split("+"))
        self._left = int(count)
        self._lock = threading.Lock()
        self._mine = threading.local()  # whether the transaction that this thread commits is the one

    def attach(self) -> None:
        """Listen to every engine and session of this process."""
        event.listen(Engine, "before_cursor_execute", self._executes)
        event.listen(Engine, "rollback", lambda connection: connection.info.pop("does", None))
        event.listen(Engine, "commit", self._commits)
        event.listen(Session, "after_commit", self._committed)

    def _executes(self, connection: Connection, _cursor: object, statement: str, *_more: Any) -> None:  # noqa: ANN401 - as the event gives it
        for name, (begins, holds) in DOES.items():
            if statement.startswith(begins) and holds in statement:
                connection.info.setdefault("does", set()).add(name)

    def _commits(self, connection: Connection) -> None:
        does = connection.info.pop("does", set())
        with self._lock:
            if not self._does <= does:
                return
            self._left -= 1
            self._mine.one = self._left == 0
        if self._mine.one and self._when == "before":
            die()

    def _committed(self, _session: object) -> None:
        if getattr(self._mine, "one", False):
            die()


def die() -> None:
    """Die as a process does whose machine lost power: nothing is closed, nothing is said."""
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    if VARIABLE in os.environ:
        Death(os.environ[VARIABLE]).attach()
    app(sys.argv[1:])
