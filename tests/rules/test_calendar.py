"""Working days follow the State Council's notices, and what lies past them is called a guess."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.calendar import CALENDARS, CalendarError, load_calendar, read_calendar
from config.language import Voice

CN = load_calendar()
SHANGHAI = ZoneInfo("Asia/Shanghai")
covered = st.dates(date(2024, 1, 1), date(2026, 12, 31))
moments = st.datetimes(datetime(2024, 1, 1), datetime(2028, 12, 31), timezones=st.just(SHANGHAI))  # noqa: DTZ001 - hypothesis wants bounds without a zone

# (from, working days, the last day of the limit: it ends at the midnight after it)
WORKING_DAYS = [
    ("2026-11-24 14:05", 1, "2026-11-25"),  # Tuesday → Wednesday
    ("2026-11-24 00:00", 1, "2026-11-25"),  # the first minute of the day counts as the day
    ("2026-11-27 23:59", 1, "2026-11-30"),  # Friday → Monday
    ("2026-11-28 09:00", 1, "2026-11-30"),  # Saturday: Monday is day 1
    ("2026-11-24 14:05", 5, "2026-12-01"),
    ("2026-11-24 14:05", 15, "2026-12-15"),
    ("2026-02-13 10:00", 1, "2026-02-14"),  # the Saturday before Spring Festival is worked
    ("2026-02-14 10:00", 1, "2026-02-24"),  # nine days off
    ("2026-02-14 10:00", 5, "2026-02-28"),  # 24, 25, 26, 27 and the worked Saturday 28
    ("2026-09-30 16:00", 1, "2026-10-08"),  # National Day
    ("2026-09-30 16:00", 3, "2026-10-10"),  # 8, 9 and the worked Saturday
    ("2025-01-25 10:00", 2, "2025-01-27"),  # Saturday; the worked Sunday 26 is day 1
    ("2025-12-31 10:00", 1, "2026-01-04"),  # New Year; the worked Sunday 4
    ("2024-04-30 18:00", 2, "2024-05-07"),  # Labour Day to the 5th
    ("2024-02-09 12:00", 1, "2024-02-18"),  # Spring Festival; the worked Sunday 18
]


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def midnight_after(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day) + timedelta(days=1), time(), SHANGHAI)


@pytest.mark.parametrize(("start", "amount", "last"), WORKING_DAYS)
def test_working_days_end_at_midnight_after_the_last_of_them(start: str, amount: int, last: str) -> None:
    """The day on which a limit begins does not count; holidays do not, make-up days do."""
    assert CN.add(shanghai(start), amount, "working_day", SHANGHAI) == midnight_after(last)


@pytest.mark.parametrize(("amount", "last"), [(0, "2026-10-01"), (1, "2026-10-02"), (3, "2026-10-04")])
def test_calendar_days_end_at_midnight_holidays_included(amount: int, last: str) -> None:
    """0 is the same day."""
    assert CN.add(shanghai("2026-10-01 23:59"), amount, "calendar_day", SHANGHAI) == midnight_after(last)


def test_hours_and_minutes_are_natural_time() -> None:
    """48 hours over the Spring Festival are 48 hours."""
    start = shanghai("2026-02-15 08:00")
    assert CN.add(start, 48, "hour", SHANGHAI) == start + timedelta(hours=48)
    assert CN.add(start, 30, "minute", SHANGHAI) == start + timedelta(minutes=30)


def test_the_zone_decides_what_a_day_is() -> None:
    """Half past midnight in Shanghai is still the day before in UTC; Shanghai's day counts."""
    start = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)
    assert CN.add(start, 0, "calendar_day", SHANGHAI) == datetime(2026, 11, 24, 16, tzinfo=UTC)


def test_a_moment_without_a_zone_is_refused() -> None:
    """Naive times never reach a clock."""
    with pytest.raises(ValueError, match="aware"):
        CN.add(datetime(2026, 11, 24), 1, "hour", SHANGHAI)  # noqa: DTZ001 - that is the point


