"""The toll in plain English: "3 people killed and 5 injured", "death toll rises to 12", "no casualties"."""

import re
from collections.abc import Iterator
from typing import Final

from handlers.reading.toll_grammar import Mention

_WORDS: Final = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen".split()
    )
} | {"twenty": 20, "thirty": 30, "a dozen": 12, "dozens": 24}
_NUMBER: Final = (
    rf"(?P<about>at least |more than |over |about |nearly |up to )?(?P<n>\d[\d,]{{0,8}}|{'|'.join(_WORDS)})"
)
_WHO: Final = (
    r"(?: (?:people|persons?|workers?|passengers?|miners?|residents?|students?|children|men|women|others|more|have|has|"
    r"had|were|was|been|are|is|confirmed|reported|reportedly|also|left|feared|of them)){0,4}"
)
_DEAD: Final = r"killed|dead|deaths?|died|fatalities"
_HURT: Final = r"injured|hurt|wounded|injuries"
_FATES: Final = (("deaths", _DEAD), ("injured", _HURT), ("missing", "missing|unaccounted for"), ("trapped", "trapped"))
_MARK: Final = re.compile(
    rf"\b(?:{_DEAD}|{_HURT}|kill(?:s|ing)|injur(?:es|ing)|missing|trapped|casualties|toll)\b", re.IGNORECASE
)
_AFTER: Final = {about: re.compile(rf"\b{_NUMBER}{_WHO} (?:{fate})\b", re.IGNORECASE) for about, fate in _FATES}
_TOLL: Final = (
    r"death toll (?:has |had )?(?:rises|rose|risen|climbs|climbed|is|was|now|at|reaches|reached)(?: now)?(?: to| at)?"
)
_BEFORE: Final = {
    "deaths": re.compile(
        rf"\b(?:kill(?:s|ed|ing)|{_TOLL}|leaves|left) {_NUMBER}\b(?! injured| hurt| missing| trapped)", re.IGNORECASE
    ),
    "injured": re.compile(rf"\binjur(?:es|ed|ing) {_NUMBER}\b", re.IGNORECASE),
}
_NONE: Final = re.compile(
    r"\bno (?P<what>casualties|deaths|fatalities|injuries|one was (?:killed|hurt|injured))\b", re.IGNORECASE
)
_NONE_OF: Final = {
    "casualties": ("deaths", "serious_injuries", "injured"),
    "deaths": ("deaths",),
    "fatalities": ("deaths",),
    "one was killed": ("deaths",),
}
_TALK: Final = re.compile(r"\b(?:drill|exercise|if|could|would|might|every year|annually|per year)\b", re.IGNORECASE)


def english_mentions(plain: str) -> Iterator[Mention]:
    """Return what a text says in English of people who were counted."""
    if not _MARK.search(plain) or _TALK.search(plain):
        return
    for patterns in (_AFTER, _BEFORE):
        for about, pattern in patterns.items():
            for match in pattern.finditer(plain):
                yield from _mentions(about, match)
    for match in _NONE.finditer(plain):
        for about in _NONE_OF.get(match["what"].lower(), ("serious_injuries", "injured")):
            yield Mention(about, 0, match.start(), match.end(), hint=True, certainty=0.8)


def _mentions(about: str, match: re.Match[str]) -> Iterator[Mention]:
    said = match["n"].lower().replace(",", "")
    value = _WORDS.get(said, int(said) if said.isdigit() else 0)
    rising = "toll" in match.group().lower()
    yield Mention(
        about, value, match.start(), match.end(), approximate=bool(match["about"]) or said == "dozens",
        updated=rising, certainty=0.7 if match["about"] else 0.85,
    )  # fmt: skip
