"""What of found words can be quoted as a reason: nothing across punctuation, and no word cut in the middle."""

import re
from typing import Final

from config.lexicon.entries import SHORTEST_WORD, Index

# The comma inside a number ("1,200万元") is none of the sentence.
_PUNCTUATION: Final = re.compile(
    "[。!?;:、\uff01\uff1f\uff1b\uff1a\uff61\uff64\n\r]"
    r"|(?<!\d)[,\uff0c]|[,\uff0c](?!\d{3}(?!\d))"
)
_LONGEST_WORD: Final = 8


def parts(words: str) -> tuple[str, ...]:
    """Return the parts of words between punctuation, half or full width."""
    return tuple(filter(None, (part.strip() for part in _PUNCTUATION.split(words))))


def quotable(plain: str, start: int, end: int, index: Index) -> tuple[int, int] | None:
    """Return where in a half-width text the quotable part of found words begins and ends; None if there is none.

    The longest part between punctuation is it, made longer where it would begin or end inside a word of the lexicon.
    """
    found = [(at, to) for at, to in _spans(plain, start, end) if plain[at:to].strip()]
    if not found:
        return None
    if found == [(start, end)] and _is_known(plain[start:end], index):
        return start, end
    at, to = max(found, key=lambda each: each[1] - each[0])
    known = [each for each in _known_words(plain, at, to, index) if not _PUNCTUATION.search(plain[each[0] : each[1]])]
    first = at if any(word[0] == at for word in known) else min([at, *(a for a, b in known if a < at < b)])
    last = to if any(word[1] == to for word in known) else max([to, *(b for a, b in known if a < to < b)])
    return first, last


def _is_known(words: str, index: Index) -> bool:
    return any(word == words for word, _ in index.get(words[:SHORTEST_WORD], ()))


def _spans(plain: str, start: int, end: int) -> list[tuple[int, int]]:
    cuts = [match.start() for match in _PUNCTUATION.finditer(plain, start, end)]
    return list(zip([start, *(cut + 1 for cut in cuts)], [*cuts, end], strict=True))


def _known_words(plain: str, start: int, end: int, index: Index) -> list[tuple[int, int]]:
    """Return where the lexicon's words stand that touch a span."""
    return [
        (at, at + len(word))
        for at in range(max(0, start - _LONGEST_WORD), end)
        for word, _ in index.get(plain[at : at + SHORTEST_WORD], ())
        if at + len(word) > start and plain.startswith(word, at)
    ]
