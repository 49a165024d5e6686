"""Find the earlier post that a post copies, among very many: by MinHash, then exactly.

Copies share words, not only an event: Jaccard similarity of three-letter pieces, of the words alone and with the
headline, half each. Where two posts share 60 % of their pieces, 98 of 100 meet in some band; where 70 %, all but one
in a thousand; strangers almost never.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from rensa import RMinHash

from handlers.text.similarity import grams

COPY: Final = 0.6  # of the pieces; from here on it is the same post
_BANDS, _ROWS, _SEED = 16, 3, 7
_MINIMUM_BITS: Final = 20  # of each minimum that go into a band's key
_HELD_AGAINST: Final = 20  # posts: what everybody copies is not compared with all its copies
_GENERATION: Final = 100_000  # posts; the older of two generations is forgotten


@dataclass(slots=True)
class _Generation:
    """Posts that can be found by their bands."""

    posts: list[tuple[str, str]] = field(default_factory=list)  # title and words
    ids: list[int] = field(default_factory=list)
    bands: dict[int, int | list[int]] = field(default_factory=dict)

    def meeting(self, keys: Iterable[int]) -> Counter[int]:
        """Count for each post in how many bands it meets another, at first sight of each band."""
        met = Counter[int]()
        for key in keys:
            held = self.bands.get(key)
            if held is not None:
                met.update((held,) if isinstance(held, int) else held)
        return met

    def add(self, post_id: int, title: str, text: str, keys: Iterable[int]) -> None:
        """Keep a post under its bands."""
        n = len(self.posts)
        self.posts.append((title, text))
        self.ids.append(post_id)
        for key in keys:
            held = self.bands.setdefault(key, n)
            if isinstance(held, list):
                if len(held) < _HELD_AGAINST:
                    held.append(n)
            elif held != n:
                self.bands[key] = [held, n]


class Copies:
    """The posts seen so far, at most two generations of them."""

    def __init__(self) -> None:
        """Begin with none."""
        self._now, self._before = _Generation(), _Generation()

    def original(self, post_id: int, title: str, text: str) -> int | None:
        """Return the earlier post that this one copies, the likest; keep this one for those that follow."""
        words, whole = grams(text or title), grams(f"{title}\n{text}")
        keys = _band_keys(words)
        found = [
            (likeness, earlier)
            for generation in (self._before, self._now)
            for n, _ in generation.meeting(keys).most_common(_HELD_AGAINST)
            if (likeness := _likeness(words, whole, *generation.posts[n])) >= COPY
            for earlier in (generation.ids[n],)
        ]
        if len(self._now.posts) >= _GENERATION:
            self._now, self._before = _Generation(), self._now
        self._now.add(post_id, title, text, keys)
        return max(found, key=lambda pair: pair[0])[1] if found else None


def _likeness(words: frozenset[str], whole: frozenset[str], title: str, text: str) -> float:
    alone = _jaccard(words, grams(text or title))
    return (alone + _jaccard(whole, grams(f"{title}\n{text}"))) / 2 if title else alone


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared) if shared else 0.0


def _band_keys(words: frozenset[str]) -> list[int]:
    """Return the bands of a post's MinHash as numbers; none for one without words."""
    if not words:
        return []
    sketch = RMinHash(_BANDS * _ROWS, _SEED)
    sketch.update(list(words))
    return list(_bands(sketch.digest()))


def _bands(minima: list[int]) -> Iterator[int]:
    for band in range(_BANDS):
        key = band
        for least in minima[band * _ROWS : (band + 1) * _ROWS]:
            key = key << _MINIMUM_BITS | least & (1 << _MINIMUM_BITS) - 1
        yield key & (1 << 62) - 1 ^ band
