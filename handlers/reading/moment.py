"""When a text says it happened: 11月24日14时05分, 昨晚8点; and when somebody says it is to be: 明天上午9点半."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

from handlers.reading.numerals import read_number
from handlers.text.canonical import half_width

_NUMBER: Final = r"\d{1,2}|[一二两三四五六七八九十]{1,3}"
_YEAR: Final = r"(?P<year>(?:19|20)\d{2})\s*[年./-]\s*"
_CALENDAR: Final = rf"(?:(?:{_YEAR})?(?P<month>{_NUMBER})\s*[月./-]\s*(?P<day>{_NUMBER})\s*[日号]?)"
_RELATIVE: Final = r"(?P<relative>今天|今日|今晨|今早|今晚|昨天|昨日|昨晚|昨夜|前天|前日|前晚|刚刚)"
_DAY_ONLY: Final = rf"(?<![月\d./:-])(?P<lone>{_NUMBER})日(?![均报常程益元本])"
_PARTS: Final = "凌晨|清晨|早上|早晨|上午|中午|午后|下午|傍晚|晚上|晚间|晚|夜里|深夜|夜间|半夜"
_PART: Final = rf"(?P<part>{_PARTS})?"
_MINUTE: Final = r"(?P<minute>\d{1,2}|[一二三四五六七八九十]{1,3}|半)"
_TIME: Final = rf"(?:[\s,]*{_PART}\s*(?P<hour>{_NUMBER})[时点:]{_MINUTE}?(?![间评击心赞名])分?)?"
_BEGINS: Final = r"(?=[\d一二两三四五六七八九十今昨前刚])"  # looked at first: most signs of a text begin no moment
_MOMENT: Final = re.compile(rf"{_BEGINS}(?:{_CALENDAR}|{_RELATIVE}|{_DAY_ONLY}){_TIME}")
_AHEAD: Final = (
    "(?P<relative>今天|今日|今早|今晚|明天|明日|明早|明晚|后天|后日|大后天"
    "|(?:本|这|下)?(?:周|星期|礼拜)[一二三四五六日天])"
)
_WHOLE_MINUTE: Final = r"(?P<minute>\d{1,2}(?![\d楼号层室会])|[一二三四五六七八九十]{1,3}(?=分)|半(?!天))分?"
_ON_THE_CLOCK: Final = rf"(?P<hour>{_NUMBER})(?P<sign>[时点:])(?:{_WHOLE_MINUTE}|(?P<quarter>[一三])刻|整)?"
_COMING: Final = re.compile(rf"\s*(?:{_CALENDAR}|{_AHEAD})[\s,T]*{_PART}\s*{_ON_THE_CLOCK}")
_DAY_ALONE: Final = re.compile(rf"\s*(?:{_CALENDAR}|{_AHEAD})(?<!早)(?!\d|\s*(?:{_PARTS}))")
_FULL_DATE: Final = re.compile(
    r"(?<!\d)((?:19|20)\d{2})\s*[年./-]\s*(\d{1,2})(?:\s*[月./-]\s*(\d{1,2})(?:\s*[日号])?|\s*月)?"
)
_YEAR_ONLY: Final = re.compile(r"(?<!\d)((?:19|20)\d{2})\s*年(?!\s*\d{1,2}\s*月|以来|起|代|级|版|度)")
_BUILT: Final = re.compile(r"[^,。;!?]{0,6}(?:建成|修建|兴建|新建|竣工|交付|交房|购|买|开工|动工|成立|入住|投入使用)")
_PRESENT: Final = re.compile(r"今天|今日|今早|今晨|昨[天日晚夜]|刚刚|刚才|目前|至今|现在|近日|日前|再次|又")
_DAYS_AGO: Final = {"昨": 1, "前": 2}
_NEAR_DAYS: Final = 31
_NOON: Final = 12
_AFTERNOON: Final = ("下午", "午后", "傍晚", "晚", "夜", "深夜", "半夜")
_EVENING_WORDS: Final = ("今晚", "昨晚", "昨夜", "前晚", "明晚")
_AHEAD_DAYS: Final = {"今": 0, "明": 1, "后": 2, "大": 3}
_HALF_A_YEAR: Final = timedelta(days=183)
_SMALL_HOURS: Final = 6
_YEAR_DAYS: Final = 366


@dataclass(frozen=True)
class Coming:
    """The moment that a text begins with, and the words after it."""

    at: datetime
    rest: str


def coming_at(text: str, today: date, zone: tzinfo) -> Coming | None:
    """Read the day and time of day that a text begins with, past ones too; None when either is missing.

    Hours before six need to be called 凌晨 or written as 03:00: a meeting at "3点" is in the afternoon.
    """
    found = _COMING.match(half_width(text))
    if found is None:
        return None
    day, at = _coming_day(found, today), _coming_time(found)
    return Coming(datetime.combine(day, at, zone), _after(found, text)) if day and at else None


def ending_at(text: str, today: date, zone: tzinfo) -> Coming | None:
    """Read until when something is to hold: as coming_at; a day alone ends with that day, an hour alone is today's."""
    plain = half_width(text)
    found = None if _COMING.match(plain) else _DAY_ALONE.match(plain)
    if found is None:
        return coming_at(text, today, zone) or coming_at(f"今天{text.lstrip()}", today, zone)
    day = _coming_day(found, today)
    return Coming(datetime.combine(day + timedelta(days=1), time(), zone), _after(found, text)) if day else None


