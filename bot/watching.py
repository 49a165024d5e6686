"""What watches over a running desk: the sweep, beside the desk's own look, and a heartbeat for a monitor outside."""

from collections.abc import Iterator
from contextlib import contextmanager

from bot.desk import Desk
from bot.engine.heart import Heartbeat
from bot.engine.sweep import EVERY, Sweep
from bot.pulse import EVERY as EVERY_PULSE
from bot.pulse import Pulse
from bot.vital_signs import VitalSigns
from config.settings import Settings
from storage.database import Database


@contextmanager
def watched(desk: Desk, heart: Heartbeat | None, settings: Settings) -> Iterator[VitalSigns]:
    """Watch over a desk as long as its heart beats, and give its signs; leave only once the heart has stopped.

    Without a heart others look, and they sweep.
    """
    if heart is None:
        yield VitalSigns(desk.database, desk.clock, desk.sender.destinations)
        return
    signs = VitalSigns(desk.database, desk.clock, desk.sender.destinations, heart.looked)
    hands = desk.beside(Database(desk.database.url))
    sweep = Sweep(desk, hands)
    heart.every(EVERY, sweep)
    if settings.heartbeat_url is not None:
        heart.every(EVERY_PULSE, Pulse(settings.heartbeat_url.get_secret_value(), signs))
    try:
        yield signs
    finally:
        sweep.stop()
