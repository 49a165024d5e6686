"""A vendor's token: one for all replicas, fetched by one at a time, and again only when it is good no longer."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import uuid4

from storage import token as tokens
from storage.database import Database

MARGIN: Final = 300.0  # seconds before its end in which a token is used no longer
LEAST: Final = 0.5  # of its life, for which it is used all the same
FETCHING: Final = 20.0  # seconds that one may take to fetch it, before another one tries
LOOK: Final = 0.05  # seconds between two looks at what somebody else fetches
PATIENCE: Final = 25.0  # seconds for which it is waited for
AFTER_FAILURE: Final = 2.0  # seconds in which a failed attempt stands for all that wait beside it


class NoToken(Exception):
    """Somebody else was to fetch it and did not in time."""


@dataclass(frozen=True)
class Fresh:
    """A new token, and for how many seconds the vendor takes it."""

    value: str
    lives: float


def now() -> datetime:
    """Return the machine's time: the vendor's limits follow no drill clock."""
    return datetime.now(UTC)


class Tokens:
    """The token of one account with one vendor."""

    def __init__(
        self, database: Database, name: str, fetch: Callable[[], Fresh], clock: Callable[[], datetime] = now
    ) -> None:
        """Name the account ("wecom:ww1:1000002"); fetch asks the vendor, and raises what went wrong."""
        self._database = database
        self._name = name
        self._fetch = fetch
        self._clock = clock
        self._by = uuid4().hex
        self._lock = threading.Lock()
        self._failed: tuple[float, Exception] | None = None

    def get(self, refused: str = "") -> str:
        """Return the token; another one than what the vendor has just refused. Raises what fetching raises, NoToken."""
        found = self._kept(refused)
        if found:
            return found
        with self._lock:  # of this process one waits, the others wait for that one
            return self._kept(refused) or self._fetched(refused)

    def _kept(self, refused: str) -> str:
        with self._database.reading() as session:
            kept = tokens.current(session, self._name, self._clock())
        return kept if kept != refused else ""

    def _fetched(self, refused: str) -> str:
        if self._failed is not None and time.monotonic() - self._failed[0] < AFTER_FAILURE:
            raise self._failed[1]
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with self._database.writing() as session:
                mine = tokens.may_fetch(session, self._name, self._by, FETCHING)
            found = self._kept(refused)  # whoever held it before may have kept one
            if found or mine:
                return self._done(found) if mine else found
            time.sleep(LOOK)
        raise NoToken(self._name)

    def _done(self, found: str) -> str:
        """Fetch unless it was found meanwhile, and let others fetch the next one."""
        try:
            return found or self._fetch_and_keep()
        except Exception as failure:
            self._failed = (time.monotonic(), failure)
            raise
        finally:
            with self._database.writing() as session:
                tokens.fetched(session, self._name, self._by)

    def _fetch_and_keep(self) -> str:
        fresh = self._fetch()
        lives = max(fresh.lives - MARGIN, fresh.lives * LEAST)
        with self._database.writing() as session:
            tokens.keep(session, self._name, fresh.value, self._clock() + timedelta(seconds=lives))
        self._failed = None
        return fresh.value


class OwnToken:
    """A token that nobody else hears of, for a command that changes nothing."""

    def __init__(self, fetch: Callable[[], Fresh]) -> None:
        """Fetch when it is asked for."""
        self._fetch = fetch
        self._value = ""

    def get(self, refused: str = "") -> str:
        """Return the token; another one than what the vendor has just refused. Raises what fetching raises."""
        if self._value in ("", refused):
            self._value = self._fetch().value
        return self._value
