"""Words as Telegram takes them: escaped, counted in UTF-16 units, and in parts when there are too many."""

import html
import re
import unicodedata
from collections.abc import Iterator, Sequence

MOST = 4000  # UTF-16 units in a part: 4096 may be shown, https://core.telegram.org/bots/api#sendmessage
# Telegram takes blanks and ends of lines off both ends of a message; a wide blank that indents a line stays.
TRIMMED = " \t\r\n"
# Where a text is divided, the best place first: after a paragraph, a line, a sentence, a word.
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

Name = tuple[str, str]  # as it is written behind an @, and the account it calls


def units(text: str) -> int:
    """Count as Telegram counts: UTF-16 units."""
    return len(text) + sum(character > "\uffff" for character in text)


def escaped(text: str) -> str:
    """Make text safe inside HTML."""
    return html.escape(text, quote=False)


def marked_up(text: str, name: Name | None = None, *, bold: bool = False) -> str:
    """Write as HTML: the first "@name" calls that account, and the first of several lines is bold."""
    first, newline, rest = text.partition("\n")
    if not (bold and newline):
        return _calling(text, name)
    in_first = name is not None and mention(name) in first
    return f"<b>{_calling(first, name)}</b>\n{_calling(rest, None if in_first else name)}"


def mention(name: Name) -> str:
    """Return how a name stands in a text."""
    return f"@{name[0]}"


def _calling(text: str, name: Name | None) -> str:
    if name is None or not name[1].isdecimal() or mention(name) not in text:
        return escaped(text)
    before, called, after = text.partition(mention(name))
    return f'{escaped(before)}<a href="tg://user?id={name[1]}">{escaped(called)}</a>{escaped(after)}'


def trimmed(text: str) -> str:
    """Return a part as it is sent: without the outer blanks that Telegram takes off anyway."""
    shown = text.strip(TRIMMED)
    return shown if units(shown) <= MOST else shown.strip()


def split(text: str, most: int = MOST, whole: Sequence[str] = ()) -> list[str]:
    """Divide into parts of at most so many UTF-16 units, outer blanks not counted.

    Joined, the parts are the text again, character by character. None is blank, unless the text is. No part ends
    inside a web address, inside one of the words to be kept whole, or inside a sign of several characters, as long
    as such a thing is shorter than half a part.
    """
    parts = []
    while units(text.strip()) > most:
        at = _seam(text, most, whole)
        parts.append(text[:at])
        text = text[at:]
    return [*parts, text]


def beginning(text: str, most: int) -> str:
    """Return the text, or as much of its beginning as fits, ending in "…"."""
    return text if units(text) <= most else f"{split(text, most - 1)[0].strip()}…"


def _seam(text: str, most: int, whole: Sequence[str]) -> int:
    start = len(text) - len(text.lstrip())
    reach = _reach(text, start, most)
    kept = list(_kept(text, reach, whole))
    for seams in SEAMS:
        found = [match.end() for match in seams.finditer(text, start, reach)]
        good = [at for at in found if at - start >= (reach - start) // 2 and _is_free(at, kept)]
        if good:
            return good[-1]
    return _torn(text, start, reach, kept)


def _reach(text: str, start: int, most: int) -> int:
    """Return where a part must end at the latest; blanks that follow are not shown and belong to it still."""
    at, left = start, most
    while left > 0 and at < len(text) and (left := left - units(text[at])) >= 0:
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
