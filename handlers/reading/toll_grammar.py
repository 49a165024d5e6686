"""The grammar of tolls: which count goes with which fate in one sentence.

A sentence is cut into parts (toll_words.py). A count takes the fate that stands right before it ("死亡3人") or, where
that one is another count's or there is none, the fate that follows ("3人死亡", "3名工人被埋,经抢救无效死亡").
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from handlers.reading.numerals import find_numbers
from handlers.reading.toll_words import (
    AND,
    DESPITE,
    FILLED,
    GOES_ON,
    HERDS,
    KIN,
    NOT_SO,
    OBJECT,
    PASSIVE,
    PERSON,
    RELATIVES_OF,
    SAID_OF_PEOPLE,
    STOP,
    STRONGLY_GOES_ON,
    TAKEN,
    UNSURE,
    part_of_a_sentence,
)

DEATHS: Final = frozenset({"perished", "passed", "dead_ones", "died", "killed", "perish", "died_before", "lives"})
_GRAVE: Final = frozenset({"gravely", "grave_ones"})
_HURT: Final = frozenset({"hurt", "hurt_by", "hurt_ones", "hurt_before"})
_COUNTS: Final = frozenset({"count", "mixed", "pair", "bare"})
_NOUNS: Final = frozenset({"dead_ones", "hurt_ones", "grave_ones"})
_BEFORE_ONLY: Final = frozenset({"died_before", "hurt_before"})
_BY_SOMEONE: Final = frozenset({"killed", "hurt_by"})
_AFTER_ONLY: Final = frozenset({"perished", "lives", "both", "saved"})
_FATES: Final = DEATHS | _GRAVE | _HURT | {"lightly", "treated", "lost", "trapped", "saved", "both"}
_MARKS: Final = frozenset({"was", "grew", "total"})
_TERSE: Final = {
    "terse_dead": "died",
    "terse_grave": "gravely",
    "terse_light": "lightly",
    "terse_hurt": "hurt",
    "terse_lost": "lost",
}
SAVED: Final = "saved"
INJURIES: Final = frozenset({"骨折", "挫伤", "擦伤", "烧伤", "灼伤", "划伤", "扭伤", "摔伤"})
"""Of these each is one group of the hurt: 6人骨折,20人挫伤."""
_FIELDS_OF: Final = {
    **dict.fromkeys(DEATHS, ("deaths",)),
    **dict.fromkeys(_GRAVE, ("serious_injuries", "injured")),
    **dict.fromkeys({*_HURT, "lightly", "treated"}, ("injured",)),
    "lost": ("missing",),
    "trapped": ("trapped",),
    "saved": (SAVED,),
    "both": ("deaths", "serious_injuries", "injured"),
}
_FARTHEST, _FARTHEST_IN_ALL, _JUST_BEFORE, _NEAR, _AT_ONCE = 26, 60, 12, 6, 2
_MOST: Final = 1_000_000  # people: more is no toll of anything that a text here tells
_WEAK: Final = frozenset({"treated", "passed"})


@dataclass(frozen=True, slots=True)
class Mention:
    """One count and the fate of those counted, where it stands in the text."""

    about: str
    value: int
    start: int
    end: int
    approximate: bool = False
    updated: bool = False
    under: bool = False  # a part of a count told before (其中)
    part: str = ""  # how they fared (当场, 不治, 轻, 重, 危), where that makes them a part of one total
    hint: bool = False  # second best: what is said more plainly elsewhere counts
    historic: bool = False
    certainty: float = 1.0


@dataclass(frozen=True, slots=True)
class _Part:
    kind: str
    words: str
    start: int
    end: int


def mentions(words: str) -> list[Mention]:
    """Return what a sentence says of people who were counted, in its order; positions are the sentence's."""
    return list(_Sentence(words).mentions())


