"""Every sentence about two cases that may tell of the same event."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from config.language import Line, Said, joined, t
from handlers.reading.telling import HAPPENED, OWN, PAIR, PLACE, rarity
from handlers.text.mask import mask_personal
from handlers.words import short_name
from storage.case import Case

PICTURE: Final = "%"  # among what two cases share: a picture
SHOWN: Final = 4  # of what is shared
TELLS_PEOPLE: Final = 4.6  # what is rarer than 小区
SOMETHING_ELSE: Final = t("不是同一件")
HAPPENINGS: Final = {
    "fire": t("火情"),
    "explosion": t("爆炸"),
    "collapse": t("坍塌"),
    "crash": t("交通事故"),
    "drowning": t("溺水"),
    "fall": t("坠落"),
    "gas": t("燃气"),
    "food": t("吃坏肚子"),
    "flood": t("积水"),
    "landslide": t("滑坡"),
    "earthquake": t("地震"),
    "violence": t("打人伤人"),
    "no_water": t("停水"),
    "no_power": t("停电"),
    "no_heating": t("供暖"),
    "bad_water": t("水质"),
    "trapped_in_lift": t("电梯故障"),
    "noise": t("噪音"),
    "stench": t("异味"),
    "sewage": t("污水"),
    "wages": t("欠薪"),
    "leaking": t("开裂渗漏"),
    "dark": t("照明"),
    "crowd": t("聚集"),
}


def may_be_the_same(other: Case, terms: Sequence[str], apart: timedelta) -> Said:
    """Say which case may tell of the same event, what both speak of, and how long one came after the other."""
    ended = None if other.is_open else t("(已办结)")
    named = t("🔗 或与 {case}《{title}》说的是同一件事", case=short_name(other), title=other.title)
    happened = [HAPPENINGS[term[1:]] for term in terms if term[0] == HAPPENED]
    told = {line.text for line in happened}
    words = [term for term in terms if term[0] not in (PICTURE, HAPPENED) and _spoken(term) not in told]
    picture = t("有同一张图片") if PICTURE in terms else None
    both = t("都提到{shared}", shared=shared_words(words)) if words else None
    about = t("都说{happened}", happened=joined(happened, "、")) if happened else None
    return joined([joined([named, ended], ""), picture, both, about, t("相隔 {span}", span=apart)], " · ")


def shared_words(terms: Sequence[str]) -> Said:
    """Quote the words that two posts share, places first, nothing twice."""
    spoken: list[str] = []
    said = [term for term in terms if term[0] != HAPPENED]
    telling = [term for term in said if rarity(term) >= TELLS_PEOPLE] or said
    for term in sorted(telling, key=lambda term: term[0] != PLACE):
        words = _spoken(term)
        if not any(words in other or other in words for other in spoken):
            spoken.append(words)
    return joined([t("“{words}”", words=mask_personal(words)) for words in spoken[:SHOWN]], "")


def _spoken(term: str) -> str:
    return term.lstrip(PLACE + OWN).replace(PAIR, "")


def merge(case: Case, other: Case) -> Line:
    """Offer to merge with another case: a slip goes into a case that has a number, whichever was offered."""
    if case.number and not other.number:
        return t("{case}并进来", case=short_name(other))
    return t("并入{case}", case=short_name(other))


def something_else(case: Case, other: Case) -> Line:
    """Say that somebody found two cases to be different events."""
    return t("已记下:{case} 与 {other} 不是同一件事。", case=short_name(case), other=short_name(other))


def nothing_offered(case: Case) -> Line:
    """Refuse a tap on an offer that stands no more."""
    return t("{case} 没有待定的合并建议,未做任何改动。", case=short_name(case))
