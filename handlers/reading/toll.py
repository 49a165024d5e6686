"""Read the toll of an accident from a text: deaths, injuries, missing, trapped, direct loss (令493号 art. 3).

Only what the text states counts: no quotas ("死亡3人以上的事故"), no yearly figures, no denied ones. Repeated mentions
are one toll, the latest; only parts that the text itself adds up ("2人当场死亡,另有1人不治") are added. A doubt ends in
None, not in a guess.
"""

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from handlers.reading.numerals import NUMBER, find_numbers
from handlers.reading.toll_words import (
    ADDED,
    DENIED,
    DENIES,
    HISTORIC,
    LEFT_OPEN,
    NOT_ONE,
    PARTS,
    PRESENT,
    QUOTA,
    RESCUED,
    SENTENCE,
    SPOKEN_OF,
    STATED,
    STATISTIC,
    SUPPOSED,
    UNCOUNTED,
    UPDATED,
    Wording,
)
from handlers.text.canonical import half_width, visible


@dataclass(frozen=True, slots=True)
class Toll:
    """What a text says about victims and loss; None = it says nothing, 0 = it says there were none.

    `injured` includes the seriously injured. `spans` gives the exact words per field; `vague` names fields whose
    number is approximate or is spoken of without one (then `uncounted` has the words), `past` those of which the text
    tells nothing but history. Missing and trapped people are not deaths.
    """

    deaths: int | None = None
    serious_injuries: int | None = None
    injured: int | None = None
    missing: int | None = None
    trapped: int | None = None
    loss_yuan: int | None = None
    spans: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    vague: frozenset[str] = frozenset()
    uncounted: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    past: frozenset[str] = frozenset()

    @property
    def is_empty(self) -> bool:
        return not self.spans


@dataclass(frozen=True, slots=True)
class _Mention:
    about: str
    value: int
    start: int
    end: int
    approximate: bool = False
    updated: bool = False
    historic: bool = False
    hint: bool = False
    part: str = ""  # how a victim fared (当场, 不治, 轻, 重), where that makes it a part of one total


_FIELDS: Final = ("deaths", "serious_injuries", "injured", "missing", "trapped", "loss_yuan")
_READ_UP_TO: Final = 20_000  # characters
_LONGEST_SENTENCE: Final = 300
_NUMBERED: Final = re.compile(NUMBER)
_LOOK_BACK, _JUST_BEFORE, _LOOK_AHEAD = 14, 6, 14


def read_toll(text: str) -> Toll:
    """Read the toll from Chinese text; the words of `spans` are the text's own."""
    shown = visible(text)[:_READ_UP_TO]
    plain = half_width(shown)
    mentions = [mention for sentence in SENTENCE.finditer(plain) for mention in _in_sentence(sentence)]
    chosen = {about: _settle([each for each in mentions if each.about == about]) for about in _FIELDS}
    found = {about: mention for about, mention in chosen.items() if mention}
    uncounted = {
        about: shown[told.start() : told.end()].strip()
        for about, pattern in UNCOUNTED.items()
        if about not in found and (told := _told_without_number(pattern, plain))
    }
    return Toll(
        **{about: mention.value for about, mention in found.items()},
        spans=MappingProxyType({about: shown[each.start : each.end].strip() for about, each in found.items()}),
        vague=frozenset(uncounted.keys() | {about for about, mention in found.items() if mention.approximate}),
        uncounted=MappingProxyType(uncounted),
        past=frozenset(about for about, mention in found.items() if mention.historic),
    )


def _told_without_number(pattern: re.Pattern[str], plain: str) -> re.Match[str] | None:
    return next((each for each in pattern.finditer(plain) if _is_told(plain, each.start())), None)


def _is_told(plain: str, start: int) -> bool:
    """Tell what happened from what is feared, denied, left open or long past."""
    sentence = re.split(r"[。!?;\n]", plain[max(0, start - _LONGEST_SENTENCE) : start])[-1]
    near = re.split("[,、(]", sentence)[-1]
    return not (SUPPOSED.search(near) or LEFT_OPEN.search(near) or _is_history(sentence))


def _in_sentence(sentence: re.Match[str]) -> list[_Mention]:
    words, offset = sentence.group(), sentence.start()
    spoken_of = {about for about, pattern in SPOKEN_OF.items() if pattern.search(words)}
    if not spoken_of or STATISTIC.search(words):
        return []
    counted = [mention for wording in STATED if wording.about in spoken_of for mention in _told(wording, words, offset)]
    counted = _outermost(counted)
    return [*counted, *_added_up(words, offset, counted), *_denied(words, offset)]


