"""What makes a desk look: two engines, one interface. The tables are the truth, an engine only decides when to look."""

from collections.abc import Mapping
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from bot.accepting import Errand
from bot.desk import Desk
from bot.engine.heart import Heartbeat
from bot.sending import Worker
from storage.database import Database


class Engine(Protocol):
    """Entered before its desk is opened, left after it is closed; between: join(), drive(), start() and stop()."""

    @property
    def worker(self) -> Worker:
        """Return as whom this process sends."""
        ...

    @property
    def heart(self) -> Heartbeat | None:
        """Return what lets the desk it was given look; None where this process looks at nothing."""
        ...

    def __enter__(self) -> Self:
        """Make sure that this process may run."""
        ...

    def join(self, database: Database) -> datetime | None:
        """Become one of those who work on a database whose tables are up to date; say since when nobody looked.

        None: never, or somebody does. Called while no other process opens the same desk.
        """
        ...

    def drive(self, desk: Desk) -> None:
        """Take charge of a desk."""
        ...

    def start(self) -> None:
        """Begin to look."""
        ...

    def soon(self, errand: Errand) -> None:
        """Run, from an event loop, an errand that stores what was delivered, in a thread that may wait."""
        ...

    def in_turn(self, name: str, begin: Errand, end: Errand) -> None:
        """Begin what one process at a time may do once it is this one's turn, and end it when the turn is lost."""
        ...

    def stop(self) -> None:
        """Finish what was claimed, and give back at once what only one may have."""
        ...

    def shown(self) -> Mapping[str, object]:
        """Return what /healthz shows."""
        ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let another desk take this one's place."""
        ...
