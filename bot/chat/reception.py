"""How receiving goes: when something was heard last, and what is wrong."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Kind = Literal["conflict", "token", "unreachable", "storage", "webhook"]
Mode = Literal["polling", "webhook"]


@dataclass(frozen=True)
class Trouble:
    """Why nothing is heard: a second desk asks too, a refused token, no way there, no way to store, no webhook."""

    kind: Kind
    why: str
    after: float = 0.0  # seconds for which the vendor wants to be left alone


Told = Callable[[Trouble], None]


class Reception:
    """What a monitor is told about receiving."""

    def __init__(self, mode: Mode, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin without anything heard; clock in seconds."""
        self.mode = mode
        self.trouble: Kind | None = None
        self._clock = clock
        self._heard_at: float | None = None

    def heard(self) -> None:
        """Note that an update was stored."""
        self._heard_at = self._clock()
        self.works()

    def works(self) -> None:
        """Note that nothing is wrong."""
        self.trouble = None

    def troubled(self, trouble: Trouble) -> None:
        """Note what is wrong."""
        self.trouble = trouble.kind

    def shown(self) -> dict[str, object]:
        """Return what /healthz shows."""
        ago = None if self._heard_at is None else round(self._clock() - self._heard_at, 1)
        return {"mode": self.mode, "last_update_seconds": ago, "trouble": self.trouble}
