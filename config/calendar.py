"""Working days: weekends, the State Council's holidays and the make-up days 调休, and how far they are announced."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from config.language import t
from config.plan import Unit
from config.problems import FileError, Problem
from config.shape import fit
from config.yaml_tree import Tree, read_file, read_tree

CALENDARS: Final = Path(__file__).parent / "calendars"
DAY: Final = timedelta(days=1)
SATURDAY: Final = 5


class CalendarError(FileError):
    """A calendar was refused; every problem found in it is listed."""


class Holiday(BaseModel):
    """One holiday of one year: the days off, and the weekend days worked instead."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str
    first: date = Field(alias="from")
    last: date = Field(alias="to")
    worked: tuple[date, ...] = ()

    @property
    def days(self) -> Iterator[date]:
        """Each day off."""
        day = self.first
        while day <= self.last:
            yield day
            day += DAY


class Year(BaseModel):
    """The notice that announces one year."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    year: int
    basis: str
    holidays: tuple[Holiday, ...] = Field(min_length=1)


class _CalendarFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    time_zone: str
    years: tuple[Year, ...] = Field(min_length=1)


@dataclass(frozen=True)
class Calendar:
    """Which days are worked, and until when that is announced."""

    days_off: frozenset[date]
    days_worked: frozenset[date]
    covered_until: date
    zone: ZoneInfo

    @classmethod
    def of(cls, years: tuple[Year, ...], zone: ZoneInfo) -> Self:
        """Build the calendar of consecutive announced years."""
        holidays = [holiday for year in years for holiday in year.holidays]
        return cls(
            frozenset(day for holiday in holidays for day in holiday.days),
            frozenset(day for holiday in holidays for day in holiday.worked),
            date(max(year.year for year in years), 12, 31),
            zone,
        )

    def is_working(self, day: date) -> bool:
        """Tell whether the day is worked; a day past `covered_until` is told by its weekday alone."""
        if day in self.days_worked:
            return True
        return day not in self.days_off and day.weekday() < SATURDAY

    def is_guess(self, due: datetime) -> bool:
        """Tell whether a working-day limit ends past what is announced: the card then says so."""
        # A limit ends at midnight, which already belongs to the next day.
        return (due.astimezone(self.zone) - timedelta(microseconds=1)).date() > self.covered_until

    def add(self, start: datetime, amount: int, unit: Unit, zone: ZoneInfo) -> datetime:
        """Return the moment (UTC) that lies so many units after an aware start; days are days of the zone.

        calendar_day n ends at midnight after the n-th day that follows (0: the same day); working_day n at midnight
        after the n-th working day that follows, the first day not counted (民法典 第二百零一条). ValueError for a naive
        start.
        """
        if start.tzinfo is None:
            raise ValueError("a limit starts at an aware moment")
        if unit == "minute":
            return start.astimezone(UTC) + timedelta(minutes=amount)
        if unit == "hour":
            return start.astimezone(UTC) + timedelta(hours=amount)
        first = start.astimezone(zone).date()
        last = first + amount * DAY if unit == "calendar_day" else self._working_day(first, amount)
        return datetime.combine(last + DAY, time(), zone).astimezone(UTC)

    def _working_day(self, day: date, amount: int) -> date:
        while amount > 0:
            day += DAY
            amount -= self.is_working(day)
        return day


@cache
def load_calendar(name: str = "cn") -> Calendar:
    """Load one of the house's calendars by name."""
    return read_calendar(CALENDARS / f"{name}.yaml")


def read_calendar(path: Path) -> Calendar:
    """Read a calendar file; CalendarError lists all that is wrong."""
    try:
        tree = read_tree(read_file(path), path.name)
    except FileError as error:
        raise CalendarError(error.problems) from error
    file, misfits = fit(_CalendarFile, tree)
    problems = [*misfits, *(_day_problems(tree, file) if file else ())]
    if file is None or problems:
        raise CalendarError(problems)
    return Calendar.of(file.years, ZoneInfo(file.time_zone))


def _day_problems(tree: Tree, file: _CalendarFile) -> Iterator[Problem]:
    for place, year in enumerate(file.years):
        for number, holiday in enumerate(year.holidays):
            line = tree.nearest(("years", place, "holidays", number)).line
            if holiday.first > holiday.last:
                yield Problem(tree.file, line, t("from 晚于 to;请对调两个日期"))
            for day in holiday.worked:
                if day.weekday() < SATURDAY:
                    yield Problem(tree.file, line, t("调休上班日 {day} 不是周末;请核对通知", day=day))
    for place, (before, after) in enumerate(pairwise(file.years), 1):
        if after.year != before.year + 1:
            line = tree.nearest(("years", place)).line
            yield Problem(
                tree.file,
                line,
                t("{after} 年应紧接 {before} 年;请补上缺少的年份", after=after.year, before=before.year),
            )
