"""What watches over a running desk: the sweep, beside the desk's own look."""

from collections.abc import Iterator
from contextlib import contextmanager

from bot.desk import Desk
from bot.engine.embedded import Heartbeat
from bot.engine.sweep import EVERY, Sweep
from storage.database import Database


@contextmanager
def watched(desk: Desk, heart: Heartbeat) -> Iterator[None]:
    """Watch over a desk as long as its heart beats; leave only once that has stopped."""
    hands = desk.beside(Database(desk.database.url))
    sweep = Sweep(desk, hands)
    heart.every(EVERY, sweep)
    try:
        yield
    finally:
        sweep.stop()
