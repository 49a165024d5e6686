"""How fast the drill's time goes by: so many seconds for each second of ours."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Final

SPEEDS: Final = (0, 60, 3600)
LONGEST_BEAT: Final = 5.0  # seconds: a machine that slept does not let weeks go by at once


class Pace:
    """Tells how much drill time has gone by since it was last asked."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        """Stand still."""
        self._seconds = seconds
        self._asked = seconds()
        self.speed = 0

    def run(self, speed: int) -> None:
        """Go on at another speed; 0 stands still."""
        self._asked, self.speed = self._seconds(), speed

    def gone_by(self) -> timedelta:
        """Return the drill time since the last time this was asked."""
        now = self._seconds()
        real, self._asked = min(now - self._asked, LONGEST_BEAT), now
        return timedelta(seconds=real * self.speed)
