"""A post as what a learned model weighs: words, pairs of words and runs of signs, the title's once more apart.

Personal numbers are masked and digits made alike first, so that a model holds nobody's number.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from handlers.text.canonical import half_width, visible
from handlers.text.mask import mask_personal
from handlers.text.simplified import simplified

LONGEST: Final = 1000  # signs that are read: what a post is about stands at its beginning
LONGEST_TITLE: Final = 100
RUNS: Final = (2, 3)
TITLE_RUNS: Final = (1, 2, 3)
_SMALL: Final = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)} | dict.fromkeys(
    map(ord, "123456789"), ord("0")
)
_SENTENCE: Final = re.compile(r"[^\s。!?;,][^。!?;\n]{0,40}")
_BLANKS: Final = re.compile(r"\s+")

Pieces = list[str]


def plain(text: str) -> str:
    """Return a text in the one form that is weighed; sign for sign, so that words are found again in the original."""
    return simplified(half_width(text)).translate(_SMALL)


def cleaned(text: str, longest: int = LONGEST) -> str:
    """Return the part of a text that is read: nothing invisible, no personal number."""
    return mask_personal(visible(text[: 2 * longest])[:longest])


def words(text: str) -> Pieces:
    """Cut a plain text into words."""
    import rjieba  # noqa: PLC0415 - a desk that has learned nothing needs no dictionary

    return [word for word in rjieba.cut(text) if not word.isspace()]


def _runs(text: str, lengths: Sequence[int] = RUNS) -> Iterator[str]:
    shut = _BLANKS.sub(" ", text)
    for length in lengths:
        yield from (shut[start : start + length] for start in range(len(shut) - length + 1))


def _with_pairs(cut: Pieces) -> Pieces:
    return [*cut, *map(" ".join, pairwise(cut))]


def pieces(title: str, text: str, signs: Sequence[str] = ()) -> dict[str, Pieces]:
    """Return what a model weighs of a post, by block; a post without a title has its first sentence for one.

    signs: what the rules noticed in it.
    """
    return pieces_of(plain(cleaned(title, LONGEST_TITLE)), plain(cleaned(text)), signs)


def pieces_of(head: str, body: str, signs: Sequence[str] = ()) -> dict[str, Pieces]:
    """Return the pieces of a title and a text that are cleaned and plain already."""
    head_words, body_words = words(head), words(body)
    first = head or _first_sentence(body)
    first_words = head_words if head else words(first)
    return {
        "w": [*head_words, *body_words],
        "c": [*_runs(head), *_runs(body)],
        "t": _with_pairs(first_words),
        "r": list(_runs(first, TITLE_RUNS)),
        "k": list(signs),
    }


def _first_sentence(text: str) -> str:
    found = _SENTENCE.search(text)
    return found.group() if found else ""


# Words, runs of signs, the title's words and pairs, its runs, and what the rules noticed.
BLOCKS: Final = ("w", "c", "t", "r", "k")