@pytest.mark.parametrize(("year", "off", "worked"), [(2024, 28, 8), (2025, 28, 5), (2026, 33, 6)])
def test_each_year_has_as_many_days_off_and_make_up_days_as_its_notice(year: int, off: int, worked: int) -> None:
    """The sums of the spans in 国办发明电〔2023〕7号, 〔2024〕12号 and 〔2025〕7号."""
    assert sum(day.year == year for day in CN.days_off) == off
    assert sum(day.year == year for day in CN.days_worked) == worked


def test_make_up_days_are_weekend_days_outside_the_holidays() -> None:
    """A notice never makes up on a weekday, nor on a day off."""
    assert all(day.weekday() >= 5 for day in CN.days_worked)
    assert not CN.days_worked & CN.days_off


def test_past_the_last_notice_a_limit_is_called_a_guess() -> None:
    """Announced until the end of 2026: the midnight that ends that year is still certain, the next day is not."""
    assert CN.covered_until == date(2026, 12, 31)
    assert not CN.is_guess(midnight_after("2026-12-31"))
    assert CN.is_guess(midnight_after("2027-01-01"))
    assert CN.is_guess(CN.add(shanghai("2026-12-31 10:00"), 1, "working_day", SHANGHAI))


@given(start=moments, amount=st.integers(1, 40))
def test_a_working_day_limit_always_ends_at_local_midnight_after_so_many_working_days(
    start: datetime, amount: int
) -> None:
    """Between the first day and the end lie exactly the working days asked for, the last of them at the end."""
    due = CN.add(start, amount, "working_day", SHANGHAI).astimezone(SHANGHAI)
    first, end = start.date() + timedelta(days=1), due.date()
    between = [first + timedelta(days=n) for n in range((end - first).days)]
    assert due.time() == time()
    assert sum(CN.is_working(day) for day in between) == amount
    assert CN.is_working(between[-1])


@given(start=moments, later=st.timedeltas(timedelta(), timedelta(days=30)), amount=st.integers(1, 20))
def test_starting_later_never_ends_earlier(start: datetime, later: timedelta, amount: int) -> None:
    """For every unit."""
    for unit in ("minute", "hour", "calendar_day", "working_day"):
        assert CN.add(start, amount, unit, SHANGHAI) <= CN.add(start + later, amount, unit, SHANGHAI)


@given(day=covered)
def test_a_weekday_that_is_not_a_holiday_is_always_worked(day: date) -> None:
    """And a weekend day only when it is made up."""
    assert CN.is_working(day) == (day in CN.days_worked or (day.weekday() < 5 and day not in CN.days_off))


BAD = [
    ("worked: [2024-02-04, 2024-02-18]", "worked: [2024-02-05]", 10, "调休上班日 2024-02-05 不是周末;请核对通知"),
    ("from: 2024-02-10, to: 2024-02-17", "from: 2024-02-17, to: 2024-02-10", 10, "from 晚于 to;请对调两个日期"),
    ("year: 2025", "year: 2027", 16, "2027 年应紧接 2024 年;请补上缺少的年份"),
    ("name: 春节, from: 2024-02-10", "name: 春节, form: 2024-02-10", 10, "不认识 form,是否想写 from?"),
]


@pytest.mark.parametrize(("old", "new", "line", "said"), BAD)
def test_a_bad_calendar_is_refused_with_its_line(tmp_path: Path, old: str, new: str, line: int, said: str) -> None:
    """File, line, what is wrong and what to write."""
    text = (CALENDARS / "cn.yaml").read_text(encoding="utf-8")
    file = tmp_path / "cn.yaml"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CalendarError) as refused:
        read_calendar(file)
    assert f"cn.yaml 第 {line} 行:{said}" in refused.value.say(Voice("zh")).splitlines()
