"""How alike two texts are, and a fingerprint that finds near copies without comparing all.

Near-identical copies share words, not only an event: the same event in other words is for a person to merge.
"""

import zlib
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from handlers.text.canonical import canonical_text

GRAM: Final = 3
BANDS: Final = 4
_BAND_BITS: Final = 32  # at a million posts strangers must not meet in a band
_NARROW_BITS: Final = 16  # as it was at first
# Two minima make a band: copies that share 80 % of their grams meet in some band in 98 of 100 cases.
_MINIMA: Final = 2 * BANDS
_PART: Final = 2**32 // _MINIMA


def grams(text: str) -> frozenset[str]:
    """Return the three-letter pieces of a text: letters and digits only, case ignored."""
    letters = "".join(filter(str.isalnum, canonical_text(text).casefold()))
    if len(letters) <= GRAM:
        return frozenset([letters] if letters else ())
    return frozenset(letters[start : start + GRAM] for start in range(len(letters) - GRAM + 1))


_grams: Final = lru_cache(maxsize=500)(grams)  # what everybody passes on is compared again and again


def same_words(one: str, other: str) -> float:
    """Return how much two texts share, 0 to 1: Jaccard similarity of their three-letter pieces."""
    first, second = _grams(one), _grams(other)
    if not first or not second:
        return float(canonical_text(one) == canonical_text(other))
    return len(first & second) / len(first | second)


def near_identical(one: str, other: str, threshold: float) -> bool:
    """Tell whether two texts are copies of each other; the threshold, 0 to 1, is the plan's."""
    return same_words(one, other) >= threshold


def fingerprint(text: str) -> int:
    """Return 128 bits, the same on every machine, whose four bands near copies are likely to share; 0 for no words."""
    minima = _minima(zlib.crc32(gram.encode("utf-8", "surrogatepass")) for gram in _grams(text))
    value = 0
    for band in range(BANDS):
        pair = b"".join(least.to_bytes(4, "big") for least in minima[2 * band : 2 * band + 2])
        value = value << _BAND_BITS | zlib.crc32(pair) if minima else 0
    return value


def _minima(hashes: Iterable[int]) -> list[int]:
    """Return the least hash of each eighth of the grams (one-permutation MinHash).

    An eighth without grams borrows its right neighbour's, so that short texts do not all look alike.
    """
    least: dict[int, int] = {}
    for each in hashes:
        part, rest = divmod(each, _PART)
        if rest < least.get(part, _PART):
            least[part] = rest
    return [_borrowed(least, part) for part in range(_MINIMA)] if least else []


def _borrowed(least: dict[int, int], part: int) -> int:
    neighbours = ((part + step) % _MINIMA for step in range(_MINIMA))
    return next(least[each] for each in neighbours if each in least)


def band_keys(mark: int) -> tuple[int, int, int, int]:
    """Split a fingerprint into four numbers to index; texts that share any one are worth comparing."""
    return _keys(mark, _BAND_BITS)


def narrow_keys(mark: int) -> tuple[int, int, int, int]:
    """Split a fingerprint into the numbers under which it would have been kept when bands were narrow."""
    return _keys(mark, _NARROW_BITS)


def _keys(mark: int, bits: int) -> tuple[int, int, int, int]:
    bands = (mark >> _BAND_BITS * (BANDS - 1 - band) & 2**bits - 1 for band in range(BANDS))
    first, second, third, fourth = ((n << bits) | band for n, band in enumerate(bands))
    return first, second, third, fourth
