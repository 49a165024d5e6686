"""Reminders fall at the plan's fractions of a limit's time."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from handlers.clocks.nudges import next_nudge, nudge_moments

START = datetime(2026, 11, 24, 6, 5, tzinfo=UTC)
DUE = START + timedelta(hours=48)
FRACTIONS = (0.5, 0.75, 0.9, 1.0)
spans = st.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(days=60))
fractions = st.lists(st.floats(min_value=0, max_value=1, exclude_min=True), min_size=1, max_size=6)


def test_a_48_hour_limit_is_reminded_of_after_24_36_and_43_hours_and_when_it_ends() -> None:
    """0.5, 0.75, 0.9 and 1.0 of 48 hours."""
    moments = [moment - START for moment, _ in nudge_moments(START, DUE, FRACTIONS)]
    assert moments == [timedelta(hours=hours) for hours in (24, 36, 43.2, 48)]


def test_the_next_reminder_is_the_first_one_still_ahead() -> None:
    """Exactly at a reminder's moment, the next one is meant: none is sent twice."""
    assert next_nudge(START, DUE, FRACTIONS, START) == (START + timedelta(hours=24), 0.5)
    assert next_nudge(START, DUE, FRACTIONS, START + timedelta(hours=24)) == (START + timedelta(hours=36), 0.75)


def test_after_the_limit_there_is_nothing_left_to_remind_of() -> None:
    """At the limit and later: None."""
    assert next_nudge(START, DUE, FRACTIONS, DUE) is None


@given(span=spans, parts=fractions)
def test_following_the_next_reminder_visits_every_one_once_in_order_and_never_passes_the_limit(
    span: timedelta, parts: list[float]
) -> None:
    """Asking again from each reminder on gives rising moments, all after the start, none after the limit."""
    due, at, visited = START + span, START - timedelta(microseconds=1), []
    while (nudge := next_nudge(START, due, parts, at)) is not None:
        at = nudge[0]
        visited.append(at)
    assert visited == sorted(set(visited))
    assert all(START <= moment <= due for moment in visited)
    assert set(visited) == {moment for moment, _ in nudge_moments(START, due, parts)}


@given(span=spans)
def test_the_last_reminder_is_always_the_limit_itself(span: timedelta) -> None:
    """Fraction 1 falls on the limit to the microsecond."""
    assert nudge_moments(START, START + span, FRACTIONS)[-1] == (START + span, 1.0)
