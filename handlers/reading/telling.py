"""What of a post's words tells of its event: names of places, numbers with what they count, rare words and pairs.

How rare a word is in Chinese at large comes from the dictionary that cuts the words; nothing is learned here. Only the
beginning is read: posts say at once what they are about.
"""

import importlib
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from heapq import nlargest
from typing import Any, Final

from handlers.reading.happenings import happenings
from handlers.reading.places import Place, places
from handlers.text.canonical import half_width, visible

READ: Final = 300  # characters of a post
SOUGHT: Final = 12  # terms of a post
PLACE, OWN, HAPPENED, PAIR = "#", "~", "!", "+"  # a term begins with one of the first three, or has the last inside
NAMES: Final = (PLACE, OWN)
HEADLINE: Final = 3.0  # a term of the headline tells so many times as much
_WEIGHT_OF: Final = {PLACE: 6.0, OWN: 4.0, HAPPENED: 3.0}
_OWN_KINDS: Final = frozenset({"estate", "project", "unit", "village"})  # 阳光小区 may be 阳光花园
_OWN_SIGNS: Final = 3  # the last: who built an estate is often put before its name
# What tells less than the least is not sought.
_RAREST, _UNKNOWN, _UNKNOWN_PLAIN, _LEAST, _RAREST_PAIR = 7.0, 6.5, 2.5, 2.0, 8.0
_MOST_FREQUENT: Final = 60_000  # of the dictionary's counts; what is as frequent tells nothing
_PAIR_PART: Final = 0.6
_LONGEST_NUMBER, _NUMBER_WEIGHT = 4, 3.5  # digits; longer ones are of phones and papers
_MOST_TIMES: Final = 2.0
_FIRST_CLAUSE: Final = re.compile(r".{8,}?(?=[。,!?;:\n]|$)", re.DOTALL)
_LONGEST_CLAUSE: Final = 60
_ADDRESS: Final = re.compile(r"https?://[!-~]+")
_WORD: Final = re.compile(r"[\u3400-\u9fffA-Za-z0-9]+")
_GREETING: Final = re.compile(r"\s*(?:尊敬的[^::,,。!!]{1,16}|[^::,,。!!]{0,8}(?:您好|你好|领导好))[::,,。!!\s]+")
# When something was says less than where: 今天下午, 昨晚, 两周. And what grammar sticks together is no rare word.
_WHEN: Final = re.compile(
    r"[今昨明前后当][天日晚早夜年]|[上中下]午|凌晨|傍晚|深夜|半夜|[早晚]上|[一二两三四五六七八九十几半]+个?(?:年|月|周|天|小时)"
)
_GRAMMAR: Final = re.compile(r"[的了在是有没不已就都也还很被把将为于着过又再来去到这那]")


@dataclass(frozen=True, slots=True)
class Telling:
    """The terms of a post that tell most, how much it dwells on each, and whether its headline names a place."""

    terms: Mapping[str, float]
    placed: bool


NOTHING: Final = Telling({}, placed=False)


def telling(text: str, title: str = "") -> Telling:
    """Return what tells of the event of a post; its first clause is the headline of one without a title."""
    body = half_width(_ADDRESS.sub(" ", visible(text[: 3 * READ])))[:READ]
    headline = half_width(visible(title[:READ])).strip()
    if not headline:
        headline, body = _first_clause(body)
    heading = Counter(_terms(headline))
    dwelt = {term: HEADLINE * _dwelt_on(times) for term, times in heading.items()}
    whole = Counter(_terms(body)) if title.strip() else heading + Counter(_terms(body))
    for term, times in whole.items():
        dwelt[term] = dwelt.get(term, 0.0) + _dwelt_on(times)
    telling = (term for term in dwelt if rarity(term) >= _LEAST)
    most = nlargest(SOUGHT, telling, key=lambda term: dwelt[term] * rarity(term))
    return Telling({term: dwelt[term] for term in most}, any(term[0] in NAMES for term in heading))


def _dwelt_on(times: int) -> float:
    return 1.0 if times == 1 else min(1 + math.log(times), _MOST_TIMES)


def _first_clause(body: str) -> tuple[str, str]:
    """Return the first clauses of a text that are long enough to say something, and the rest."""
    body = _GREETING.sub("", body, count=1) if _GREETING.match(body) else body
    found = _FIRST_CLAUSE.match(body)
    end = min(found.end(), _LONGEST_CLAUSE) if found else len(body)
    return body[:end], body[end:]


def _terms(part: str) -> Iterator[str]:
    yield from (HAPPENED + name for name in happenings(part))
    named = places(part)
    for place in named:
        yield from _of_place(place)
    rest = part
    for place in sorted(named, key=lambda place: -len(place.words)):
        rest = rest.replace(place.words, "\n")
    yield from _of_words(rest)


def _of_place(place: Place) -> Iterator[str]:
    if place.kind == "district":
        return  # half of what is reported is of the same
    yield PLACE + place.words
    if place.kind in _OWN_KINDS and len(place.own) > 1:
        yield OWN + place.own[-_OWN_SIGNS:]


def _of_words(rest: str) -> Iterator[str]:
    before = ""
    for word in _cutter().cut(rest):
        if _WORD.fullmatch(word) is None or (len(word) == 1 and not word.isdigit()) or _WHEN.match(word):
            before = ""
        elif word.isdigit():
            before = word if len(word) < _LONGEST_NUMBER else ""
        else:
            yield word
            if before:
                yield before + PAIR + word
            before = word


@cache
def _cutter() -> Any:  # noqa: ANN401 - a module; its dictionary takes 33 MB, which a desk without posts does not need
    return importlib.import_module("rjieba")


@lru_cache(maxsize=50_000)
def rarity(term: str) -> float:
    """Return how much a term tells by itself: the rarer it is in Chinese at large, the more."""
    if term[0] in _WEIGHT_OF:
        return _WEIGHT_OF[term[0]]
    first, pair, second = term.partition(PAIR)
    if not pair:
        return _rare(term)
    return min(_RAREST_PAIR, _PAIR_PART * ((_NUMBER_WEIGHT if first.isdigit() else _rare(first)) + _rare(second)))


def _rare(word: str) -> float:
    rjieba = _cutter()
    if not rjieba.has_word(word):
        return _UNKNOWN_PLAIN if _GRAMMAR.search(word) else _UNKNOWN
    return max(0.0, min(_RAREST, 0.9 * math.log(_MOST_FREQUENT / (rjieba.suggest_freq(word) + 2))))
