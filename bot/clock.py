"""What time it is: the system's clock, or the drill's own."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return the moment, aware, UTC."""
        ...


def machine_time() -> datetime:
    """Return what the machine's clock says, UTC."""
    return datetime.now(UTC)


class SystemClock:
    """The machine's clock, which never goes back: a clock set back stands still until time has caught up."""

    def __init__(self, machine: Callable[[], datetime] = machine_time) -> None:
        """Start with the machine's time."""
        self._machine = machine
        self._latest = datetime.min.replace(tzinfo=UTC)
        self._lock = threading.Lock()

    def not_before(self, moment: datetime) -> None:
        """Never tell a time before this one: what is on record has happened."""
        with self._lock:
            self._latest = max(self._latest, moment)

    def now(self) -> datetime:
        """Return the machine's time, or the latest told when that is later."""
        with self._lock:
            self._latest = max(self._latest, self._machine())
            return self._latest

    def behind(self) -> timedelta:
        """Return by how much the machine's clock was set back."""
        return max(timedelta(), self._latest - self._machine())


class DrillClock:
    """A clock that can be stopped, run fast, or moved to a moment; back only to start over."""

    def __init__(self, start: datetime) -> None:
        """Stand still at a moment."""
        self._moment = start
        self._since = datetime.now(UTC)
        self._speed = 0.0
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """Return the drill's time."""
        with self._lock:
            return self._now()

    @property
    def speed(self) -> float:
        """Return how many seconds pass per second; 0 while it stands."""
        return self._speed

    def run(self, speed: float) -> None:
        """Run at a speed: 0 pauses, 60 is a minute per second."""
        with self._lock:
            self._moment, self._since, self._speed = self._now(), datetime.now(UTC), speed

    def move_to(self, moment: datetime) -> None:
        """Go to a moment; an earlier one is ignored."""
        with self._lock:
            self._moment, self._since = max(moment, self._now()), datetime.now(UTC)

    def start_over(self, moment: datetime) -> None:
        """Stand still at a moment, also an earlier one: a new drill begins."""
        with self._lock:
            self._moment, self._since, self._speed = moment, datetime.now(UTC), 0.0

    def pass_by(self, span: timedelta) -> None:
        """Let some time pass."""
        self.move_to(self.now() + span)

    def _now(self) -> datetime:
        return self._moment + (datetime.now(UTC) - self._since) * self._speed