class _Sentence:
    def __init__(self, words: str) -> None:
        self.words = words
        self.parts = [
            _Part(match.lastgroup or "", match.group(), match.start(), match.end())
            for match in part_of_a_sentence().finditer(words)
        ]
        self.taken: set[int] = set()  # fates that belong to a count
        self.told: set[int] = set()  # counts that have their fate

    def mentions(self) -> Iterator[Mention]:
        for at, part in enumerate(self.parts):
            if part.kind in _TERSE:
                self.taken.add(at)
                yield from self._mentions(_TERSE[part.kind], at, at, at)
            elif part.kind in _COUNTS or part.kind == "nobody":
                yield from self._of_count(at)

    def _of_count(self, at: int) -> Iterator[Mention]:
        before = self._fate_before(at) if self.parts[at].kind != "nobody" else None
        before = self._fate_corrected(at) if before is None else before
        after = self._fates_after(at, has_one=before is not None) if self.parts[at].kind != "bare" else []
        self.taken.update(after if before is None else {before, *after})
        befell = [each for each in after if self._befell(at, each)]
        for fate in self._what_counts(befell if before is None else [before, *befell]):
            first = self._first_of_several(at, fate) if fate > at else at
            last = at if fate > at else self._last_of_several(at, fate)
            self.told.update(range(at, last + 1))
            yield from self._mentions(self.parts[fate].kind, first, last, fate)

    # ---- the fate before: 死亡3人, 死亡人数由5人升至8人, 撞死2人

    def _fate_before(self, at: int) -> int | None:
        count, place = self.parts[at], at - 1
        gap, end = "", count.start
        while place >= 0:
            part = self.parts[place]
            gap = self.words[part.end : end] + gap
            is_open = part.kind == "stop" and part.words in ": \t"
            if part.kind not in _MARKS and not is_open:
                break
            gap = part.words + gap if is_open else gap
            place, end = place - 1, part.start
        if place < 0 or not self._can_precede(place, at, gap):
            return None
        return None if self._rather_after(place, at) else place

    def _can_precede(self, place: int, at: int, gap: str) -> bool:
        part, count = self.parts[place], self.parts[at]
        if part.kind not in _FATES - _AFTER_ONLY or place in self.taken or not FILLED.fullmatch(gap):
            return False
        if count.kind == "bare" and "数" not in gap and ":" not in gap:
            return False
        if gap.isspace() and not (_SPACED.search(count.words) or self._begins_clause(part)):
            return False
        if "无效" in part.words or self._is_denied(self.words[max(0, part.start - 6) : part.start]):
            return False
        after = self.words[count.end : count.end + 6]
        return self._are_people(count, after) and not RELATIVES_OF.match(after)

    def _rather_after(self, place: int, at: int) -> bool:
        """Tell whether a count between two fates goes with the second: "致人死亡 5人受伤"."""
        if self.parts[place].kind in _BY_SOMEONE | _BEFORE_ONLY or at + 1 >= len(self.parts):
            return False
        after = self.parts[at + 1]
        near = after.kind in _FATES - _BEFORE_ONLY - _WEAK and after.start - self.parts[at].end <= _AT_ONCE
        return near and not self._goes_with_next(at + 1)

    def _fate_corrected(self, at: int) -> int | None:
        """Return the fate of a figure that is told anew without its fate: "死亡人数为12人,官方更正为10人"."""
        if at < _AT_ONCE or self.parts[at - 1].kind != "grew" or self.parts[at - 1].end != self.parts[at].start:
            return None
        earlier = (place for place in range(at - 1, -1, -1) if self.parts[place].kind in _FATES - _AFTER_ONLY)
        place = next(earlier, None)
        if place is None or "数" not in self.words[self.parts[place].end : self.parts[place].end + 4]:
            return None
        return place

    # ---- the fate after: 3人死亡, 3名工人被埋后经抢救无效死亡

    def _fates_after(self, at: int, *, has_one: bool) -> list[int]:
        found: list[int] = []
        is_nobody = self.parts[at].kind == "nobody"
        position, place = self.parts[at].end, at + 1
        while place < len(self.parts) and self.parts[place].end - self.parts[at].end <= _FARTHEST_IN_ALL:
            part = self.parts[place]
            gap = self.words[position : part.start]
            if part.kind == "stop":
                further = self._past_stop(place, goes_on=bool(found))
                if further is None:
                    break
                position, place = self.parts[further - 1].end, further
                continue
            if part.kind not in _FATES:
                if part.kind not in {"more", "total"} or len(gap) > _FARTHEST:
                    break
            elif self._is_cut_off(place, gap, is_first=not (found or has_one)) or (is_nobody and len(gap) > _AT_ONCE):
                break
            elif part.kind not in _BEFORE_ONLY and not self._is_denied(gap):
                found.append(place)
            position, place = part.end, place + 1
        return found

    def _is_cut_off(self, place: int, gap: str, *, is_first: bool) -> bool:
        """Tell a fate that is too far off, only feared, or that of the next count."""
        if len(gap) > _FARTHEST or UNSURE.search(gap):
            return True
        return self._goes_with_next(place) and not (is_first and self._is_told_more(place))

    def _past_stop(self, place: int, *, goes_on: bool) -> int | None:
        """Return where reading goes on after a stop, None where the clause is at its end."""
        part = self.parts[place]
        if part.words == "(":
            closing = next((at for at in range(place, len(self.parts)) if self.parts[at].words == ")"), None)
            return None if closing is None else closing + 1
        if part.words in "):、!?;":
            return None
        rest = self.words[part.end : part.end + _JUST_BEFORE]
        return place + 1 if (GOES_ON if goes_on else STRONGLY_GOES_ON).match(rest) else None

    def _goes_with_next(self, place: int) -> bool:
        """Tell whether a fate is followed by a count of its own: "受伤30人"."""
        if place + 1 >= len(self.parts):
            return False
        fate, after = self.parts[place], self.parts[place + 1]
        gap = self.words[fate.end : after.start]
        return after.kind in _COUNTS and not gap.isspace() and bool(FILLED.fullmatch(gap))

    def _is_told_more(self, place: int) -> bool:
        """Tell whether the count after a fate has more said of it: "3人死亡2人受伤", but not "一行5人死亡2人"."""
        return not _STOPS.match(self.words, self.parts[place + 1].end)

    def _begins_clause(self, part: _Part) -> bool:
        return part.start == 0 or bool(_STOPS.match(self.words[part.start - 1]))

    def _befell(self, at: int, fate: int) -> bool:
        """Tell those it befell from those who did it, from relatives and from animals."""
        count, part = self.parts[at], self.parts[fate]
        gap, after = self.words[count.end : part.start], self.words[part.end : part.end + 8]
        if not self._are_people(count, gap + part.words) or KIN.match(after):
            return False
        if part.words.startswith("没了") and "的" in gap:  # 老人的养老钱全没了
            return False
        if part.kind == "lives":
            return len(gap) <= _NEAR and bool(TAKEN.search(self.words[max(0, count.start - 8) : count.start] + after))
        if count.words.endswith("条") or (count.words.endswith("具") and part.kind != "dead_ones"):
            return False
        if part.kind in _BY_SOMEONE | {"perish"}:
            return self._was_done_to(count, part, gap, after)
        return count.kind != "pair" or len(gap) <= _NEAR

    def _was_done_to(self, count: _Part, part: _Part, gap: str, after: str) -> bool:
        """Tell those to whom it was done ("3人被砸死", "3人砸死") from those who did it ("3人砸死他")."""
        if OBJECT.match(after):
            return False
        if part.kind == "perish" or PASSIVE.search(gap):
            return True
        before = re.split("[,、(]", self.words[max(0, count.start - _JUST_BEFORE) : count.start])[-1]
        return not PASSIVE.search(before) and len(gap) <= _NEAR and bool(_STOPS.match(after))

    def _are_people(self, count: _Part, after: str) -> bool:
        if count.kind == "mixed":
            return True
        before = self.words[max(0, count.start - 4) : count.start]
        if before.endswith("下") and count.words == "一个":  # 下一个 is nobody yet
            return False
        if count.words.endswith("口"):
            return after.startswith("人") or before.endswith(("家", "老小", "子", "老"))
        if not count.words.endswith("个"):
            return True
        return bool(SAID_OF_PEOPLE.match(after) or (PERSON_WITHIN.search(after) and not HERDS.search(after)))

    def _what_counts(self, fates: list[int]) -> Iterator[int]:
        """Of the fates of the same people the last one counts: who was hurt and died is dead, who was saved is safe."""
        kinds = {self.parts[each].kind: each for each in fates}
        dead = [kinds[kind] for kind in kinds if kind in DEATHS]
        if dead:
            yield max(dead, key=lambda each: (self.parts[each].kind not in _WEAK, each))
            return
        for worst in (_GRAVE, {"lightly"}, _HURT, {"treated"}):
            hurt = [kinds[kind] for kind in kinds if kind in worst]
            if hurt:
                yield max(hurt)
                break
        if "saved" in kinds:
            yield kinds["saved"]
        else:
            yield from (kinds[kind] for kind in ("lost", "trapped") if kind in kinds)

    def _first_of_several(self, at: int, fate: int) -> int:
        """Return the first of the counts that share a fate: "27名消防员和3名民兵牺牲"."""
        first = at
        while first > 0 and self.parts[fate].kind not in _NOUNS and self.parts[first - 1].kind in _COUNTS | {"stop"}:
            before = first - 1 if self.parts[first - 1].kind in _COUNTS else first - 2
            if before < 0 or self.parts[before].kind not in _COUNTS:
                break
            if not AND.fullmatch(self.words[self.parts[before].end : self.parts[first].start]):
                break
            if before in self.told:
                break
            first = before
        return first

    def _last_of_several(self, at: int, fate: int) -> int:
        """Return the last of the counts that say who they were: "死者为1名老人和2名儿童"."""
        last = at
        if self.parts[fate].kind in _NOUNS:
            while last + 1 < len(self.parts) and self.parts[last + 1].kind in _COUNTS:
                if not AND.fullmatch(self.words[self.parts[last].end : self.parts[last + 1].start]):
                    break
                last += 1
        return last

    # ---- what was found

    def _mentions(self, kind: str, first: int, start: int, end: int) -> Iterator[Mention]:
        """Return a mention for each field a fate speaks of; `first` to `start` are added up."""
        low, high = min(first, start, end), max(first, start, end)
        counts = [part for part in self.parts[first : start + 1] if part.kind in _COUNTS or part.kind in _TERSE]
        value, approximate = _added(counts)
        nobody = self.parts[start].kind == "nobody" or self.parts[end].kind == "nobody"
        if (value is None and not nobody) or (kind == "both" and not nobody):
            return
        begin, stop = self.parts[low].start, self.parts[high].end
        around = self.words[max(0, begin - 8) : stop]
        if nobody and _OPEN.search(self.words[max(0, begin - 3) : begin]):
            return
        unhurt = ("serious_injuries",) if nobody and kind in _HURT else ()
        for about in (*unhurt, *_FIELDS_OF.get(kind, ())):
            yield Mention(
                about,
                0 if nobody else value or 0,
                begin,
                stop,
                approximate=approximate,
                updated=any(part.kind == "grew" for part in self.parts[max(0, low - 1) : high]),
                under=self._is_under(low),
                part=_part_of(kind, about, around, self.words[begin : stop + 1]),
                hint=kind in _WEAK or nobody or (kind == "hurt_ones" and end > start),
            )

    def _is_under(self, at: int) -> bool:
        """Tell a part of a count from a count of its own: what follows 其中, up to 另有 or the closing bracket."""
        for part in reversed(self.parts[:at]):
            if part.kind == "under":
                return True
            if part.kind in {"more", "total"} or part.words == ")":
                return False
        return False

    def _is_denied(self, gap: str) -> bool:
        return bool(NOT_SO.search(gap)) and not DESPITE.search(gap)


_SPACED: Final = re.compile(r"\s")
_STOPS: Final = re.compile(STOP)
_OPEN: Final = re.compile("[暂尚]$")
PERSON_WITHIN: Final = re.compile(rf"{PERSON}|儿子|女儿|孙子|孙女|外孙")


def _added(counts: list[_Part]) -> tuple[int | None, bool]:
    total, approximate = 0, False
    for each in counts:
        if each.kind == "pair" or "俩" in each.words:
            total += 3 if "仨" in each.words else 2
            continue
        numbers = find_numbers(each.words)
        if not numbers:
            return None, False
        total += sum(int(number.low) for number in numbers)
        approximate = approximate or any(number.approximate for number in numbers)
    return (total, approximate) if counts and total <= _MOST else (None, False)


def _part_of(kind: str, about: str, around: str, own: str) -> str:
    if about == "deaths":
        return "".join(dict.fromkeys(re.findall("当场|不治|无效|送医|医院|途中", around + own)))
    if kind in _GRAVE:
        return "危" if re.search("危|垂", own) else "重"
    if kind == "lightly":
        return "轻"
    return next((each for each in sorted(INJURIES) if each in own), "") if kind == "hurt" else ""
