"""Read the toll of an accident from a text: deaths, injuries, missing, trapped, direct loss (令493号 art. 3).

Only what the text states counts: no quotas ("死亡3人以上的事故"), no drills, no yearly figures, nothing denied. What is
mentioned twice is one toll, the latest; only parts that the text itself adds up ("2人当场死亡,另有1人不治") are added.
A doubt ends in None or in a lower certainty, not in a guess.
"""

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from handlers.reading import toll_cues as cues
from handlers.reading.numerals import find_numbers
from handlers.reading.toll_english import english_mentions
from handlers.reading.toll_grammar import INJURIES, SAVED, Mention, mentions
from handlers.reading.toll_words import compiled
from handlers.text.canonical import half_width, visible
from handlers.text.simplified import simplified


@dataclass(frozen=True, slots=True)
class Toll:
    """What a text says about victims and loss; None = it says nothing, 0 = it says there were none.

    `injured` includes the seriously injured. `spans` gives the exact words per field and `certainty` how sure each
    figure is, 0 to 1; `vague` names fields whose number is approximate or is spoken of without one (then `uncounted`
    has the words), `past` those of which the text tells nothing but history. Missing and trapped people are not deaths.
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
    certainty: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def is_empty(self) -> bool:
        return not self.spans

    def of_now(self, about: str) -> int | None:
        """Return a figure that is told of here and now: what is only recalled grades nothing."""
        number: int | None = getattr(self, about)
        return None if about in self.past else number


_FOUND: Final = (SAVED, "deaths")
_FIELDS: Final = ("deaths", "serious_injuries", "injured", "missing", "trapped", "loss_yuan")
_STILL: Final = frozenset({"missing", "trapped"})
_READ_UP_TO: Final = 20_000  # characters
_LOOK_BACK, _JUST_BEFORE = 14, 6
_ONE_SENTENCE: Final = str.maketrans("。!?;\n", ",,,,,")
_MOST_YUAN: Final = 10**13


def read_toll(text: str) -> Toll:
    """Read the toll from Chinese (or plain English) text; the words of `spans` are the text's own."""
    shown = visible(text)[:_READ_UP_TO]
    plain = simplified(half_width(shown))
    read = _Text(plain)
    told = [*read.mentions(), *english_mentions(plain)]
    told = [each for each in told if each.about != "trapped" or not read.are_safe(each, told)]
    chosen = {about: _settle([each for each in told if each.about == about]) for about in _FIELDS}
    found = {about: mention for about, mention in chosen.items() if mention}
    uncounted = {
        about: shown[words.start() : words.end()].strip()
        for about, written in cues.UNCOUNTED.items()
        if about not in found and (words := read.told_without_number(written))
    }
    return Toll(
        **{about: mention.value for about, mention in found.items()},
        spans=MappingProxyType({about: shown[each.start : each.end].strip() for about, each in found.items()}),
        vague=frozenset(uncounted.keys() | {about for about, mention in found.items() if mention.approximate}),
        uncounted=MappingProxyType(uncounted),
        past=frozenset(about for about, mention in found.items() if mention.historic),
        certainty=MappingProxyType({about: round(mention.certainty, 2) for about, mention in found.items()}),
    )


