"""Numbers as Chinese texts write them: 3, 三, 十三, 一百零五, 3.5亿, 5000余万, 数十, 三四十, 3至5."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from handlers.text.canonical import half_width

_SAME: Final = ("〇零○", "一壹", "二贰两", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
_DIGITS: Final = {sign: value for value, signs in enumerate(_SAME) for sign in signs}
_TENS: Final = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_MYRIADS: Final = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_SHORT: Final = {"廿": "二十", "卅": "三十"}

_HAN: Final = "".join(_DIGITS) + "".join(_TENS) + "".join(_MYRIADS) + "".join(_SHORT)
_UNIT: Final = "".join(_TENS) + "".join(_MYRIADS)
_ARABIC: Final = r"(?>[0-9]{1,3}(?:,[0-9]{3})++(?:\.[0-9]++)?+(?![0-9])|[0-9]++(?:\.[0-9]++)?+)"
_MORE: Final = "余多来几"
_SOME_SIGN: Final = rf"好几|(?<!人)数(?=[{_UNIT}])|几|上(?=[百千万亿])"
# Possessive throughout, and never begun inside another number: a page of digits must not cost more than its length.
_PLAIN: Final = (
    rf"(?>(?:{_SOME_SIGN}|(?<![0-9.]){_ARABIC}|(?<![{_HAN}])[{_HAN}])"
    rf"(?:[{_MORE}]?[{_UNIT}]|{_ARABIC}|[{_HAN}]|(?<=十)几){{0,24}}+[{_MORE}]?+)"
)
_BEFORE: Final = "至少有?|最少有?|最多|不少于|不低于|不下于?|不足|不到|超过|大约|将近|接近|近|约|逾|超"
NUMBER: Final = rf"(?:(?:{_BEFORE})\s*)?{_PLAIN}(?:\s*(?:至|到|-|~|—|–|、(?=[{_HAN}][{_UNIT}]))\s*{_PLAIN})?"
"""A regular expression (no groups) that finds every number this module can read in half-width text."""
NUMBER_STARTS: Final = "".join(sorted({*"0123456789好几数上", *_HAN, *(each[0] for each in _BEFORE.split("|"))}))
"""Every sign that such a number can begin with: looked at first, where a long text is searched."""

_WHOLE: Final = re.compile(rf"(?P<before>{_BEFORE})?\s*(?P<first>{_PLAIN})(?:\s*[至到\-~—–、]\s*(?P<second>{_PLAIN}))?")
_FIND: Final = re.compile(NUMBER)
_ARABIC_START: Final = re.compile(_ARABIC)
_PIECES: Final = re.compile(rf"{_ARABIC}|[{_HAN}]")
_PAIR: Final = re.compile(rf"(?P<lead>[{_HAN}]*?[{_UNIT}])??(?P<low>[{_HAN}])(?P<high>[{_HAN}])(?P<unit>[{_UNIT}]*)")
_AT_LEAST: Final = ("至少", "最少", "不少", "不低", "不下", "超", "逾")
_SOME: Final = re.compile(rf"(?:好几|数|几)(?P<unit>[{_UNIT}]*)[{_MORE}]?")
_TEEN_SOME: Final = re.compile(r"(?P<ten>[一二三四五六七八九]?十)几")
_OVER: Final = re.compile(rf"上(?P<unit>[{_UNIT}]+)")
_ENDS_IN_UNIT: Final = re.compile(rf"[{_UNIT}]+$")


@dataclass(frozen=True, slots=True)
class Number:
    """A number as said: at least `low`, at most `high` (None: open), in the text's own words."""

    low: Decimal
    high: Decimal | None
    approximate: bool
    words: str
    start: int = 0

    @property
    def value(self) -> Decimal | None:
        """The exact number, or None where the words leave it open."""
        return None if self.approximate else self.low

    @property
    def end(self) -> int:
        return self.start + len(self.words)


def read_number(words: str) -> Number | None:
    """Read one number, full-width or not; None if the words are not a number as a whole."""
    found = _WHOLE.fullmatch(half_width(words).strip())
    return _read(found, words) if found else None


def find_numbers(text: str) -> tuple[Number, ...]:
    """Return every number of a text in order, with its exact words and position."""
    plain = half_width(text)
    found = (_number_at(match, text) for match in _FIND.finditer(plain))
    return tuple(number for number in found if number)


def _number_at(match: re.Match[str], text: str) -> Number | None:
    whole = _WHOLE.fullmatch(match.group())
    return _read(whole, text[match.start() : match.end()], match.start()) if whole else None


