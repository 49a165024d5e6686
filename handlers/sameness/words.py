"""Every sentence about two cases that may tell of the same event."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from config.language import Line, Said, joined, t
from handlers.reading.telling import OWN, PAIR, PLACE, rarity
from handlers.text.mask import mask_personal
from handlers.words import short_name
from storage.case import Case

PICTURE: Final = "%"  # among what two cases share: a picture
SHOWN: Final = 4  # of what is shared
TELLS_PEOPLE: Final = 4.6  # what is rarer than 小区
SOMETHING_ELSE: Final = t("不是同一件")


def may_be_the_same(other: Case, terms: Sequence[str], apart: timedelta) -> Said:
    """Say which case may tell of the same event, what both speak of, and how long one came after the other."""
    ended = None if other.is_open else t("(已办结)")
    named = t("🔗 或与 {case}《{title}》说的是同一件事", case=short_name(other), title=other.title)
    words = [term for term in terms if term != PICTURE]
    picture = t("有同一张图片") if PICTURE in terms else None
    both = t("都提到{shared}", shared=shared_words(words)) if words else None
    return joined([joined([named, ended], ""), picture, both, t("相隔 {span}", span=apart)], " · ")


def shared_words(terms: Sequence[str]) -> Said:
    """Quote what two posts share, places first, nothing twice."""
    spoken: list[str] = []
    telling = [term for term in terms if rarity(term) >= TELLS_PEOPLE] or terms
    for term in sorted(telling, key=lambda term: term[0] != PLACE):
        words = term.lstrip(PLACE + OWN).replace(PAIR, "")
        if not any(words in other or other in words for other in spoken):
            spoken.append(words)
    return joined([t("“{words}”", words=mask_personal(words)) for words in spoken[:SHOWN]], "")


def merge_into(other: Case) -> Line:
    """Offer to merge into another case."""
    return t("并入{case}", case=short_name(other))


def something_else(case: Case, other: Case) -> Line:
    """Say that somebody found two cases to be different events."""
    return t("已记下:{case} 与 {other} 不是同一件事。", case=short_name(case), other=short_name(other))


def nothing_offered(case: Case) -> Line:
    """Refuse a tap on an offer that stands no more."""
    return t("{case} 没有待定的合并建议,未做任何改动。", case=short_name(case))
