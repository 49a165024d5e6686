"""Pace: never more messages in a stretch of time than a chat may take."""

from hypothesis import given
from hypothesis import strategies as st

from bot.pace import allowance, next_chance, remembered

GROUP = ((3, 3.0), (20, 60.0))


def test_a_fresh_chat_takes_a_burst() -> None:
    """Nothing was sent yet: as many as the shortest stretch allows."""
    assert allowance(GROUP, [], 1000.0) == 3


def test_a_full_minute_takes_nothing_until_its_first_message_is_a_minute_old() -> None:
    """Twenty in the last minute: the next chance is when the oldest of them leaves the minute."""
    recent = [1000.0 + 2 * n for n in range(20)]
    assert allowance(GROUP, recent, 1040.0) == 0
    assert next_chance(GROUP, recent, 1040.0) == 1060.0


def test_no_limits_allow_nothing_to_be_counted() -> None:
    """A platform without limits remembers nothing."""
    assert remembered((), [1.0], 2.0, 0) == []


@given(st.lists(st.tuples(st.floats(0, 5), st.integers(0, 9)), max_size=60))
def test_however_it_is_asked_no_stretch_holds_too_many(asked: list[tuple[float, int]]) -> None:
    """Whenever messages come and however many, no window of three seconds or of a minute holds more than allowed."""
    recent: list[float] = []
    sent: list[float] = []
    now = 0.0
    for wait, wanted in asked:
        now += wait
        count = min(wanted, allowance(GROUP, recent, now))
        sent += [now] * count
        recent = remembered(GROUP, recent, now, count)
        assert allowance(GROUP, recent, next_chance(GROUP, recent, now) + 0.001) > 0
    for most, seconds in GROUP:
        for moment in sent:
            assert sum(moment - seconds < other <= moment for other in sent) <= most
