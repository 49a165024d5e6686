"""A machine's clock that was set back never makes the desk's time go back."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog

from bot.clock import DrillClock, SystemClock
from bot.collecting import PLATFORM
from bot.opening import opened
from config.settings import Settings
from handlers.conversation import Incoming, Place, Sender

MORNING = datetime(2026, 11, 24, 1, 5, tzinfo=UTC)


def test_time_stands_still_until_it_has_caught_up() -> None:
    """After the clock was set back the desk tells the latest time it knows, and says by how much it is behind."""
    clock = SystemClock()
    ahead = datetime.now(UTC) + timedelta(hours=1)
    clock.not_before(ahead)
    assert clock.now() == ahead
    assert clock.now() == ahead
    assert timedelta(minutes=59) < clock.behind() <= timedelta(hours=1)


def test_a_drill_clock_never_goes_back() -> None:
    """Moving to an earlier moment changes nothing."""
    start = datetime(2026, 11, 24, 1, 5, tzinfo=UTC)
    clock = DrillClock(start)
    clock.move_to(start - timedelta(days=1))
    assert clock.now() == start
    clock.pass_by(timedelta(minutes=5))
    assert clock.now() == start + timedelta(minutes=5)


def test_a_desk_opened_before_its_own_record_keeps_the_record_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the record is newer than the machine's clock, the desk warns and its time goes on from the record."""
    monkeypatch.setenv("HUIYING_DATA_DIR", str(tmp_path))
    settings = Settings(_env_file=None)
    ahead = datetime.now(UTC) + timedelta(hours=2)
    with opened(settings) as first:
        first.clock.not_before(ahead)
        first.desk.accept(_post())
        first.desk.settle()
    with structlog.testing.capture_logs() as logs, opened(settings) as second:
        assert second.clock.now() >= ahead
    assert any(line["event"] == "the machine's clock was set back" for line in logs)


def _post() -> Incoming:
    return Incoming(
        platform=PLATFORM,
        key="1",
        at=datetime.now(UTC),
        place=Place(account=PLATFORM),
        sender=Sender(account="cli", name="cli"),
        text="阳光花园小区全小区停水三天了",
        url="https://example.com/1",
    )


def test_a_desk_lives_by_the_clock_it_is_given() -> None:
    """Where another clock takes the machine's place, the desk's time follows it, and never goes back with it."""
    told = [MORNING, MORNING + timedelta(hours=2), MORNING + timedelta(hours=1)]
    clock = SystemClock(lambda: told[0])
    assert clock.now() == MORNING
    told.pop(0)
    assert clock.now() == MORNING + timedelta(hours=2)
    told.pop(0)
    assert clock.now() == MORNING + timedelta(hours=2)
    assert clock.behind() == timedelta(hours=1)
