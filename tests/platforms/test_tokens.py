"""A vendor's token: fetched once for all who need it, on both databases, and again only when it is refused."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from bot.chat.tokens import Fresh, Tokens
from storage.database import Database

NOW = datetime(2026, 11, 24, 1, 5, tzinfo=UTC)


class Vendor:
    """Gives tokens, and counts them."""

    def __init__(self) -> None:
        self.given = 0
        self.broken = False
        self.moment = NOW

    def fetch(self) -> Fresh:
        if self.broken:
            raise ConnectionError("down")
        self.given += 1
        time.sleep(0.1)
        return Fresh(f"token-{self.given}", 7200)

    def tokens(self, database: Database) -> Tokens:
        return Tokens(database, "wecom:ww1:2", self.fetch, lambda: self.moment)


@pytest.fixture
def others(database: Database) -> Iterator[list[Database]]:
    """Give more replicas on the same database."""
    found = [database] if database.one_writer else [Database(database.url) for _ in range(7)]
    yield found
    for each in found:
        if each is not database:
            each.close()


def test_eight_cold_workers_fetch_one(database: Database, others: list[Database]) -> None:
    """They need it at the same moment; all get the same one."""
    vendor, start = Vendor(), threading.Barrier(8)
    workers = [vendor.tokens(([database, *others] * 8)[n]) for n in range(8)]

    def get(tokens: Tokens) -> str:
        start.wait()
        return tokens.get()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(get, workers)) == {"token-1"}
    assert vendor.given == 1


def test_a_refused_one_is_replaced_once(database: Database) -> None:
    """Whoever is refused later finds the new one."""
    vendor = Vendor()
    first, second = vendor.tokens(database), vendor.tokens(database)
    assert (first.get(), second.get()) == ("token-1", "token-1")
    assert (first.get(refused="token-1"), second.get(refused="token-1")) == ("token-2", "token-2")
    assert vendor.given == 2


def test_it_is_used_no_longer_shortly_before_its_end(database: Database) -> None:
    """What is sent then might be refused on its way."""
    vendor = Vendor()
    tokens = vendor.tokens(database)
    tokens.get()
    vendor.moment += timedelta(seconds=7200 - 301)
    assert tokens.get() == "token-1"
    vendor.moment += timedelta(seconds=2)
    assert tokens.get() == "token-2"


def test_a_failure_stands_for_all_that_wait_and_not_for_long(database: Database) -> None:
    """A hundred messages to a vendor that is down do not knock a hundred times."""
    vendor = Vendor()
    tokens = vendor.tokens(database)
    vendor.broken = True
    for _ in range(3):
        with pytest.raises(ConnectionError):
            tokens.get()
    vendor.broken = False
    with pytest.raises(ConnectionError):
        tokens.get()
    assert vendor.tokens(database).get() == "token-1"
    assert tokens.get() == "token-1"