def _told(wording: Wording, words: str, offset: int) -> Iterator[_Mention]:
    for match in wording.pattern.finditer(words):
        number = _count(match["n"]) if "n" in match.re.groupindex else (1, True)
        if number and _is_meant(wording, words, match):
            before = words[max(0, match.start() - _LOOK_BACK) : match.end()]
            yield _Mention(
                wording.about,
                number[0],
                offset + match.start(),
                offset + match.end(),
                approximate=number[1],
                updated=bool(UPDATED.search(words[max(0, match.start() - _JUST_BEFORE) : match.end()])),
                historic=_is_history(words[: match.end()]),
                hint=wording.hint,
                part=wording.part or "".join(PARTS.findall(before)),
            )


def _is_history(words: str) -> bool:
    """Tell whether the nearest time before a count is a past one ("去年…,今天又有1人" is about today)."""
    past = [match.start() for match in HISTORIC.finditer(words)]
    present = [match.start() for match in PRESENT.finditer(words)]
    return max(past, default=-1) > max(present, default=-1)


def _count(words: str) -> tuple[int, bool] | None:
    numbers = find_numbers(words)
    if not numbers:
        return None
    return sum(int(number.low) for number in numbers), any(number.approximate for number in numbers)


def _is_meant(wording: Wording, words: str, match: re.Match[str]) -> bool:
    """Tell a stated count from a quota, a supposition or people who were saved."""
    near = re.split("[,、(]", words[max(0, match.start() - _LOOK_BACK) : match.start()])[-1]
    around = words[max(0, match.start() - _JUST_BEFORE) : match.end() + _LOOK_AHEAD]
    if SUPPOSED.search(near) or NOT_ONE.search(near) or QUOTA.search(around):
        return False
    if wording.about not in {"trapped", "missing"}:
        return True
    # What is said of these people ends where the next number begins.
    after = _NUMBERED.split(words[match.end() : match.end() + _LOOK_AHEAD])[0]
    return not RESCUED.search(f"{near}{match.group()}{after}")


def _outermost(mentions: list[_Mention]) -> list[_Mention]:
    """Keep one mention per number: a wording that starts inside another one's words is a misreading of it."""
    kept: list[_Mention] = []
    for each in mentions:
        clash = any(
            other.about == each.about and other.start <= each.start < other.end and not (each.part and not other.part)
            for other in kept
        )
        if not clash:
            kept.append(each)
    return kept


def _added_up(words: str, offset: int, mentions: list[_Mention]) -> Iterator[_Mention]:
    """Add what one sentence itself adds up: seriously and lightly hurt, or victims on the spot and others later."""
    for about, additive in (("deaths", _are_separate_deaths), ("injured", _are_separate_injuries)):
        own = sorted((each for each in mentions if each.about == about and not each.hint), key=lambda each: each.start)
        total = own[0] if own else None
        for first, second in itertools.pairwise(own):
            between = words[first.end - offset : second.start - offset + 2]
            joined = first.historic == second.historic and "其中" not in between and additive(first, second, between)
            total = (
                replace(total or first, value=(total or first).value + second.value, end=second.end)
                if joined
                else second
            )
            if joined:
                yield total


def _are_separate_deaths(first: _Mention, second: _Mention, between: str) -> bool:
    return bool(ADDED.search(between)) or (bool(first.part) and bool(second.part) and first.part != second.part)


def _are_separate_injuries(first: _Mention, second: _Mention, between: str) -> bool:
    return {first.part[-1:], second.part[-1:]} == {"轻", "重"} or bool(ADDED.search(between))


def _denied(words: str, offset: int) -> Iterator[_Mention]:
    for match in DENIES.finditer(words):
        for about in DENIED[match["what"]]:
            yield _Mention(about, 0, offset + match.start(), offset + match.end(), hint=True)


def _settle(mentions: list[_Mention]) -> _Mention | None:
    """Choose the latest total: an update ("升至12人"), else the greatest that is told of now."""
    now = [each for each in mentions if not each.historic] or mentions
    sure = [each for each in now if not each.hint] or now
    if not sure:
        return None
    updates = [each for each in sure if each.updated]
    last = max(updates, key=lambda each: each.start) if updates else None
    later = [each for each in sure if last is None or each.start >= last.start]
    return max(later, key=lambda each: (each.value, -each.start))
