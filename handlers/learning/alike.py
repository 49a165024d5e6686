"""Which posts are copies of each other, so that a copy of what was learnt never counts as having been understood."""

from collections.abc import Iterable, Sequence
from typing import Final

from handlers.text.similarity import band_keys, fingerprint

_ALL_THE_SAME: Final = 0  # the fingerprint of a text without words


def families(texts: Sequence[str]) -> list[int]:
    """Return a number for each text that near copies share: texts that meet in any band of their fingerprints."""
    head = list(range(len(texts)))

    def top(place: int) -> int:
        while head[place] != place:
            head[place] = head[head[place]]
            place = head[place]
        return place

    first: dict[int, int] = {}
    for place, mark in enumerate(_marks(texts)):
        for key in set(band_keys(mark)) if mark != _ALL_THE_SAME else ():
            head[top(place)] = top(first.setdefault(key, place))
    return [top(place) for place in range(len(texts))]


def _marks(texts: Iterable[str]) -> Iterable[int]:
    return map(fingerprint, texts)
