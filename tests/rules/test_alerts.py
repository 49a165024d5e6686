"""Which cases the joint meeting hears of by itself."""

from datetime import UTC, datetime, timedelta

import pytest

from config.plan import Alert, Name, Need, Registration
from handlers.joint_meeting.alerts import Gravity, is_wanted, mark, needed, waits_until

NINE = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
RULE = Registration(confirm_within_minutes=10, certain_at=0.9, grave_wait_minutes=5)
ALERTS = (Alert(on="registered", grades=("grave", "extremely_grave")), Alert(on="rumour"))


@pytest.mark.parametrize(
    ("occasion", "grade", "wanted"),
    [
        ("registered", "grave", True),
        ("registered", "ordinary", False),
        ("rumour", "ordinary", True),
        ("overdue", "grave", False),
    ],
)
def test_plan_decides(occasion: str, grade: str, wanted: bool) -> None:  # noqa: FBT001 - a row of the table
    """The plan's list decides by occasion and grade; without grades an alert is for all of them."""
    assert is_wanted(ALERTS, occasion, grade) is wanted  # type: ignore[arg-type]


def test_persons_word_alerts_at_once() -> None:
    """A grade that a person set needs no wait."""
    assert waits_until(Gravity("grave", by_person=True, received_at=NINE), RULE, NINE) is None


def test_machines_word_waits_for_a_person() -> None:
    """A grave finding by the machine alone waits for as long as the plan says, from when it was received."""
    gravity = Gravity("grave", by_person=False, received_at=NINE)
    assert waits_until(gravity, RULE, NINE) == NINE + timedelta(minutes=5)


def test_wait_that_is_over_is_over() -> None:
    """A case that had waited longer before it was registered waits no more."""
    gravity = Gravity("grave", by_person=False, received_at=NINE)
    late = NINE + timedelta(minutes=10)
    assert waits_until(gravity, RULE, late) == late


def test_each_subject_is_an_occasion() -> None:
    """Two overdue rules are two occasions, the same one twice is one."""
    assert len({mark("overdue", "respond"), mark("overdue", "first_release"), mark("overdue", "respond")}) == 2


def test_what_is_needed_from_whom_is_told_of_each_body_once() -> None:
    """An alert says what it needs itself, and what such a case needs at all; of another grade nothing."""
    words, web = (Need(body=Name(zh=zh, en=zh), what=Name(zh="转发", en="pass on")) for zh in ("宣传部门", "网信部门"))
    alerts = (
        Alert(on="registered", grades=("grave",), needs=(words, web)),
        Alert(on="overdue", grades=("grave",), needs=(words,)),
        Alert(on="rumour", needs=(web,)),
    )
    assert needed(alerts, "overdue", "grave") == (words, web)
    assert needed(alerts, "rumour", "ordinary") == (web,)
    assert needed(alerts, "overdue", "ordinary") == ()
