"""The toll in plain English: "3 people killed and 5 injured", "death toll rises to 12", "no casualties"."""

import re
from collections.abc import Iterator
from typing import Final

from handlers.reading.toll_grammar import Mention
from handlers.reading.toll_words import compiled

_WORDS: Final = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen".split()
    )
} | {"twenty": 20, "thirty": 30, "a dozen": 12, "dozens": 24, "hundreds": 200, "a": 1, "an": 1}
_VAGUE: Final = frozenset({"dozens", "hundreds", "a dozen"})
_ABOUT: Final = r"(?P<about>at least |more than |over |about |nearly |up to |some )?"
_NUMBER: Final = rf"{_ABOUT}(?<!no )(?P<n>\d[\d,]{{0,8}}|{'|'.join(sorted(_WORDS, key=len, reverse=True))})"
_PEOPLE: Final = (
    "people|persons?|workers?|passengers?|miners?|residents?|students?|child|children|man|men|woman|women|"
    "pedestrians?|"
    "firefighters?|drivers?|others"
)
_LINKS: Final = (
    "more|have|has|had|were|was|been|are|is|confirmed|reported|reportedly|also|left|feared|of them|remain|still"
)

_WHO: Final = rf"(?: (?:{_PEOPLE}))?(?:, including [^,.;]{{1,40}},)?(?: (?:{_LINKS})){{0,4}}"
_DEAD: Final = "killed|dead|deaths?|died|fatalities"
_HURT: Final = "injured|hurt|wounded|injuries"
_GRAVE: Final = rf"(?:seriously|critically|badly|severely) (?:{_HURT})|in critical condition"
_REACHED: Final = (
    r"toll (?:from [^,.;]{1,30} )?(?:has |had |now )?(?:rises|rose|risen|climbs|climbed|is|was|stands|now|at|"
    r"reaches|reached|hits)"
    r"(?: from \d+)?(?: now)?(?: to| at)?"
)
_NOT_OTHERS: Final = r"\b(?! injured| hurt| missing| trapped|-)"
_TOLD: Final = (
    ("deaths", rf"\b{_NUMBER}{_WHO} (?:{_DEAD})\b"),
    ("injured", rf"\b{_NUMBER}{_WHO} (?:{_HURT}|{_GRAVE})\b"),
    ("serious_injuries", rf"\b{_NUMBER}{_WHO} (?:{_GRAVE})\b"),
    ("missing", rf"\b{_NUMBER}{_WHO} (?:missing|unaccounted for)\b"),
    ("trapped", rf"\b{_NUMBER}{_WHO} trapped\b"),
    ("deaths", rf"\b(?:kill(?:s|ed|ing)|{_REACHED}) {_NUMBER}{_NOT_OTHERS}"),
    ("injured", rf"\binjur(?:es|ed|ing) {_NUMBER}\b"),
)
_MARK: Final = (
    rf"(?i)\b(?:{_DEAD}|{_HURT}|kill(?:s|ing)|injur(?:es|ing)|missing|trapped|casualties|toll|critical condition)\b"
)
_NONE: Final = (
    r"(?i)\b(?:no (?P<what>casualties|deaths|fatalities|injuries)|(?:no one|nobody|none) was (?P<how>killed|"
    r"hurt|injured))\b"
)

_NONE_OF: Final = {
    "casualties": ("deaths", "serious_injuries", "injured"),
    **dict.fromkeys(("deaths", "fatalities", "killed"), ("deaths",)),
}
_NO_REPORT: Final = (
    r"(?i)\b(?:drill|exercise|if|could|would|might|every year|annually|per year|in (?:19|20)\d\d|last year|"
    r"years ago)\b"
)


def english_mentions(plain: str) -> Iterator[Mention]:
    """Return what a text says in English of people who were counted."""
    if not compiled(_MARK).search(plain) or compiled(_NO_REPORT).search(plain):
        return
    for about, written in _TOLD:
        for match in compiled(f"(?i){written}").finditer(plain):
            yield _mention(about, match)
    for match in compiled(_NONE).finditer(plain):
        for about in _NONE_OF.get((match["what"] or match["how"]).lower(), ("serious_injuries", "injured")):
            yield Mention(about, 0, match.start(), match.end(), hint=True, certainty=0.8)


def _mention(about: str, match: re.Match[str]) -> Mention:
    said = match["n"].lower().replace(",", "")
    value = _WORDS.get(said, int(said) if said.isdigit() else 0)
    vague = bool(match["about"]) or said in _VAGUE
    rising = "toll" in match.group().lower()
    return Mention(
        about, min(value, 1_000_000), match.start(), match.end(), approximate=vague, updated=rising,
        certainty=0.7 if vague else 0.85,
    )  # fmt: skip
