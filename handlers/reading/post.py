"""What the desk reads in a post: kinds, grade, topic, rumour suspicion, each with the text's own words (R3).

A reading is a proposal. The lexicon and the grade table are given; a person confirms or corrects.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from config.lexicon import Lexicon, Topic
from handlers.reading.moment import occurred_at, old_date
from handlers.reading.scan import Voice, clue_weight, voices
from handlers.reading.toll import Toll, read_toll
from handlers.text.canonical import half_width, visible

EMERGENCY: Final = "emergency"
_READ_UP_TO: Final = 4000  # characters: a judgement stands on the beginning of a text; what follows repeats it
_EVENT: Final = "event"
_TOLL_WEIGHT: Final = 1.5
_LOWERED: Final = {"old_news": 0.5, "rumour": 0.7, "elsewhere": 0.6, "rival": 0.8}
SHANGHAI: Final = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class AccidentGrades:
    """The accident table, gravest first: (grade, deaths, serious injuries, loss in yuan), each 以上 (令493号 art. 3).

    Any one criterion is enough and the highest wins. The last row is the grade of every lesser accident.
    """

    rows: tuple[tuple[str, int, int, int], ...]

    def of(self, toll: Toll) -> tuple[str | None, tuple[str, ...]]:
        """Return the grade of a toll, and the words of the criteria that reach it."""
        for grade, deaths, serious, loss in self.rows:
            least = {"deaths": deaths, "serious_injuries": serious, "loss_yuan": loss}
            reached = [about for about, number in least.items() if (getattr(toll, about) or 0) >= number > 0]
            if reached:
                return grade, tuple(toll.spans[about] for about in reached)
        return (self.rows[-1][0] if self.rows else None), ()


@dataclass(frozen=True, slots=True)
class Reason:
    """Words of the text and what they speak for."""

    words: str
    speaks_for: str


@dataclass(frozen=True, slots=True)
class KindReading:
    """How strongly a text speaks for a kind, and its own words for it."""

    score: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TopicReading:
    """The field of work a text is about, and who is usually responsible where it is not the bureau's own."""

    key: str
    ours: bool
    body: str
    score: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a post says to the desk. `primary` None: an ordinary post, or none of the government's business.

    `certainty` is 0 to 1. `grade` stands on the accident table; for another `emergency_class` it is only a hint.
    """

    kinds: Mapping[str, KindReading]
    primary: str | None
    public_affairs: bool
    topic: TopicReading | None
    toll: Toll
    emergency_class: str | None
    grade: str | None
    grade_words: tuple[str, ...]
    rumour: tuple[str, ...]
    old_news: tuple[str, ...]
    elsewhere: tuple[str, ...]
    occurred_at: datetime | None
    certainty: float

    @property
    def ours(self) -> str | None:
        """The topic's key if the matter is the bureau's own."""
        return self.topic.key if self.topic and self.topic.ours else None

    @property
    def is_suspected_rumour(self) -> bool:
        return bool(self.rumour)

    @property
    def is_old_news(self) -> bool:
        return bool(self.old_news)

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """The words that decide, fit for the card: of each kind the strongest first, then the criteria of the grade."""
        spoken = [
            Reason(words, kind)
            for kind in sorted(self.kinds, key=lambda kind: (kind != self.primary, -self.kinds[kind].score))
            for words in self.kinds[kind].words[:3]
        ]
        graded = [Reason(words, self.grade) for words in self.grade_words if self.grade]
        return tuple(dict.fromkeys([*graded, *spoken]))


def read_post(
    text: str, *, lexicon: Lexicon, accident_grades: AccidentGrades, today: date, zone: tzinfo = SHANGHAI
) -> Reading:
    """Read a post: pure and quick; the same text, lexicon, table and day give the same reading."""
    shown = visible(text)[:_READ_UP_TO]
    plain = half_width(shown)
    heard = _Heard(lexicon, voices(plain, shown, lexicon), read_toll(shown))
    kinds = heard.kinds()
    primary = next(iter(kinds), None)
    graded = accident_grades.of(heard.toll) if EMERGENCY in kinds else (None, ())
    old = heard.sign_words("old_news") or tuple(filter(None, [old_date(shown, today)]))
    rumour, elsewhere = heard.sign_words("rumour"), heard.sign_words("elsewhere")
    return Reading(
        kinds=MappingProxyType(kinds),
        primary=primary,
        public_affairs=bool(kinds) or heard.score("public_affairs") >= lexicon.at("public_affairs"),
        topic=heard.topic(),
        toll=heard.toll,
        emergency_class=heard.emergency_class() if EMERGENCY in kinds else None,
        grade=graded[0],
        grade_words=graded[1],
        rumour=rumour,
        old_news=old,
        elsewhere=elsewhere,
        occurred_at=occurred_at(plain, today, zone),
        certainty=_certainty(heard, kinds, {"rumour": rumour, "old_news": old, "elsewhere": elsewhere}),
    )


class _Heard:
    """What the groups of the lexicon say in one text, weighed."""

    def __init__(self, lexicon: Lexicon, spoken: Mapping[int, Voice], toll: Toll) -> None:
        self.lexicon = lexicon
        self.toll = toll
        count = len(lexicon.clues)
        self.clues = [(lexicon.clues[place], voice) for place, voice in spoken.items() if place < count]
        self.topics = [(lexicon.topics[place - count], voice) for place, voice in spoken.items() if place >= count]

    def score(self, speaks_for: str) -> float:
        """Add up what speaks for a kind or sign; of clues with one name the strongest counts whole, others half."""
        strongest: dict[str, list[float]] = {}
        for clue, voice in self.clues:
            weight = clue.weights.get(speaks_for, 0) * clue_weight(clue, voice)
            if weight:
                strongest.setdefault(clue.name, []).append(weight)
        total = sum(_one_and_a_half(weights) for weights in strongest.values())
        return total + (self._toll_weight() if speaks_for == EMERGENCY else 0)

    def _toll_weight(self) -> float:
        harmed = (
            (self.toll.deaths or 0) + (self.toll.injured or 0) + (self.toll.missing or 0) + (self.toll.trapped or 0)
        )
        return _TOLL_WEIGHT if harmed else 0.0

    def kinds(self) -> dict[str, KindReading]:
        """Return the kinds that are spoken for, the primary one first."""
        names = {clue.name for clue, _ in self.clues}
        if self.toll.deaths and "deaths" not in self.toll.vague:
            names.add(_EVENT)  # counted victims are an event, whatever it is called
        found: list[tuple[float, str, KindReading]] = []
        for rule in self.lexicon.kinds:
            score = self.score(rule.kind)
            if score >= rule.at and names.issuperset(rule.needs):
                found.append((score / rule.at, rule.kind, KindReading(round(score, 2), self.words(rule.kind))))
        found.sort(key=lambda each: -each[0])  # stable: of two alike the graver, which the lexicon names first
        return {kind: reading for _, kind, reading in found}

    def words(self, speaks_for: str) -> tuple[str, ...]:
        """Return the text's own words for a kind, the weightiest first."""
        weighed = [
            (-clue.weights.get(speaks_for, 0), at, words)
            for clue, voice in self.clues
            if clue.weights.get(speaks_for, 0) > 0
            for words, at in voice.words.items()
        ]
        told = self.toll.spans.values() if speaks_for == EMERGENCY else ()
        return tuple(dict.fromkeys([*(words for _, _, words in sorted(weighed)), *told]))

    def sign_words(self, sign: str) -> tuple[str, ...]:
        return self.words(sign) if self.score(sign) >= self.lexicon.at(sign) else ()

    def emergency_class(self) -> str | None:
        classes = [
            (clue_weight(clue, voice), clue.emergency_class) for clue, voice in self.clues if clue.emergency_class
        ]
        return max(classes, key=lambda each: each[0])[1] if classes else None

    def topic(self) -> TopicReading | None:
        """Return the topic with most to say; the bureau's own wins a draw."""
        weighed = [(voice.weight(len(voice.words)), topic.ours, topic, voice) for topic, voice in self.topics]
        if not weighed:
            return None
        score, ours, topic, voice = max(weighed, key=lambda each: each[:2])
        return _topic_reading(topic, ours=ours, score=score, voice=voice)


def _one_and_a_half(weights: list[float]) -> float:
    ordered = sorted(weights, key=abs, reverse=True)
    return ordered[0] + sum(ordered[1:]) / 2


def _topic_reading(topic: Topic, *, ours: bool, score: float, voice: Voice) -> TopicReading:
    words = tuple(sorted(voice.words, key=lambda words: voice.words[words]))
    return TopicReading(topic.key, ours, topic.body, round(score, 2), words)


def _certainty(heard: _Heard, kinds: Mapping[str, KindReading], signs: Mapping[str, tuple[str, ...]]) -> float:
    """Return how far the reading is from tipping over, lowered by whatever makes the text itself doubtful."""
    margins = sorted((heard.score(rule.kind) / rule.at for rule in heard.lexicon.kinds), reverse=True) or [0.0]
    best = max((kinds[kind].score / heard.lexicon.at(kind) for kind in kinds), default=None)
    certainty = 1 - min(1.0, max(0.0, margins[0])) / 2 if best is None else min(1.0, 0.5 + (best - 1) / 2)
    for sign, factor in _LOWERED.items():
        if signs.get(sign):
            certainty *= factor
    if len(kinds) > 1:
        certainty *= _LOWERED["rival"]
    return round(certainty, 2)
