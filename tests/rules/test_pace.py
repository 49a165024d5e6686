"""Pace: never more messages in a stretch of time than a chat may take."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from bot.pace import Lately, allowance, claimed, next_chance, remembered, settled

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
    assert remembered((), [1.0], 2.0, []) == []


def test_what_is_under_way_counts_as_late_as_it_may_arrive() -> None:
    """A claimed call counts three seconds on, and once it came back as of then, each of its parts; told twice, once."""
    one, other = claimed(1000.0, 7), claimed(1000.0, 8)
    assert one != other
    assert allowance(GROUP, [one, other], 1005.0) == 1
    once = settled([one, other], 1000.5, {one: 2, other: 0})
    assert once == [1000.5, 1000.5]
    assert settled(once, 1002.0, {one: 2, other: 0}) == once
    assert settled([one, one, one, other], 1000.5, {one: 3}) == [other, 1000.5, 1000.5, 1000.5]


def test_a_chance_is_looked_for_as_soon_as_there_can_be_one() -> None:
    """What is under way may come back at once: whoever waits looks again then, and not three seconds later."""
    assert next_chance(((1, 1.0),), [claimed(1000.0, 7)], 1000.0) == 1001.0


def test_room_for_several_is_when_so_many_have_left() -> None:
    """Twenty, two seconds apart: five fit when the fifth is a minute old; more than ever fits waits for all."""
    recent = [1000.0 + 2 * n for n in range(20)]
    assert next_chance(GROUP[1:], recent, 1040.0, 5) == 1068.0
    assert next_chance(GROUP[1:], recent, 1040.0, 50) == 1098.0


def test_a_desk_that_follows_another_takes_every_chat_for_full() -> None:
    """Where to the one before it wrote in its last seconds nobody knows; what stood still for long has no such past."""
    began = datetime(2026, 11, 27, tzinfo=UTC)
    soon, later = Lately(), Lately()
    soon.follow(began - timedelta(seconds=2), began)
    later.follow(began - timedelta(minutes=2), began)
    assert allowance(GROUP, soon.recent("x", GROUP), began.timestamp() + 2.9) == 0
    assert allowance(GROUP, later.recent("x", GROUP), began.timestamp()) == 3


class Under(NamedTuple):
    """A call under way."""

    counts: float
    arrives: float
    back: float


@given(
    st.lists(st.tuples(st.floats(0, 5), st.integers(0, 9), st.floats(0, 2.9), st.floats(0, 30)), max_size=60),
)
def test_however_it_is_asked_no_stretch_holds_too_many(asked: list[tuple[float, int, float, float]]) -> None:
    """Whenever messages come, however many, and however long they are under way: no stretch holds more than allowed."""
    recent: list[float] = []
    arrived: list[float] = []
    under_way: list[Under] = []
    now = 0.0
    for serial, (wait, wanted, travels, rests) in enumerate(asked):
        now += wait
        recent = settled(recent, now, {call.counts: 1 for call in under_way if call.back <= now})
        under_way = [call for call in under_way if call.back > now]
        new = [claimed(now, serial * 10 + n) for n in range(min(wanted, allowance(GROUP, recent, now)))]
        under_way += [Under(moment, now + travels, now + travels + rests) for moment in new]
        arrived += [now + travels] * len(new)
        recent = remembered(GROUP, recent, now, new)
    for most, seconds in GROUP:
        for moment in arrived:
            assert sum(moment - seconds < other <= moment for other in arrived) <= most