def occurred_at(text: str, today: date, zone: tzinfo) -> datetime | None:
    """Return the first day and time of day that the text tells, if it is within a month before today."""
    for found in _MOMENT.finditer(half_width(text)):
        day, at = _day(found, today), _time(found)
        if day and at and timedelta() <= today - day <= timedelta(days=_NEAR_DAYS):
            return datetime.combine(day, at, zone)
    return None


def old_date(text: str, today: date) -> str | None:
    """Return the words of the youngest full date in a text if it is more than a year before today.

    The day on which something was built or bought is the day of no event.
    """
    plain = half_width(text)
    found = [(text[slice(*each.span())], _whole_date(each)) for each in _happened(_FULL_DATE, plain)]
    dated = [(words, day) for words, day in found if day]
    if not dated:
        return None
    words, day = max(dated, key=lambda each: each[1])
    return words if (today - day).days > _YEAR_DAYS else None


def old_year(text: str, today: date) -> str | None:
    """Return the words of the youngest year that stands without a day, if it is surely more than a year before today.

    Where the text speaks of today there is none.
    """
    plain = half_width(text)
    years = [(int(each[1]), each) for each in _happened(_YEAR_ONLY, plain)]
    if not years or _PRESENT.search(plain) or _FULL_DATE.search(plain):
        return None
    year, found = max(years, key=lambda each: each[0])
    return text[slice(*found.span())] if today.year - year > 1 else None


def _after(found: re.Match[str], text: str) -> str:
    return text[found.end() :].lstrip(" \n\t,;、。\u3000\uff0c\uff1b")


def _happened(dates: re.Pattern[str], plain: str) -> list[re.Match[str]]:
    return [each for each in dates.finditer(plain) if not _BUILT.match(plain, each.end())]


def _whole_date(found: re.Match[str]) -> date | None:
    return _date(int(found[1]), int(found[2]), int(found[3] or 28))


def _day(found: re.Match[str], today: date) -> date | None:
    if found["relative"]:
        return today - timedelta(days=_DAYS_AGO.get(found["relative"][0], 0))
    if found["lone"]:
        return _latest_before(today, None, _whole(found["lone"]))
    month, day = _whole(found["month"]), _whole(found["day"])
    return _date(int(found["year"]), month, day) if found["year"] else _latest_before(today, month, day)


def _latest_before(today: date, month: int | None, day: int) -> date | None:
    """Return the last such day that is not after today: a text without a year means the one just past."""
    previous = today.replace(day=1) - timedelta(days=1)
    if month is None:
        tried = [_date(today.year, today.month, day), _date(previous.year, previous.month, day)]
    else:
        tried = [_date(today.year, month, day), _date(today.year - 1, month, day)]
    return next((each for each in tried if each and each <= today), None)


def _coming_day(found: re.Match[str], today: date) -> date | None:
    if found["relative"]:
        return _named_day(found["relative"], today)
    month, day = _whole(found["month"]), _whole(found["day"])
    if found["year"]:
        return _date(int(found["year"]), month, day)
    this_year = _date(today.year, month, day)
    gone = this_year is not None and today - this_year > _HALF_A_YEAR
    return _date(today.year + 1, month, day) if gone else this_year


def _named_day(name: str, today: date) -> date:
    if name[0] in _AHEAD_DAYS:
        return today + timedelta(days=_AHEAD_DAYS[name[0]])
    monday = today - timedelta(days=today.weekday())
    day = monday + timedelta(days="一二三四五六日".index(name[-1].replace("天", "日")))
    if name[0] in "本这":
        return day
    return day + timedelta(days=7) if name[0] == "下" or day < today else day


def _coming_time(found: re.Match[str]) -> time | None:
    part, hour = found["part"] or "", _whole(found["hour"])
    called = part or found["relative"] in (*_EVENING_WORDS, "今早", "明早")
    if not called and hour < _SMALL_HOURS and found["sign"] != ":":
        return None
    at = _time(found)
    if at is None or (at.hour == _NOON and part not in ("", "中午", "上午", "下午")):  # 晚上12点 is of no one day
        return None
    if part == "中午" and hour < _SMALL_HOURS:
        at = at.replace(hour=hour + _NOON)
    return at.replace(minute={"一": 15, "三": 45}[found["quarter"]]) if found["quarter"] else at


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _time(found: re.Match[str]) -> time | None:
    if not found["hour"]:
        return None
    hour = _whole(found["hour"])
    minute = 30 if found["minute"] == "半" else _whole(found["minute"] or "0")
    part = found["part"] or (found["relative"] if found["relative"] in _EVENING_WORDS else "") or ""
    late = any(word in part for word in _AFTERNOON)
    if late and hour < _NOON and not ("夜" in part and hour < _SMALL_HOURS):
        hour += _NOON
    return time(hour, minute) if hour < 24 and minute < 60 else None  # noqa: PLR2004 - a clock


def _whole(words: str) -> int:
    number = read_number(words)
    return int(number.low) if number else 0
