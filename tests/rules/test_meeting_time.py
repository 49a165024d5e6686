"""When a meeting is said to be: the day and time of day that the words begin with."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.reading.moment import coming_at

TODAY = date(2026, 11, 24)  # a Tuesday
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("text", "at", "rest"),
    [
        ("明天上午9点 三楼会议室", "2026-11-25 09:00", "三楼会议室"),
        ("明天上午9点三楼会议室", "2026-11-25 09:00", "三楼会议室"),
        ("明天上午9点301会议室", "2026-11-25 09:00", "301会议室"),
        ("明天上午9点半,三楼会议室", "2026-11-25 09:30", "三楼会议室"),
        ("明天9点一刻 三楼", "2026-11-25 09:15", "三楼"),
        ("今天15:30 三楼", "2026-11-24 15:30", "三楼"),
        ("今天15\uff1a30\uff0c三楼", "2026-11-24 15:30", "三楼"),
        ("今晚8点 指挥部", "2026-11-24 20:00", "指挥部"),
        ("后天下午三点二十分 三楼", "2026-11-26 15:20", "三楼"),
        ("大后天10时 三楼", "2026-11-27 10:00", "三楼"),
        ("2026-11-26 09:00 三楼", "2026-11-26 09:00", "三楼"),
        ("2026年11月26日上午9时 三楼", "2026-11-26 09:00", "三楼"),
        ("11-26 9:00 三楼", "2026-11-26 09:00", "三楼"),
        ("11月26日下午3点 三楼", "2026-11-26 15:00", "三楼"),
        ("1-5 9:00 三楼", "2027-01-05 09:00", "三楼"),
        ("11-23 9:00 三楼", "2026-11-23 09:00", "三楼"),  # yesterday is no day of the next year
        ("周五10点 三楼", "2026-11-27 10:00", "三楼"),
        ("周一10点 三楼", "2026-11-30 10:00", "三楼"),
        ("下周一上午10点 三楼", "2026-11-30 10:00", "三楼"),
        ("中午1点 三楼", None, ""),
        ("明天中午1点 三楼", "2026-11-25 13:00", "三楼"),
        ("明天凌晨2点 指挥部", "2026-11-25 02:00", "指挥部"),
        ("明天 02:00 指挥部", "2026-11-25 02:00", "指挥部"),
        ("明天上午9点", "2026-11-25 09:00", ""),
    ],
)
def test_the_moment_is_read_and_the_rest_kept(text: str, at: str | None, rest: str) -> None:
    """Day and time come first; what follows is the place."""
    found = coming_at(text, TODAY, SHANGHAI)
    if at is None:
        assert found is None
        return
    assert found is not None
    assert (found.at, found.rest) == (datetime.fromisoformat(at).replace(tzinfo=SHANGHAI), rest)


@pytest.mark.parametrize(
    "text",
    [
        *("", "三楼会议室", "明天 三楼会议室", "9点 三楼", "三楼会议室 明天上午9点", "明天25点", "明天9:70 三楼"),
        *("2026-13-40 09:00 三楼", "2-30 9:00 三楼", "明天3点 三楼", "明天晚上12点 三楼"),
    ],
)
def test_what_is_not_surely_a_moment_is_not_guessed(text: str) -> None:
    """Without a day, without a time of day, or where they are none, nothing is read."""
    assert coming_at(text, TODAY, SHANGHAI) is None


@given(st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2027, 12, 31)))  # noqa: DTZ001 - a clock on a wall
def test_a_whole_date_is_always_read_as_written(moment: datetime) -> None:
    """A date with its year and a time of 24 hours means exactly that minute."""
    found = coming_at(f"{moment:%Y-%m-%d %H:%M} 三楼", TODAY, SHANGHAI)
    assert found is not None
    assert found.at == moment.replace(second=0, microsecond=0, tzinfo=SHANGHAI)
