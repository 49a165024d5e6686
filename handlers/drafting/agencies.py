"""Other agencies that a draft touches: which ones, and what they said (实施方案 四.2)."""

import re
from dataclasses import dataclass
from typing import Final, Literal

AgencyAnswer = Literal["agreed", "objected"]
NONE: Final = frozenset({"no", "none", "无", "没有", "不涉及", "不涉及其他单位"})
LONGEST_NAME: Final = 40  # characters
_GAP: Final = r"[\s,\uff0c、;\uff1b:\uff1a。.]+"
_SEPARATOR: Final = re.compile(r"[\s,\uff0c、;\uff1b。]+")
_AGREED: Final = frozenset({"同意", "无误", "确认", "确认无误", "属实", "agree", "agreed", "ok", "yes"})
_OBJECTED: Final = frozenset({"有异议", "异议", "不同意", "有误", "不属实", "object", "objected", "no"})
_NONE_OF: Final = re.compile(r"no v(?P<n>\d{1,6})")
_VERSION: Final = re.compile(r"v?(?P<n>\d{1,6})", re.IGNORECASE)


@dataclass(frozen=True)
class Word:
    """What an agency says: which one (empty: the speaker's), of which version (None: the newest), and why."""

    agency: str
    answer: AgencyAnswer
    note: str = ""
    version: int | None = None


def named(words: str) -> tuple[str, ...]:
    """Return the agencies that were typed, each once."""
    return tuple(dict.fromkeys(part for part in _SEPARATOR.split(words.strip()) if part))


def touches_none(words: str) -> bool:
    """Say whether somebody said that no other agency is touched."""
    return words.strip(" 。.!\uff01").lower() in NONE


def none_of_version(words: str) -> int | None:
    """Return the version a button said touches no other agency; None for anything typed."""
    found = _NONE_OF.fullmatch(words)
    return int(found["n"]) if found else None


def read_word(words: str) -> Word | None:
    """Read an agency's word (水务局 同意, or 有异议 说明); None when there is no yes or no in it."""
    first, rest = _cut(words)
    if (answer := _answer(first)) is not None:
        return _word("", answer, rest)
    second, rest = _cut(rest)
    if first and (answer := _answer(second)) is not None:
        return _word(first, answer, rest)
    return None


def press_argument(answer: AgencyAnswer, version: int) -> str:
    """Return what a button says: short, since platforms allow few bytes."""
    return f"{'ok' if answer == 'agreed' else 'no'} v{version}"


def _word(agency: str, answer: AgencyAnswer, rest: str) -> Word:
    found = _VERSION.fullmatch(rest) if rest[:1] in "vV" else None
    return Word(agency, answer, "", int(found["n"])) if found else Word(agency, answer, rest)


def _cut(words: str) -> tuple[str, str]:
    parts = re.split(_GAP, words.strip(), maxsplit=1)
    return parts[0], parts[1].strip() if len(parts) > 1 else ""


def _answer(word: str) -> AgencyAnswer | None:
    if word.lower() in _AGREED:
        return "agreed"
    return "objected" if word.lower() in _OBJECTED else None
