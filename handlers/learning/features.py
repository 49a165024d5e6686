"""A post as what a learned model weighs: words, pairs of words and runs of signs, the title's once more apart.

Personal numbers are masked and digits made alike first, so that a model holds nobody's number.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from string import ascii_uppercase
from typing import Final

from handlers.text.canonical import exchanged, half_width, visible
from handlers.text.mask import mask_personal
from handlers.text.simplified import simplified

LONGEST: Final = 1000  # signs that are read: what a post is about stands at its beginning
LONGEST_TITLE: Final = 100
RUNS: Final = (2, 3)
TITLE_RUNS: Final = (1, 2, 3)
_SMALL: Final = {sign: sign.lower() for sign in ascii_uppercase} | dict.fromkeys("123456789", "0")
_MADE_SMALL: Final = re.compile("[A-Z1-9]")
_SENTENCE: Final = re.compile(r"[^\s。!?;,][^。!?;\n]{0,40}")
_BLANKS: Final = re.compile(r"\s+")

Pieces = list[str]


def plain(text: str) -> str:
    """Return a text in the one form that is weighed; sign for sign, so that words are found again in the original."""
    return exchanged(simplified(half_width(text)), _MADE_SMALL, _SMALL)


def cleaned(text: str, longest: int = LONGEST) -> str:
    """Return the part of a text that is read: nothing invisible, no personal number."""
    return mask_personal(visible(text[: 2 * longest])[:longest])


def words(text: str) -> Pieces:
    """Cut a plain text into words."""
    import rjieba  # noqa: PLC0415 - a desk that has learned nothing needs no dictionary

    return [word for word in rjieba.cut(text) if not word.isspace()]


def shut(text: str) -> str:
    """Return a text whose blanks are one space each, as its runs are taken from it."""
    return _BLANKS.sub(" ", text)


def _runs(text: str, lengths: Sequence[int] = RUNS) -> Iterator[str]:
    even = shut(text)
    for length in lengths:
        yield from (even[start : start + length] for start in range(len(even) - length + 1))


def _first_sentence(text: str) -> str:
    found = _SENTENCE.search(text)
    return found.group() if found else ""


@dataclass(frozen=True, slots=True)
class Cut:
    """A post's title and text, as they can be shown and as they are weighed, and what is cut from them.

    A post without a title has its first sentence for a heading.
    """

    shown: tuple[str, str]
    read: tuple[str, str]
    words: Pieces
    heading: str
    heading_words: Pieces  # and pairs of these

    @classmethod
    def of(cls, title: str, text: str) -> "Cut":
        """Cut a post."""
        shown = (cleaned(title, LONGEST_TITLE), cleaned(text))
        head, body = plain(shown[0]), plain(shown[1])
        head_words, body_words = words(head), words(body)
        heading = head or _first_sentence(body)
        first = head_words if head else words(heading)
        pairs = map(" ".join, pairwise(first))
        return cls(shown, (head, body), [*head_words, *body_words], heading, [*first, *pairs])


def pieces(title: str, text: str, signs: Sequence[str] = ()) -> dict[str, Pieces]:
    """Return what a model weighs of a post, by block. signs: what the rules noticed in it."""
    post = Cut.of(title, text)
    return {
        "w": post.words,
        "c": [run for part in post.read for run in _runs(part)],
        "t": post.heading_words,
        "r": list(_runs(post.heading, TITLE_RUNS)),
        "k": list(signs),
    }


# Words, runs of signs, the title's words and pairs, its runs, and what the rules noticed.
BLOCKS: Final = ("w", "c", "t", "r", "k")
