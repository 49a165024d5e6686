"""/healthz: green while the database answers and what is due gets done."""

import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from bot.chat.reception import Reception, Trouble
from bot.clock import DrillClock
from bot.vital_signs import VitalSigns
from bot.web.health import VERSION, health_routes
from bot.web.server import serving
from storage import clock as clocks
from storage import inbox, outbox, timer
from storage.case import Case
from storage.clock import Clock
from storage.database import Database
from storage.inbox import Inbox
from storage.outbox import Outbox
from storage.timer import Timer

NOW = datetime(2026, 11, 24, 1, 5, tzinfo=UTC)


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """Give an empty database."""
    return sqlite_database


def late_clock(database: Database, due_at: datetime, outcome: str = "running") -> Clock:
    """Put a clock of a case on record, without a timer."""
    with database.writing() as session:
        case = Case(slip=1, title="停水", plan_hash="p", received_at=NOW)
        session.add(case)
        session.flush()
        clock = Clock(
            case_id=case.id, rule="respond", basis="b", source="s", started_at=due_at - timedelta(hours=48),
            due_at=due_at, outcome=outcome,
        )  # fmt: skip
        clocks.save(session, clock)
    return clock


@contextmanager
def health(database: Database, looked: Callable[[], float] | None) -> Iterator[httpx.Client]:
    """Ask a desk that stands at one moment."""
    with (
        serving(Starlette(routes=health_routes(VitalSigns(database, DrillClock(NOW), looked=looked)))) as address,
        httpx.Client(base_url=address, trust_env=False) as client,
    ):
        yield client


def asked(database: Database, looked: Callable[[], float] | None = None) -> tuple[int, dict[str, Any]]:
    """Return how a desk is; looked: how many seconds ago its thread came round."""
    with health(database, looked) as client:
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
    assert [(each["what"], each["count"], each["seconds"]) for each in body["wrong"]] == [
        ("timers", 1, 90.0), ("inbox", 1, 600.0),
    ]  # fmt: skip
    assert body["wrong"][0]["zh"] == "1 件到点的事没有办,最早的已迟 90秒"
    assert body["wrong"][0]["en"] == "1 things that fell due were not done; the first is 90 s late"
    assert body["oldest_waiting_seconds"] == {"inbox": 600.0, "timers": 90.0, "outbox": 0.0}


@pytest.mark.parametrize(
    ("outcome", "seconds", "code"), [("running", 40, 503), ("running", 20, 200), ("missed", 40, 200)]
)
def test_a_limit_that_passed_unseen_is_the_desks_illness(
    database: Database, outcome: str, seconds: int, code: int
) -> None:
    """A clock past its limit that nobody was told of: 503, though no timer waits for it; one on record is in order."""
    late_clock(database, NOW - timedelta(seconds=seconds), outcome)
    found, body = asked(database)
    assert found == code
    assert [each["what"] for each in body.get("wrong", [])] == (["clocks"] if code == 503 else [])


@pytest.mark.parametrize(("seconds", "code"), [(1.0, 200), (31.0, 503)])
def test_a_desk_whose_thread_hangs_is_ill(database: Database, seconds: float, code: int) -> None:
    """Nothing waits yet, but nobody would see it."""
    found, body = asked(database, lambda: seconds)
    assert found == code
    assert [each["what"] for each in body.get("wrong", [])] == (["look"] if code == 503 else [])


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
    routes = health_routes(VitalSigns(database, DrillClock(NOW)), receptions={"telegram": reception.shown})
    with serving(Starlette(routes=routes)) as address:
        answer = httpx.get(f"{address}/healthz", trust_env=False)
    assert answer.status_code == 200
    assert answer.json()["telegram"] == {"mode": "polling", "last_update_seconds": 30.0, "trouble": "conflict"}


def test_the_version_is_the_projects() -> None:
    """What a monitor is told is what was built."""
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["version"] == VERSION