class _Text:
    """A text, half-width and simplified, and what of it holds for every sentence."""

    def __init__(self, plain: str) -> None:
        self.is_refuted = bool(cues.REFUTED.search(plain))
        if self.is_refuted:  # what is quoted to be called untrue is one saying, however many sentences it has
            plain = cues.QUOTED.sub(lambda quoted: quoted.group().translate(_ONE_SENTENCE), plain)
        self.plain = plain
        self.is_eventful = bool(cues.EVENT.search(plain))
        self.is_about_illness = not self.is_eventful and len(set(cues.ILL.findall(plain))) > 1
        years = [(match.start(), int(match.group(1))) for match in cues.YEAR.finditer(plain)]
        self.years = years if len({year for _, year in years}) > 1 else []
        background = cues.BACKGROUND.search(plain)
        self.told_until = background.start() if background and background.start() else len(plain)

        self.all_are_saved = bool(cues.ALL_SAVED.search(plain))
        self.telling = [each for each in cues.SENTENCE.finditer(plain) if cues.TELLS.search(each.group())]

    def mentions(self) -> list[Mention]:
        """Return what is told of people who were counted, and what the text adds up."""
        told = [
            mention
            for sentence in self.telling
            if not self._is_no_report(sentence.group())
            for mention in self._of_sentence(sentence.group(), sentence.start())
        ]
        return [*told, *_added_up(self.plain, told)]

    def are_safe(self, trapped: Mention, told: Iterable[Mention]) -> bool:
        """Tell whether those who were trapped are all found by now: saved, or some of them dead."""
        if trapped.updated:  # 仍被困
            return False
        most = {about: max((each.value for each in told if each.about == about), default=0) for about in _FOUND}
        return self.all_are_saved or (bool(most[SAVED]) and trapped.value <= sum(most.values()))

    def told_without_number(self, written: str) -> re.Match[str] | None:
        """Find victims of whom no number is told, where it is told what happened: not feared, denied or long past."""
        for sentence in self.telling:
            for each in compiled(written).finditer(self.plain, *sentence.span()):
                before = self.plain[sentence.start() : each.start()]
                near = re.split("[,、(]", before)[-1]
                if not (cues.SUPPOSED.search(near) or cues.LEFT_OPEN.search(near) or _is_history(before)):
                    return each
        return None

    def _is_no_report(self, words: str) -> bool:
        """Tell reports from yearly figures, drills, illness and rumours that the text itself refutes."""
        if cues.STATISTIC.search(words) or (cues.DRILL.search(words) and not cues.IN_A_DRILL.search(words)):
            return True
        if self.is_about_illness or (cues.ILL.search(words) and not cues.EVENT.search(words)):
            return True
        return (
            self.is_refuted
            and not cues.REFUTED.search(words)
            and bool(cues.HEARSAY.search(words) or words.endswith("?"))
        )

    def _of_sentence(self, words: str, offset: int) -> list[Mention]:
        people = mentions(words)
        dead = [each for each in people if each.about == "deaths"]
        if not dead:
            people += _single(words)
        own_hand = cues.BY_OWN_HAND.search(words) is not None
        meant = [
            self._weighed(each, words, offset)
            for each in [*people, *_losses(words)]
            if _is_meant(each, words)
            and not (own_hand and each.value == 1)
            and self._is_of_an_event(each, words, people)
        ]
        return [*meant, *_denied(words, offset)]

    def _is_of_an_event(self, mention: Mention, words: str, people: list[Mention]) -> bool:
        """Tell victims and damage from people who die in their beds or lie in hospital, and from other losses."""
        own = words[mention.start : mention.end]
        everyday = cues.EVERYDAY.search(own) if mention.hint else mention.about == "loss_yuan" and "直接" not in own
        return not everyday or self.is_eventful or any(not each.hint and each.about != SAVED for each in people)

    def _weighed(self, mention: Mention, words: str, offset: int) -> Mention:
        """Place a mention in the text, and say how sure it is."""
        before, own = words[: mention.end], words[mention.start : mention.end]
        historic = _is_history(before) or self._is_of_an_earlier_year(offset + mention.end)
        certainty = 0.95
        for doubt, factor in (
            (mention.approximate, 0.8),
            (mention.hint, 0.7),
            (bool(cues.HEARSAY.search(before)), 0.6),
            (words.endswith("?"), 0.5),
            (historic, 0.5),
        ):
            certainty *= factor if doubt else 1.0
        return replace(
            mention,
            start=offset + mention.start,
            end=offset + mention.end,
            historic=historic,
            updated=mention.updated or _is_new(mention, before[-_LOOK_BACK - len(own) :]),
            certainty=certainty,
        )

    def _is_of_an_earlier_year(self, end: int) -> bool:
        """Tell what happened in a year before the latest that is named, or stands under a heading of the past."""
        if end > self.told_until:
            return True
        named = [year for start, year in self.years if start < end]
        return bool(named) and named[-1] < max(year for _, year in self.years)


def _is_new(mention: Mention, words: str) -> bool:
    """Tell a count that takes the place of an earlier one: corrected, or still missing."""
    return bool(cues.CORRECTED.search(words)) or (mention.about in _STILL and bool(cues.ANEW.search(words)))


def _is_history(words: str) -> bool:
    """Tell whether the nearest time before a count is a past one ("去年…,今天又有1人" is about today)."""
    past = [match.start() for match in cues.HISTORIC.finditer(words)]
    if not past:
        return False
    return past[-1] > max((match.start() for match in cues.PRESENT.finditer(words)), default=-1)


def _is_meant(mention: Mention, words: str) -> bool:
    """Tell a stated count from a quota, a supposition, or people who were saved."""
    before = words[: mention.start]
    near = re.split("[,、(]", before[-_LOOK_BACK:])[-1]
    around = words[max(0, mention.start - _JUST_BEFORE) : mention.end + 8]
    return not (
        cues.EARLIER.search(before)
        or cues.CONDITION.search(before)
        or cues.SUPPOSED.search(near)
        or cues.DENIED_BEFORE.search(near)
        or cues.QUOTA.search(around)
        or _is_refuted(words, mention)
    )


