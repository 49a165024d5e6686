"""How well labels were found: F1 of each, their mean, and what was taken for what. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Of:
    """How well one label was found."""

    label: str
    precision: float
    recall: float
    f1: float
    count: int


@dataclass(frozen=True)
class Scores:
    """What true labels were taken for."""

    labels: tuple[str, ...]
    taken: Counter[tuple[str, str]]

    @classmethod
    def of(cls, true: Sequence[str], found: Sequence[str]) -> "Scores":
        """Count what every true label was taken for."""
        return cls(tuple(sorted(set(true))), Counter(zip(true, found, strict=True)))

    def each(self) -> list[Of]:
        """Return how well each label was found."""
        return [self._of(label) for label in self.labels]

    def _of(self, label: str) -> Of:
        hit = self.taken[label, label]
        there = sum(count for (true, _), count in self.taken.items() if true == label)
        claimed = sum(count for (_, found), count in self.taken.items() if found == label)
        f1 = 2 * hit / (there + claimed) if hit else 0.0
        return Of(label, hit / claimed if claimed else 0.0, hit / there if there else 0.0, f1, there)

    @property
    def macro_f1(self) -> float:
        """Return the mean of the labels' F1: a rare label counts as much as a frequent one."""
        return sum(each.f1 for each in self.each()) / len(self.labels) if self.labels else 0.0

    @property
    def accuracy(self) -> float:
        """Return the part of all that was found right."""
        total = sum(self.taken.values())
        return sum(self.taken[label, label] for label in self.labels) / total if total else 0.0
