"""How figures of judging are printed: beside their floor, with what was taken for what, and the worst errors."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from handlers.judgement.bulk import kind_of
from handlers.learning.scores import Scores
from handlers.reading.post import Reading

LABELS: Final = ("misread", "interest", "moral", "emergency", "superior", "hot", "ordinary", "none")
SEVERITY_OF: Final = {
    "extremely_grave": "extreme",
    "grave": "major",
    "relatively_grave": "large",
    "ordinary": "general",
}
LONGEST: Final = 110


@dataclass(frozen=True)
class GradeScore:
    """How many emergencies that were found are graded as the readers graded them."""

    right: int
    total: int

    @classmethod
    def of(cls, graded: Iterable[tuple[str, Reading]]) -> "GradeScore":
        """Compare the grades of what both call an emergency."""
        both = [(true, each) for true, each in graded if true != "-" and kind_of(each) == "emergency"]
        return cls(sum(SEVERITY_OF.get(each.grade or "", "-") == true for true, each in both), len(both))


def show_line(what: str, measure: str, reached: float, floor: float, *, below: bool = False) -> None:
    """Print one figure beside its floor, or its ceiling."""
    holds = reached <= floor if below else reached >= floor
    sign = "≤" if below else "≥"
    print(f"{'ok  ' if holds else 'MISS'} {what}: {measure} {reached:.3f} (asked: {sign} {floor})")


def show_confusion(scores: Scores, labels: Sequence[str]) -> None:
    """Print what each label was taken for; labels that are neither there nor found are left out."""
    there = [label for label in labels if any(label in pair for pair in scores.taken)]
    print("  true ↓ found → " + " ".join(f"{label:>9}" for label in there))
    for true in there:
        print(f"  {true:>14} " + " ".join(f"{scores.taken[true, found]:>9}" for found in there))


def show(told: Iterable[str]) -> None:
    """Print the worst errors, each on one short line."""
    for each in told:
        print("   ·", " ".join(each.split())[:LONGEST])
