"""What this process holds for as long as it lives: its worker's lease, and turns at what only one may do.

A thread of its own renews them, so that a long look loses none. Whoever cannot renew in time gives up by itself: by its
own stopwatch it stops before the database lets another begin.
"""

import os
import secrets
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import structlog

from bot.accepting import Errand
from bot.looks import guarded
from storage import lease, outbox_care
from storage.database import Database

log = structlog.get_logger()
SECONDS: Final = 10.0  # for which a lease holds without being renewed
ROUNDS: Final = 5  # times that it is renewed meanwhile, were all of them to succeed
SAFE: Final = 0.8  # of a lease: beyond, it counts as lost here, though the database may not have noticed yet


@dataclass
class _Turn:
    name: str
    begin: Errand
    end: Errand
    until: float = field(default=0.0)  # by this process's stopwatch; zero: it is another's


def new_name() -> str:
    """Return a name that no other process has: where it runs, and something that is never repeated."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


class Leases:
    """Keeps the leases of one process."""

    def __init__(self, name: str, *, works: bool, seconds: float = SECONDS) -> None:
        """Hold leases by this name; works: also that of a worker."""
        self.name = name
        self.workers = 0  # that live, as of the latest round
        self._works = works
        self._seconds = seconds
        self._turns: list[_Turn] = []
        self._until = 0.0
        self._database: Database | None = None
        self.orphans: Callable[[], None] = lambda: None  # called when somebody died who was sending something
        self._stopping = threading.Event()
        self._at_work = threading.Lock()
        self._thread = threading.Thread(target=self._renew_for_ever, name="leases", daemon=True)

    def lives(self) -> bool:
        """Say whether this worker holds its lease for sure."""
        return time.monotonic() < self._until

    def join(self, database: Database) -> None:
        """Take the worker's lease, if this process works."""
        self._database = database
        self._round()

    def start(self) -> None:
        """Begin to renew."""
        self._thread.start()

    def in_turn(self, name: str, begin: Errand, end: Errand) -> None:
        """Begin something once it is this process's turn, end it when the turn is lost."""
        with self._at_work:
            self._turns.append(_Turn(name, begin, end))
        self._round()

    def end_turns(self) -> None:
        """End all turns and take no more; others may begin at once."""
        with self._at_work:
            ended, self._turns = self._turns, []
            for turn in ended:
                self._lose(turn)
        if self._database is not None and ended:
            with self._database.writing() as session:
                lease.give_back(session, self.name, *[turn.name for turn in ended])

    def give_back(self) -> None:
        """Renew no more, and let others take up at once what this worker left."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()
        self._until = 0.0
        if self._database is not None:
            with self._database.writing() as session:
                lease.give_back(session, self.name, lease.WORKER + self.name)

    def _renew_for_ever(self) -> None:
        while not self._stopping.wait(self._seconds / ROUNDS):
            self._round()

    def _round(self) -> None:
        with self._at_work:
            guarded(self._renew)
            for turn in self._turns:
                if turn.until and time.monotonic() >= turn.until:
                    self._lose(turn)

    def _renew(self) -> None:
        if self._database is None:
            return
        until = time.monotonic() + self._seconds * SAFE  # counted from before the database was asked
        with self._database.writing() as session:
            alive = self._works and lease.take(session, lease.WORKER + self.name, self.name, self._seconds)
            ours = [turn for turn in self._turns if lease.take(session, turn.name, self.name, self._seconds)]
            self.workers = lease.workers(session)
            orphans = outbox_care.any_stranded(session)
            lease.forget_old(session)
        self._until = until if alive else 0.0
        for turn in self._turns:
            if turn in ours:
                self._win(turn, until)
            elif turn.until:
                self._lose(turn)
        if orphans and self._works:
            self.orphans()

    def _win(self, turn: _Turn, until: float) -> None:
        new, turn.until = not turn.until, until
        if new:
            log.info("took a turn", at=turn.name)
            turn.begin()

    def _lose(self, turn: _Turn) -> None:
        if turn.until:
            turn.until = 0.0
            log.info("lost a turn", at=turn.name)
            turn.end()
