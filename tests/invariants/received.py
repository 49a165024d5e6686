"""What a platform's double wrote down of one call."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Limits = tuple[tuple[int, float], ...]  # at most so many messages in so many seconds, each
Deed = Literal["send", "edit", "toast", "delete", "pin"]


@dataclass(frozen=True)
class Received:
    """One call as the platform took it, whatever the desk learnt of it."""

    destination: str  # platform and chat, as the outbox names them: telegram:-1001
    at: datetime
    text: str = ""
    serial: int | None = None  # of the owed row, where the double can see it
    deed: Deed = "send"
    landed: bool = True  # people can see it now
    answered: bool = True  # the desk was told so
    nothing_for: float = 0.0  # seconds from now for which the platform said it wants nothing there (429)

    @property
    def platform(self) -> str:
        """Return the platform it was sent through."""
        return self.destination.partition(":")[0]


def without_limits(destination: str) -> Limits:
    """Return no limits: the destination takes everything at once."""
    del destination
    return ()
