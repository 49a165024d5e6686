"""Whether an official reply says anything: what was verified, on what basis, what was done, what comes next (R7, R17).

A reply is taken apart into clauses. Those that any reply could hold (received, passed on, thank you, we attach great
importance) are set aside under a name; a reply of which next to nothing is left is empty. Nothing here decides:
whoever reviews the words sees what was found, in the text's own words.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from handlers.drafting.hollow import HOLLOW, NOISE, OPENING, SAYS, SIGNED, SOON, TOPIC, WHEN, Hollow, Part
from handlers.text.canonical import half_width, visible
from handlers.text.forms import Form
from handlers.text.simplified import simplified

PARTS: Final[tuple[Part, ...]] = ("verified", "basis", "handling", "next_step", "time", "phone")
ENOUGH: Final = 11.0  # letters of its own by which a reply says something
FAR: Final = 10  # so many times these letters are far from empty
# What a turn that says little is worth beside a clause that answers: whose matter it is tells the writer more than that
# somebody else should be asked.
WEIGHT: Final[dict[Hollow, float]] = {"not_ours": 0.6, "elsewhere": 0.3, "study": 0.3, "resolve": 0.3}
_CLAUSE: Final = re.compile(r"[^。!?;,:\n…]+?(?:如下|(?=[。!?;,:\n…]|\Z))")
_SENTENCE: Final = re.compile(r"[^。!?;\n]+")


@dataclass(frozen=True)
class Found:
    """One hollow turn, in the text's own words."""

    kind: Hollow
    words: str


@dataclass(frozen=True)
class Verdict:
    """What a reply is worth. Score: 0 says much, 1 nothing; above a half it is empty."""

    empty: bool
    score: float
    reasons: tuple[Found, ...]
    missing: tuple[Part, ...]


def weigh(reply: str) -> Verdict:
    """Judge a reply; a greeting, a date or a link alone are as empty as no words at all."""
    shown = half_width(visible(reply))
    plain = simplified(shown)
    said, reasons, told = 0.0, list[Found](), set[str]()
    for start, end in _clauses(plain):
        clause = plain[start:end]
        if clause in told:  # said twice is said once
            continue
        told.add(clause)
        kind = next((kind for kind, words in HOLLOW if words.fullmatch(clause.strip())), None)
        if kind is not None:
            reasons.append(Found(kind, shown[start:end].strip()))
            said += _letters(clause) * WEIGHT.get(kind, 0.0)
        elif not _is_any(TOPIC, clause):
            said += _letters(clause)
    reasons += [Found("soon", shown[start:end]) for start, end in _undated(plain)]
    return Verdict(said < ENOUGH, _score(said), tuple(dict.fromkeys(reasons)), _missing(plain))


def _clauses(plain: str) -> Iterator[tuple[int, int]]:
    """Yield where each clause stands that is no greeting, link, signature or day of signing."""
    bare = NOISE.sub(lambda found: "\n" * len(found[0]), plain)
    for found in _CLAUSE.finditer(bare):
        if _letters(found[0]) and not _is_any(OPENING, found[0]) and not _is_signature(found):
            yield found.span()


def _is_any(forms: Iterable[Form], clause: str) -> bool:
    return any(form.fullmatch(clause.strip()) for form in forms)


def _is_signature(clause: re.Match[str]) -> bool:
    before, after = clause.string[: clause.start()].rstrip(" \n")[-1:], clause.string[clause.end() :][:1]
    return after in ("", "\n") and before in ("", "。", "!", "?") and SIGNED.fullmatch(clause[0].strip()) is not None


def _undated(plain: str) -> Iterator[tuple[int, int]]:
    """Yield the words for a time that no date stands beside in their sentence."""
    for sentence in _SENTENCE.finditer(plain):
        if WHEN.search(sentence[0]) is None:
            for found in SOON.finditer(sentence[0]):
                yield sentence.start() + found.start(), sentence.start() + found.end()


def _missing(plain: str) -> tuple[Part, ...]:
    """List the parts of an answer that the reply lacks; a time counts where a next step is told."""
    told = {part for part, words in SAYS.items() if words.search(plain)}
    steps = (sentence[0] for sentence in _SENTENCE.finditer(plain) if SAYS["next_step"].search(sentence[0]))
    told |= {"time"} if any(WHEN.search(step) for step in steps) else set()
    return tuple(part for part in PARTS if part not in told)


def _letters(words: str) -> int:
    return sum(map(str.isalnum, words))


def _score(said: float) -> float:
    """Turn letters into 1 (none) … 0.5 (as many as are enough) … 0 (far more)."""
    if said < ENOUGH:
        return round(1 - said / ENOUGH / 2, 3)
    return round(max(0.0, 0.5 - (said - ENOUGH) / (ENOUGH * (FAR - 1)) / 2), 3)
