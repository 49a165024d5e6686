"""`python -m tests.faults.launcher run` is `python -m bot run`, which dies by SIGKILL before or after one named commit.

HUIYING_FAULT_KILL="after handling+claiming 2": after the second commit that handles and claims. The product knows
nothing of it: what a transaction does is told by the statements that SQLAlchemy's own events show.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any, Final, Self

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from bot.__main__ import app
from tests.orphans import end_with_parent

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


class Fault:
    """Waits for its commit."""

    def __init__(self, spoken: str, happens: Callable[[], object]) -> None:
        """Read when it happens: before or after, what the transaction does, the how manyth."""
        self._when, does, count = spoken.split()
        self._does = set(does.split("+"))
        self.left = int(count)
        self._happens = happens
        self._lock = threading.Lock()
        self._mine = threading.local()  # whether the transaction that this thread commits is the one
        self._listeners = (
            (Engine, "before_cursor_execute", self._executes),
            (Engine, "rollback", self._rolls_back),
            (Engine, "commit", self._commits),
            (Session, "after_commit", self._committed),
        )

    def __enter__(self) -> Self:
        """Listen to every engine and session of this process."""
        for listener in self._listeners:
            event.listen(*listener)
        return self

    def __exit__(self, *_ended: object) -> None:
        """Listen no more."""
        for listener in self._listeners:
            event.remove(*listener)

    def _executes(self, connection: Connection, _cursor: object, statement: str, *_more: Any) -> None:  # noqa: ANN401 - as the event gives it
        for name, (begins, holds) in DOES.items():
            if statement.startswith(begins) and holds in statement:
                connection.info.setdefault("does", set()).add(name)

    def _rolls_back(self, connection: Connection) -> None:
        connection.info.pop("does", None)

    def _commits(self, connection: Connection) -> None:
        does = connection.info.pop("does", set())
        with self._lock:
            if not self._does <= does:
                return
            self.left -= 1
            self._mine.one = self.left == 0
        if self._mine.one and self._when == "before":
            try:
                self._happens()
            except OperationalError:
                connection.invalidate()  # as SQLAlchemy does itself with one whose server is gone
                raise

    def _committed(self, _session: object) -> None:
        if getattr(self._mine, "one", False):
            self._mine.one = False
            self._happens()


def die() -> None:
    """Die as a process does whose machine lost power: nothing is closed, nothing is said."""
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    end_with_parent()
    with Fault(os.environ[VARIABLE], die) if VARIABLE in os.environ else nullcontext():
        app(sys.argv[1:])