def _read(found: re.Match[str], words: str, start: int = 0) -> Number | None:
    before, second = found["before"] or "", found["second"]
    first = _bounds(_with_unit_of(second, found["first"]) if second else found["first"])
    last = _bounds(second) if second else first
    if first is None or last is None:
        return None
    low, high = first[0], last[1]
    if before.startswith(_AT_LEAST):
        high = None
    if high is not None and high < low:
        return None
    return Number(low, high, bool(before) or low != high, words, start)


def _with_unit_of(second: str, first: str) -> str:
    """Give 3 the 万 of "3至5万"."""
    unit = _ENDS_IN_UNIT.search(second)
    return (
        first + unit.group() if unit and not _ENDS_IN_UNIT.search(first) and _ARABIC_START.fullmatch(first) else first
    )


def _bounds(words: str) -> tuple[Decimal, Decimal | None] | None:
    some, teen, over = _SOME.fullmatch(words), _TEEN_SOME.fullmatch(words), _OVER.fullmatch(words)
    if some:
        unit = _exact(some["unit"] or "一")
        return None if unit is None else (unit * 2, unit * 9)
    if teen:
        ten = _exact(teen["ten"])
        return None if ten is None else (ten + 1, ten + 9)
    if over:
        unit = _exact(over["unit"])
        return None if unit is None else (unit, None)
    return _stated_bounds(words)


def _stated_bounds(words: str) -> tuple[Decimal, Decimal | None] | None:
    pair = _pair(words)
    if pair:
        return pair
    bare = "".join(sign for sign in words if sign not in _MORE)
    value = _exact(bare)
    if value is None:
        return None
    return value, (value if bare == words else None)


def _pair(words: str) -> tuple[Decimal, Decimal] | None:
    """Read 三四十 as 30 to 40: neighbouring digits that share a unit (or have none)."""
    found = _PAIR.fullmatch(words)
    low, high = (_DIGITS.get(found["low"]), _DIGITS.get(found["high"])) if found else (None, None)
    if not found or not low or high != low + 1:
        return None
    ends = [_exact((found["lead"] or "") + found[end] + found["unit"]) for end in ("low", "high")]
    return (ends[0], ends[1]) if ends[0] is not None and ends[1] is not None else None


@dataclass(slots=True)
class _Sum:
    """A number under way: finished 万 and 亿, the section below them, and a digit that waits for its unit."""

    total: Decimal = Decimal(0)
    section: Decimal = Decimal(0)
    digit: Decimal | None = None
    last_unit: int = 0

    def take_digit(self, value: Decimal, *, tenths: bool) -> None:
        self.digit = value
        self.last_unit = self.last_unit if tenths else 0

    def take_ten(self, unit: int) -> None:
        self.section += (1 if self.digit is None else self.digit) * unit
        self.digit, self.last_unit = None, unit

    def take_myriad(self, unit: int) -> None:
        """Count what stands before 万 or 亿 in that unit; 亿 also raises the 万 before it (万亿)."""
        here = self.section + (self.digit or 0)
        raised = bool(self.total) and self.total < unit
        self.total = (self.total + here) * unit if raised else self.total + (here or 1) * unit
        self.section, self.digit, self.last_unit = Decimal(0), None, unit

    def whole(self) -> Decimal:
        """Add the last digit: 一百二 is 120, since it counts in tenths of the unit before it."""
        tenth = Decimal(self.last_unit) / 10 if self.last_unit > _TENS["十"] else Decimal(1)
        return self.total + self.section + (self.digit or 0) * tenth


def _exact(words: str) -> Decimal | None:
    """Read a number without any "about": digit strings, units of ten, 万 and 亿, and mixtures such as 3.5亿."""
    words = "".join(_SHORT.get(sign, sign) for sign in words)
    if len(words) > 1 and all(sign in _DIGITS for sign in words):
        return Decimal("".join(str(_DIGITS[sign]) for sign in words))
    pieces = _PIECES.findall(words)
    if not pieces or "".join(pieces) != words:
        return None
    under_way = _Sum()
    for piece in pieces:
        _take(under_way, piece)
    return under_way.whole()


def _take(under_way: _Sum, piece: str) -> None:
    if piece in _TENS:
        under_way.take_ten(_TENS[piece])
    elif piece in _MYRIADS:
        under_way.take_myriad(_MYRIADS[piece])
    elif piece in _DIGITS:
        under_way.take_digit(Decimal(_DIGITS[piece]), tenths=under_way.digit is None and _DIGITS[piece] > 0)
    else:
        under_way.take_digit(Decimal(piece.replace(",", "")), tenths=False)
