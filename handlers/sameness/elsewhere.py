"""A letter that many places send: the same words, but each names a place of its own. It is no copy."""

from functools import lru_cache
from typing import Final

from handlers.reading.places import places
from handlers.text.canonical import canonical_text

READ: Final = 2000  # characters: letters say early where they come from


def are_of_other_places(one: str, other: str) -> bool:
    """Tell whether each of two texts names a place that the other does not speak of at all."""
    return _names_more(one, other) and _names_more(other, one)


def _names_more(one: str, other: str) -> bool:
    words = canonical_text(other)
    return any(name not in words for name in _own_names(one))


@lru_cache(maxsize=500)
def _own_names(text: str) -> tuple[str, ...]:
    """Return what is a place's own of its name: 海棠 of 海棠湾, whatever stands before and after it."""
    return tuple(place.own for place in places(canonical_text(text)[:READ]))