def _is_refuted(words: str, mention: Mention) -> bool:
    """Tell what is called untrue in its own sentence from what is put in its place ("系谣言,实际死亡3人")."""
    before = cues.REFUTED.search(words, 0, mention.start)
    if before and not cues.TRUE.search(words, before.end(), mention.end):
        return True
    after = cues.REFUTED.search(words, mention.end)
    return bool(after) and not cues.TRUE.search(words, mention.end, after.start() if after else mention.end)


def _single(words: str) -> list[Mention]:
    """Find a single victim who is told of without a number, or those who are named."""
    found = compiled(cues.SINGLE).search(words)
    if not found:
        return []
    named = len(compiled(cues.NAMED).findall(found["names"] or "某某"))
    return [Mention("deaths", max(1, named), found.start(), found.end(), hint=True)]


def _losses(words: str) -> Iterator[Mention]:
    if "损失" not in words:
        return
    for match in compiled(cues.LOSS).finditer(words):
        numbers = find_numbers((match["n"] or match["n2"]) + (match["more"] or ""))
        amount = sum(int(number.low) for number in numbers)
        if 0 < amount <= _MOST_YUAN:
            vague = any(number.approximate for number in numbers)
            yield Mention("loss_yuan", amount, match.start(), match.end(), approximate=vague)


def _denied(words: str, offset: int) -> Iterator[Mention]:
    for match in compiled(cues.DENIES).finditer(words):
        for about in cues.DENIED[match["what"]]:
            yield Mention(about, 0, offset + match.start(), offset + match.end(), hint=True, certainty=0.9)


def _added_up(plain: str, told: Iterable[Mention]) -> Iterator[Mention]:
    """Add what a text itself adds up: the seriously and the lightly hurt, or victims on the spot and others."""
    for about in ("deaths", "serious_injuries", "injured"):
        counted = sorted((each for each in told if each.about == about and not each.hint), key=lambda each: each.start)
        outside = [each for each in counted if not (each.under and _is_in_brackets(plain, each))]
        yield from _sums(plain, counted)
        yield from _sums(plain, outside) if len(outside) < len(counted) else ()


def _is_in_brackets(plain: str, mention: Mention) -> bool:
    before = plain[max(0, mention.start - _LOOK_BACK) : mention.start]
    return before.rfind("(") > before.rfind(")")


def _sums(plain: str, own: list[Mention]) -> Iterator[Mention]:
    total: Mention | None = None
    for first, second in itertools.pairwise(own):
        between = plain[first.end : second.start + 2]
        if cues.NEW_SENTENCE.search(between) or not (
            _are_apart(first, second, between) or _are_of_two_places(plain, first, second)
        ):
            total = None
            continue
        so_far = total or first
        total = replace(
            so_far,
            value=so_far.value + second.value,
            end=second.end,
            approximate=so_far.approximate or second.approximate,
            updated=False,
        )
        yield total


def _are_of_two_places(plain: str, first: Mention, second: Mention) -> bool:
    """Tell counts of two places of one rank (甲县死亡3人、乙县死亡2人) from a whole and its part (全省5人,甲县2人)."""
    one, other = (cues.PLACE.search(plain[max(0, each.start - _LOOK_BACK) : each.start]) for each in (first, second))
    if not one or not other or cues.WHOLE.search(one[1]) or cues.WHOLE.search(other[1]):
        return False
    return one[1] != other[1] and one[2] == other[2] and second.start - first.end < _LOOK_BACK


def _are_apart(first: Mention, second: Mention, between: str) -> bool:
    """Tell two groups of victims from one group that is told of twice."""
    if first.historic != second.historic or second.under > first.under or second.updated or cues.TOTAL.search(between):
        return False
    if cues.ADDED.search(between):
        return True
    if first.about == "deaths":
        return bool(first.part) and bool(second.part) and first.part != second.part
    if first.about == "serious_injuries":
        return first.part != second.part
    if first.part in INJURIES:
        return second.part in INJURIES and first.part != second.part
    return first.part != second.part and bool(first.part)


def _settle(told: list[Mention]) -> Mention | None:
    """Choose the latest total: an update ("升至12人"), else the greatest that is told of now."""
    now = [each for each in told if not each.historic] or told
    sure = now if all(each.hint or each.under for each in now) else [each for each in now if not each.hint]
    if not sure:
        return None
    updates = [each for each in sure if each.updated]
    last = max(updates, key=lambda each: each.end) if updates else None
    later = [each for each in sure if last is None or each.end >= last.end]
    chosen = max(later, key=lambda each: (each.value, -each.start))
    rivals = {each.value for each in later if not each.under and each.value > chosen.value / 2} - {chosen.value}
    return replace(chosen, certainty=chosen.certainty * 0.85) if rivals else chosen
