"""Other agencies that a draft touches: which ones, and what they said (实施方案 四.2)."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Literal

from handlers.text.canonical import command_text

AgencyAnswer = Literal["agreed", "objected"]
NONE: Final = frozenset({"no", "none", "无", "没有", "不涉及", "不涉及其他单位"})
LONGEST_NAME: Final = 40  # characters
_PARTS: Final = r"\s,\uff0c、;\uff1b:\uff1a。."
_GAP: Final = re.compile(rf"[{_PARTS}]+")
_NAME: Final = re.compile(r"(?:[^\s,\uff0c、;\uff1b。]|(?<=[A-Za-z&]) +(?=[A-Za-z&]))+")  # a space parts no Latin words
_AGREED: Final = (
    "同意", "无误", "确认", "确认无误", "属实", "无异议", "没有异议", "agree", "agreed", "ok", "yes",
    "no objection", "no objections",
)  # fmt: skip
_OBJECTED: Final = ("有异议", "异议", "不同意", "有误", "不属实", "object", "objected", "no")
_NONE_OF: Final = re.compile(r"no v(?P<n>\d{1,6})")
_VERSION: Final = re.compile(r"v?(?P<n>\d{1,6})", re.IGNORECASE)


@dataclass(frozen=True)
class Word:
    """What an agency says: which one (empty: the speaker's), of which version (None: the newest), and why."""

    agency: str
    answer: AgencyAnswer
    note: str = ""
    version: int | None = None


def named(words: str, known: Collection[str] = ()) -> tuple[str, ...]:
    """Return the agencies that were typed, each once; a known name may have spaces in it."""
    found: list[str] = []
    rest = _GAP.sub("", words, count=1) if _GAP.match(words) else words
    while rest:
        name, rest = _known_first(rest, known) or _unknown_first(rest, known)
        found.append(name)
    return tuple(dict.fromkeys(found))


def split_agency(words: str, known: Collection[str] = ()) -> tuple[str, str]:
    """Take an agency's name off the front: the longest known one, else the first word."""
    return _known_first(words.strip(), known) or _cut(words)


def touches_none(words: str) -> bool:
    """Say whether somebody said that no other agency is touched."""
    return words.strip(" 。.!\uff01").lower() in NONE


def none_of_version(words: str) -> int | None:
    """Return the version a button said touches no other agency; None for anything typed."""
    found = _NONE_OF.fullmatch(words)
    return int(found["n"]) if found else None


def read_word(words: str, known: Collection[str] = ()) -> Word | None:
    """Read an agency's word (水务局 同意, or 有异议 说明); None when there is no yes or no in it."""
    agency, said = _known_first(words.strip(), known) or ("", words.strip())
    if (answered := _answer(said)) is not None:
        return _word(agency, *answered)
    first, rest = _cut(said)
    if not agency and first and (answered := _answer(rest)) is not None:
        return _word(first, *answered)
    return None


def press_argument(answer: AgencyAnswer, version: int) -> str:
    """Return what a button says: short, since platforms allow few bytes."""
    return f"{'ok' if answer == 'agreed' else 'no'} v{version}"


def _word(agency: str, answer: AgencyAnswer, rest: str) -> Word:
    found = _VERSION.fullmatch(rest) if rest[:1] in "vV" else None
    return Word(agency, answer, "", int(found["n"])) if found else Word(agency, answer, rest)


def _cut(words: str) -> tuple[str, str]:
    parts = _GAP.split(words.strip(), maxsplit=1)
    return parts[0], parts[1].strip() if len(parts) > 1 else ""


def _known_first(words: str, known: Collection[str]) -> tuple[str, str] | None:
    """Take the longest known name off the front: all of it, and nothing that only begins like it."""
    for name in sorted(known, key=len, reverse=True):
        spelt = r"\s+".join(map(re.escape, command_text(name).split()))
        found = re.match(rf"{spelt}(?:[{_PARTS}]+|$)", words, re.IGNORECASE)
        if spelt and found is not None:
            return name, words[found.end() :]
    return None


def _unknown_first(words: str, known: Collection[str]) -> tuple[str, str]:
    """Take a name nobody knows off the front, up to where a known one begins."""
    found = _NAME.match(words)
    end = found.end() if found else len(words)
    inside = (gap for gap in re.finditer(" +", words[:end]) if _known_first(words[gap.end() :], known))
    end = next((gap.start() for gap in inside), end)
    return words[:end], _GAP.sub("", words[end:], count=1)


def _answer(words: str) -> tuple[AgencyAnswer, str] | None:
    """Take a yes or a no off the front; "no objection" is a yes."""
    readings: tuple[tuple[AgencyAnswer, tuple[str, ...]], ...] = (("agreed", _AGREED), ("objected", _OBJECTED))
    for answer, phrases in readings:
        found = _known_first(words, phrases)
        if found is not None:
            return answer, found[1].strip()
    return None
