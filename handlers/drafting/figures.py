"""The numbers that a text claims, each with what it counts: 三天, 2160 户, 11月24日20时."""

import re
from typing import Final

from handlers.reading.numerals import NUMBER
from handlers.text.canonical import half_width

_COUNTED: Final = (
    r"平方公里|平方米|立方米|小时|分钟|公里|千米|厘米|毫米|公斤|千克|公顷|海里|"
    r"[年月日号天周时点秒人名位户家栋幢座层楼间套处起次件个条项辆台部元吨米亩升度倍成批场%‰]"
)
# "一" alone is a number only before these: 一天, 一名; but not 一起, 一些, 一部分.
_ONE: Final = r"小时|分钟|公里|[天日周年人名户栋幢元吨米]"
_FIGURE: Final = re.compile(rf"(?P<number>{NUMBER})(?P<counted>\s?(?:{_COUNTED}))?")
_ONE_OF: Final = re.compile(rf"一\s?(?:{_ONE})")
_ARABIC: Final = re.compile(r"[0-9]")
_PASSED_OVER: Final = re.compile(
    r"https?://[!-~]+|〔[0-9]{4}〕\s?(?:第\s?)?[0-9]+\s?号|二次|千家万户|百年大计", re.IGNORECASE
)


def figures(text: str) -> tuple[str, ...]:
    """Return the numbers of a text in its own words, place by place; those of addresses and documents claim nothing."""
    plain = _PASSED_OVER.sub(lambda found: "\n" * len(found[0]), half_width(text))
    places: list[tuple[int, int]] = []
    for found in _FIGURE.finditer(plain):
        if not _claims(found, plain):
            continue
        if places and places[-1][1] == found.start():
            places[-1] = (places[-1][0], found.end())
        else:
            places.append((found.start(), found.end()))
    return tuple(text[start:end].strip() for start, end in places)


def _claims(found: re.Match[str], plain: str) -> bool:
    """Say whether this counts something: digits always do, numerals with what they count, ordinals never."""
    if _ARABIC.search(found["number"]):
        return True
    if found["counted"] is None or plain.endswith("第", 0, found.start()):
        return False
    return found["number"] != "一" or _ONE_OF.match(found[0]) is not None
