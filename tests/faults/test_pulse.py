"""The heartbeat for a monitor outside is sent only while the desk is truly alive, and hinders nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from structlog.testing import capture_logs

from bot.clock import DrillClock
from bot.pulse import Pulse, fetched
from bot.vital_signs import VitalSigns
from bot.web.server import serving
from storage import timer
from storage.database import Database
from storage.timer import Timer
from tests.platforms.test_command_line import bot, running

NOW = datetime(2026, 11, 24, 1, 5, tzinfo=UTC)


class Monitor:
    """A monitor that remembers its calls."""

    def __init__(self) -> None:
        """Be well."""
        self.heard: list[str] = []
        self.code = 200

    def answer(self, request: Request) -> Response:
        """Hear a call."""
        self.heard.append(f"{request.method} {request.url.path}")
        return PlainTextResponse("OK", self.code)


@contextmanager
def monitored(monitor: Monitor) -> Iterator[str]:
    """Give the address a monitor expects to be called at."""
    with serving(Starlette(routes=[Route("/ping/key", monitor.answer)])) as address:
        yield f"{address}/ping/key"


def overdue(database: Database) -> None:
    """Let something be due for a minute."""
    with database.writing() as session:
        timer.set_timer(session, Timer(kind="clock", due_at=NOW - timedelta(minutes=1)))


def signs_of(database: Database, looked: float = 1.0) -> VitalSigns:
    """Return the signs of a desk whose thread came round so many seconds ago."""
    return VitalSigns(database, DrillClock(NOW), looked=lambda: looked)


def test_it_is_heard_while_the_desk_lives(sqlite_database: Database) -> None:
    """Once for each call, by GET."""
    monitor = Monitor()
    with monitored(monitor) as url:
        pulse = Pulse(url, signs_of(sqlite_database))
        pulse()
        pulse()
    assert monitor.heard == ["GET /ping/key"] * 2


def test_it_is_not_heard_while_something_is_overdue(sqlite_database: Database) -> None:
    """What fell due waits, or the thread hangs: silence, which is the alarm."""
    monitor = Monitor()
    with monitored(monitor) as url:
        Pulse(url, signs_of(sqlite_database, looked=31))()
        overdue(sqlite_database)
        Pulse(url, signs_of(sqlite_database))()
    assert monitor.heard == []


def test_it_is_not_heard_when_the_database_does_not_answer(sqlite_database: Database) -> None:
    """Nobody can say that all is well."""
    monitor = Monitor()
    with sqlite_database.writing() as session:
        session.connection().exec_driver_sql("ALTER TABLE timer RENAME TO mislaid")
    with monitored(monitor) as url:
        Pulse(url, signs_of(sqlite_database))()
    assert monitor.heard == []


def test_a_monitor_in_trouble_is_logged_when_it_begins_and_ends(sqlite_database: Database) -> None:
    """Not every minute."""
    monitor = Monitor()
    with monitored(monitor) as url, capture_logs() as logged:
        pulse = Pulse(url, signs_of(sqlite_database))
        for monitor.code in (200, 503, 503, 404, 200, 200, 503):
            pulse()
    assert [line["event"] for line in logged] == [
        "the heartbeat's address does not answer",
        "the heartbeat's address answers again",
        "the heartbeat's address does not answer",
    ]


def test_doctor_never_feigns_a_desk_that_lives(tmp_path: Path) -> None:
    """It fetches the address of a desk that runs and is well; of any other it only asks the machine."""
    monitor = Monitor()
    with monitored(monitor) as url:
        assert "没有敲它" in bot(tmp_path, "doctor", HEARTBEAT_URL=url).stdout
        assert monitor.heard == []
        with running(tmp_path, HEARTBEAT_URL=url):
            assert "心跳地址应答正常" in bot(tmp_path, "doctor", HEARTBEAT_URL=url).stdout
    assert set(monitor.heard) == {"GET /ping/key"}
    assert "请设 HUIYING_HEARTBEAT_URL" in bot(tmp_path, "doctor").stdout


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/ping", "http://127.0.0.1:9/%", "http://[::1/x"])
def test_whatever_is_wrong_with_an_address_breaks_nothing(url: str) -> None:
    """Refused, or no address at all: a word of why."""
    assert fetched(url) != ""
