"""What a lexicon holds, frozen."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from config.lexicon.patterns import Patterns

SIGNS: Final = ("public_affairs", "rumour", "old_news", "elsewhere")
"""What clues can speak for besides the plan's kinds."""
EMERGENCY_CLASSES: Final = ("accident", "natural_disaster", "public_health", "social_security")
SHORTEST_WORD: Final = 2
Index = Mapping[str, tuple[tuple[str, tuple[int, ...]], ...]]


@dataclass(frozen=True, slots=True)
class KindRule:
    """A kind is spoken for when its clues weigh at least `at` and each clue named in `needs` has spoken."""

    kind: str
    at: float
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Clue:
    """Words that speak alike. `most` caps how many of them count; a negatable word is silent after 没有, 防止 …"""

    name: str
    weights: Mapping[str, float]
    words: tuple[str, ...]
    patterns: tuple[re.Pattern[str], ...] = ()
    most: int = 3
    negatable: bool = False
    emergency_class: str | None = None


@dataclass(frozen=True, slots=True)
class Topic:
    """A field of work; `body` names who is usually responsible where it is not the bureau's own."""

    key: str
    name: str
    ours: bool
    body: str
    words: tuple[str, ...]
    patterns: tuple[re.Pattern[str], ...] = ()


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All clues and topics, with an index of their words, and their patterns by what these need."""

    rules: tuple[KindRule, ...]  # kinds and signs; of two kinds that weigh alike the earlier one is primary
    clues: tuple[Clue, ...]
    topics: tuple[Topic, ...]
    index: Index  # first two letters → (word, places of its groups among clues, then topics), longest word first
    patterns: Patterns  # of clues, then topics

    @property
    def kinds(self) -> tuple[KindRule, ...]:
        """Return the rules of the plan's kinds, the gravest first."""
        return tuple(rule for rule in self.rules if rule.kind not in SIGNS)

    def at(self, sign: str) -> float:
        """Return the weight from which on a sign or kind counts; never reached where no file says it."""
        return next((rule.at for rule in self.rules if rule.kind == sign), float("inf"))


def indexed(groups: Sequence[Clue | Topic]) -> Index:
    """Index the words of all groups by the two letters they begin with."""
    holders: dict[str, list[int]] = {}
    for place, group in enumerate(groups):
        for word in group.words:
            holders.setdefault(word, []).append(place)
    index: dict[str, list[tuple[str, tuple[int, ...]]]] = {}
    for word in sorted(holders, key=len, reverse=True):
        index.setdefault(word[:SHORTEST_WORD], []).append((word, tuple(holders[word])))
    return MappingProxyType({start: tuple(words) for start, words in index.items()})
