"""Where a text that is too long for one message is divided: after a paragraph, a line, a sentence, a word."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence

Measure = Callable[[str], int]  # how long a text is, as a platform counts
# A platform may take blanks and ends of lines off both ends of a message; a wide blank that indents a line stays.
TRIMMED = " \t\r\n"
# Where a text is divided, the best place first.
SEAMS = (
    re.compile(r"\n\s*\n"),
    re.compile(r"\n"),
    re.compile(r"(?:[。！？!?…；;]+[」』”’）》)\"']*|\.(?=[ \t]))[ \t]*"),
    re.compile(r"\s+"),
)
URL = re.compile(r"https?://[!-~]+", re.IGNORECASE)
JOINER = "\u200d"
REGIONAL = re.compile("[\U0001f1e6-\U0001f1ff]+\\Z")
CLINGING = re.compile("[\u200d\u20e3\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")  # marks are found by their category
FARTHEST = 64  # characters in which we look for a place that tears no sign apart


def split(text: str, most: int, measure: Measure, whole: Sequence[str] = ()) -> list[str]:
    """Divide into parts that measure at most so much, outer blanks not counted.

    Joined, the parts are the text again, character by character. None is blank, unless the text is. No part ends
    inside a web address, inside one of the words to be kept whole, or inside a sign of several characters, as long
    as such a thing is shorter than half a part.
    """
    parts = []
    while measure(text.strip()) > most:
        at = _seam(text, most, measure, whole)
        parts.append(text[:at])
        text = text[at:]
    return [*parts, text]


def beginning(text: str, most: int, measure: Measure) -> str:
    """Return the text, or as much of its beginning as fits, ending in "…"."""
    return text if measure(text) <= most else f"{split(text, most - measure('…'), measure)[0].strip()}…"


def _seam(text: str, most: int, measure: Measure, whole: Sequence[str]) -> int:
    start = len(text) - len(text.lstrip())
    reach = _reach(text, start, most, measure)
    kept = list(_kept(text, reach, whole))
    for seams in SEAMS:
        found = [match.end() for match in seams.finditer(text, start, reach)]
        good = [at for at in found if at - start >= (reach - start) // 2 and _is_free(at, kept)]
        if good:
            return good[-1]
    return _torn(text, start, reach, kept)


def _reach(text: str, start: int, most: int, measure: Measure) -> int:
    """Return where a part must end at the latest; blanks that follow are not shown and belong to it still."""
    at, left = start, most
    while left > 0 and at < len(text) and (left := left - measure(text[at])) >= 0:
        at += 1
    while at < len(text) and text[at] in TRIMMED:
        at += 1
    return at


def _kept(text: str, reach: int, whole: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Find what crosses no seam: addresses, and the words to be kept whole."""
    patterns = [URL, *(re.compile(re.escape(words)) for words in whole)]
    for pattern in patterns:
        yield from (match.span() for match in pattern.finditer(text) if match.start() < reach)


def _is_free(at: int, kept: Sequence[tuple[int, int]]) -> bool:
    return not any(begin < at < end for begin, end in kept)


def _torn(text: str, start: int, reach: int, kept: Sequence[tuple[int, int]]) -> int:
    """Return the last place that tears nothing apart, or the last one where everything would be torn."""
    begun = [begin for begin, end in kept if begin < reach < end and begin - start >= (reach - start) // 2]
    latest = min(begun, default=reach)
    places = range(latest, max(start, latest - FARTHEST), -1)
    return next((at for at in places if not _inside_sign(text, at)), latest)


def _inside_sign(text: str, at: int) -> bool:
    """Say whether what stands here belongs to the sign before: a mark, an emoji's colour, the half of a flag."""
    if at >= len(text):
        return False
    here, before = text[at], text[at - 1]
    if unicodedata.category(here) in {"Mn", "Me", "Mc"} or CLINGING.match(here) or before == JOINER:
        return True
    flags = REGIONAL.search(text[max(0, at - FARTHEST) : at])
    return flags is not None and len(flags[0]) % 2 == 1 and REGIONAL.match(here) is not None
