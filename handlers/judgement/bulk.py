"""One post judged on its own, as a row of a table: what `python -m bot judge` writes for each (R3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from config.lexicon import Lexicon
from handlers.learning.model import Model, Verdict
from handlers.reading.heard import EMERGENCY
from handlers.reading.post import AccidentGrades, Reading, read_post

COLUMNS: Final = (
    "id", "kind", "kinds", "topic", "grade", "deaths", "serious_injuries", "injuries", "loss_yuan", "missing",
    "rumour", "certainty", "reasons", "copy_of", "event_of", "heat",
)  # fmt: skip
SHORT: Final[Mapping[str, str]] = {
    "policy_misread": "misread",
    "vital_interests": "interest",
    "moral_bottom_line": "moral",
    "emergency": "emergency",
    "superior_request": "superior",
    "hot_topic": "hot",
}
ORDINARY, NONE = "ordinary", "none"
PARTED: Final = ";"
REASONS: Final = 6


@dataclass(frozen=True)
class Bench:
    """What posts are judged by."""

    lexicon: Lexicon
    grades: AccidentGrades
    model: Model | None = None

    def judged(self, title: str, whole: str, text: str, day: date) -> dict[str, str]:
        """Return the row of a post, but for its id and what only its neighbours tell."""
        reading = read_post(whole, lexicon=self.lexicon, accident_grades=self.grades, today=day)
        verdict = self.model.judge(title, text, reading.signs) if self.model else None
        return row_of(reading, verdict)


def kind_of(reading: Reading) -> str:
    """Name the primary kind; a post of none is ordinary if it is about public affairs at all."""
    if reading.primary is not None:
        return SHORT.get(reading.primary, reading.primary)
    return ORDINARY if reading.public_affairs else NONE


def row_of(reading: Reading, verdict: Verdict | None) -> dict[str, str]:
    """Put a reading into words for a table; what the text does not tell stays empty."""
    toll = reading.toll
    topic = reading.topic.key if reading.topic else ""
    return {
        "kind": kind_of(reading),
        "kinds": PARTED.join(SHORT.get(kind, kind) for kind in (reading.kinds or reading.told)),
        "topic": verdict.label if verdict else topic,
        "grade": (reading.grade or "") if EMERGENCY in reading.kinds else "",
        "deaths": _number(toll.deaths),
        "serious_injuries": _number(toll.serious_injuries),
        "injuries": _number(toll.injured),
        "loss_yuan": _number(toll.loss_yuan),
        "missing": _number(toll.missing),
        "rumour": "yes" if reading.is_suspected_rumour else "no",
        "certainty": f"{verdict.certainty if verdict else reading.certainty:.2f}",
        "reasons": PARTED.join(_reasons(reading, verdict)),
    }


def _number(told: int | None) -> str:
    return "" if told is None else str(told)


def _reasons(reading: Reading, verdict: Verdict | None) -> list[str]:
    """Return the words that decided and what they speak for, on one line: 停水三天→interest."""
    told = [(reason.words, SHORT.get(reason.speaks_for, reason.speaks_for)) for reason in reading.reasons[:REASONS]]
    if verdict is not None:
        told += [(word, verdict.label) for word in verdict.words]
    elif reading.topic is not None and len(told) < REASONS:
        told += [(word, reading.topic.key) for word in reading.topic.words[:1]]
    return list(dict.fromkeys(f"{' '.join(words.split())}→{what}" for words, what in told))
