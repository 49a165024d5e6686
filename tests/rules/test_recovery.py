"""What the report after an outage knows by name."""

from handlers import verbs
from handlers.clocks.recovery import LATE
from handlers.registry import REMINDERS


def test_whatever_people_hear_of_late_has_a_name() -> None:
    """No kind of reminder is left out of the report after an outage."""
    assert verbs.__doc__
    assert set(LATE) == REMINDERS
