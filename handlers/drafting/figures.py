"""The numbers that a text claims, each with what it counts: 三天, 2160 户, 11月24日20时."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from handlers.reading.numerals import NUMBER, read_number
from handlers.text.canonical import half_width

_COUNTED: Final = (
    r"平方公里|平方米|立方米|小时|分钟|公里|千米|厘米|毫米|公斤|千克|公顷|海里|"
    r"[年月日号天周时点秒人名位户家栋幢座层楼间套处起次件个条项辆台部元吨米亩升度倍成批场%‰]"
)
# "一" alone is a number only before these: 一天, 一名; but not 一起, 一些, 一部分.
_ONE: Final = r"小时|分钟|公里|[天日周年人名户栋幢元吨米]"
_FIGURE: Final = re.compile(rf"(?P<number>{NUMBER})(?P<counted>\s?(?:{_COUNTED}))?")
_ONE_OF: Final = re.compile(rf"一\s?(?:{_ONE})")
_ALIKE: Final = {"名": "人", "位": "人", "号": "日", "千米": "公里", "千克": "公斤"}  # counts the same
_ARABIC: Final = re.compile(r"[0-9]")
_PASSED_OVER: Final = re.compile(
    r"https?://[!-~]+|〔[0-9]{4}〕\s?(?:第\s?)?[0-9]+\s?号|二次|千家万户|百年大计", re.IGNORECASE
)


def figures(text: str) -> tuple[str, ...]:
    """Return the numbers of a text in its own words, place by place; those of addresses and documents claim nothing."""
    return tuple(_words(text, place) for place in _places(text))


def unsupported(text: str, facts: Iterable[str]) -> tuple[str, ...]:
    """Return the numbers of a text that none of these facts states: 三天 is 3天, and 数十户 is borne out by 32户."""
    known = [stated for fact in facts for place in _places(fact) for stated in map(_stated, place)]
    return tuple(
        _words(text, place)
        for place in _places(text)
        if not all(any(_bears_out(fact, _stated(part)) for fact in known) for part in place)
    )


@dataclass(frozen=True)
class _Stated:
    """One number with what it counts; a telephone number has bounds of no meaning, and is its own words."""

    low: Decimal | None
    high: Decimal | None
    counted: str
    words: str


def _stated(found: re.Match[str]) -> _Stated:
    number, counted = read_number(found["number"]), (found["counted"] or "").strip()
    low, high = (number.low, number.high) if number else (None, None)
    return _Stated(low, high, _ALIKE.get(counted, counted), found["number"].strip())


def _bears_out(fact: _Stated, claim: _Stated) -> bool:
    """Say whether a fact lies within what is claimed of the same."""
    if fact.low is None or claim.low is None:
        return fact.words == claim.words
    below = claim.high is None or (fact.high is not None and fact.high <= claim.high)
    return fact.counted == claim.counted and claim.low <= fact.low and below


def _places(text: str) -> list[list[re.Match[str]]]:
    """Find the numbers of a text; what follows on each other, as a date does, is one place."""
    plain = _PASSED_OVER.sub(lambda found: "\n" * len(found[0]), half_width(text))
    places: list[list[re.Match[str]]] = []
    for found in _FIGURE.finditer(plain):
        if not _claims(found, plain):
            continue
        if places and places[-1][-1].end() == found.start():
            places[-1].append(found)
        else:
            places.append([found])
    return places


def _words(text: str, place: Sequence[re.Match[str]]) -> str:
    return text[place[0].start() : place[-1].end()].strip()


def _claims(found: re.Match[str], plain: str) -> bool:
    """Say whether this counts something: digits always do, numerals with what they count, ordinals never."""
    if _ARABIC.search(found["number"]):
        return True
    if found["counted"] is None or plain.endswith("第", 0, found.start()):
        return False
    return found["number"] != "一" or _ONE_OF.match(found[0]) is not None
