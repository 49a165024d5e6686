"""/healthz: green while the database answers and what is due gets done."""

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from bot.chat.telegram.reception import Reception, Trouble
from bot.clock import DrillClock
from bot.web.health import VERSION, health_routes
from bot.web.server import serving
from storage import inbox, outbox, timer
from storage.database import Database
from storage.inbox import Inbox
from storage.outbox import Outbox
from storage.timer import Timer

NOW = datetime(2026, 11, 24, 1, 5, tzinfo=UTC)


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """Give an empty database."""
    return sqlite_database


@contextmanager
def health(database: Database) -> Iterator[httpx.Client]:
    """Ask a desk that stands at one moment."""
    with (
        serving(Starlette(routes=health_routes(database, DrillClock(NOW)))) as address,
        httpx.Client(base_url=address, trust_env=False) as client,
    ):
        yield client


def asked(database: Database) -> tuple[int, dict[str, Any]]:
    """Return how a desk is."""
    with health(database) as client:
        answer = client.get("/healthz")
        return answer.status_code, answer.json()


def test_an_idle_desk_is_well(database: Database) -> None:
    """Nothing waits: 200, with the version."""
    code, body = asked(database)
    assert code == 200
    assert body == {
        "ok": True, "version": VERSION, "database": True,
        "oldest_waiting_seconds": {"inbox": 0.0, "timers": 0.0, "outbox": 0.0},
    }  # fmt: skip


def test_what_has_waited_too_long_means_that_nobody_looks(database: Database) -> None:
    """A stored event, a timer or an owed row that has waited ten minutes: 503, and the ages say which."""
    with database.writing() as session:
        inbox.accept(session, [Inbox(platform="drill", key="1", payload={}, received_at=NOW - timedelta(minutes=10))])
        timer.set_timer(session, Timer(kind="clock", due_at=NOW - timedelta(seconds=90)))
        timer.set_timer(session, Timer(kind="clock", due_at=NOW + timedelta(hours=1)))
    code, body = asked(database)
    assert code == 503
    assert body["ok"] is False
    assert body["oldest_waiting_seconds"] == {"inbox": 600.0, "timers": 90.0, "outbox": 0.0}


@pytest.mark.parametrize(("minutes", "code"), [(-60, 200), (4, 200), (10, 503)])
def test_what_is_owed_later_is_not_late(database: Database, minutes: int, code: int) -> None:
    """A release that is tried again in an hour is in order; one that nobody tries is not."""
    owed = NOW - timedelta(minutes=minutes)
    row = Outbox(
        kind="release", platform="channel", destination="channel:website", created_at=NOW, not_before=owed, payload={}
    )
    with database.writing() as session:
        outbox.put(session, row)
    assert asked(database)[0] == code


def test_a_database_that_does_not_answer(tmp_path: Path) -> None:
    """Without its tables: 503, and it says that it is the database."""
    code, body = asked(Database(f"sqlite:///{tmp_path / 'empty.db'}"))
    assert code == 503
    assert body == {"ok": False, "version": VERSION, "database": False}


def test_how_receiving_goes_is_shown_and_makes_nobody_ill(database: Database) -> None:
    """A platform in trouble is named; the desk is well all the same, since no clock depends on it."""
    now = [100.0]
    reception = Reception("polling", clock=lambda: now[0])
    reception.heard()
    now[0] = 130.0
    reception.troubled(Trouble("conflict", "terminated by other getUpdates request"))
    routes = health_routes(database, DrillClock(NOW), receptions={"telegram": reception.shown})
    with serving(Starlette(routes=routes)) as address:
        answer = httpx.get(f"{address}/healthz", trust_env=False)
    assert answer.status_code == 200
    assert answer.json()["telegram"] == {"mode": "polling", "last_update_seconds": 30.0, "trouble": "conflict"}


def test_the_version_is_the_projects() -> None:
    """What a monitor is told is what was built."""
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["version"] == VERSION
