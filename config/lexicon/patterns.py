"""The patterns of all groups, each sought only in texts that hold what it needs."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import chain, zip_longest
from operator import or_
from types import MappingProxyType
from typing import Final

from config.lexicon.needed import needed

_NEEDS: Final = 3  # of a pattern: with more, hardly one pattern fewer is tried
Placed = tuple[int, re.Pattern[str]]


@dataclass(frozen=True, slots=True)
class Patterns:
    """Patterns in the order of their groups. A number has a bit for the first need of each, for the second, and so on.

    With them a text is asked once what it holds, however many patterns there are.
    """

    all: tuple[Placed, ...]
    fulfils: Mapping[str, int]  # a sign or a pair of signs → the needs that it fulfils
    fulfilled: int  # of patterns that have fewer needs

    @classmethod
    def of(cls, groups: Sequence[Sequence[re.Pattern[str]]]) -> "Patterns":
        """Take the patterns of groups, which are known by their places."""
        placed = tuple((place, pattern) for place, group in enumerate(groups) for pattern in group)
        fulfils: dict[str, int] = {}
        fulfilled = 0
        for n, (_, pattern) in enumerate(placed):
            for nth, need in zip_longest(range(_NEEDS), needed(pattern)[:_NEEDS]):
                bit = 1 << (nth * len(placed) + n)
                fulfilled |= 0 if need else bit
                fulfils |= {piece: fulfils.get(piece, 0) | bit for piece in need or ()}
        return cls(placed, MappingProxyType(fulfils), fulfilled)

    def that_may_find(self, text: str, pairs: Iterable[str]) -> Iterator[Placed]:
        """Yield, in order, the patterns that may find something in a text; pairs are of all its neighbouring signs."""
        told = filter(None, map(self.fulfils.get, chain(set(text), pairs)))
        met = reduce(or_, told, self.fulfilled)
        may = (1 << len(self.all)) - 1
        for nth in range(_NEEDS):
            may &= met >> (nth * len(self.all))
        while may:
            lowest = may & -may
            yield self.all[lowest.bit_length() - 1]
            may ^= lowest
