"""How long to wait after a trouble with Telegram, and what kind of trouble an error is."""

from collections.abc import Mapping
from typing import Final

import structlog
from telegram.error import Conflict, InvalidToken, RetryAfter

from bot.chat.reception import Kind, Trouble
from bot.chat.telegram.errors import is_strangers, seconds_of
from storage.database import DatabaseTrouble

log = structlog.get_logger()
# First and longest wait after a trouble, in seconds. A refused token can only be mended by an administrator.
WAITS: Final[Mapping[Kind, tuple[float, float]]] = {
    "conflict": (2.0, 15.0),
    "token": (60.0, 60.0),
    "unreachable": (1.0, 30.0),
    "storage": (1.0, 30.0),
    "webhook": (2.0, 60.0),
}
MOST_DOUBLINGS: Final = 10


class Waiting:
    """How long to wait after a trouble: twice as long each time, and from the start again after another one."""

    def __init__(self, waits: Mapping[Kind, tuple[float, float]] = WAITS) -> None:
        """Begin without a trouble."""
        self._waits = waits
        self._kind: Kind | None = None
        self._times = 0

    def after(self, trouble: Trouble) -> float:
        """Return the seconds to wait; what is new is logged, what goes on is not."""
        if trouble.kind != self._kind:
            log.warning("telegram trouble", kind=trouble.kind, why=trouble.why)
            self._kind, self._times = trouble.kind, 0
        first, longest = self._waits[trouble.kind]
        wait: float = min(longest, first * 2 ** min(self._times, MOST_DOUBLINGS))
        self._times += 1
        return max(trouble.after, wait)

    def over(self) -> None:
        """Note that it works."""
        if self._kind is not None:
            log.info("telegram works again", after=self._kind)
        self._kind = None


def trouble_of(error: Exception) -> Trouble:
    """Say what kind of trouble an error is."""
    match error:
        case Conflict():
            return Trouble("conflict", str(error))
        case InvalidToken() if not is_strangers(error):
            return Trouble("token", str(error))
        case DatabaseTrouble():
            return Trouble("storage", str(error.orig))
        case RetryAfter():
            return Trouble("unreachable", str(error), after=seconds_of(error))
        case _:
            return Trouble("unreachable", str(error) or type(error).__name__)
