"""What the groups of the lexicon and the toll say in one text, weighed: kinds, topic, rumour, old news."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

from config.lexicon import Clue, Lexicon, Topic
from handlers.reading.moment import old_date, old_year
from handlers.reading.quote import parts
from handlers.reading.scan import Voice, clue_weight
from handlers.reading.toll import Toll

EMERGENCY: Final = "emergency"
_EVENT: Final = "event"
_ACCIDENT: Final = "accident"
_DIRECT: Final = "直接"  # 直接经济损失 is what an accident costs; money is lost in many other ways
_TOLL_WEIGHT: Final = 1.5
_HARM_TOLD_WEIGHT: Final = 3.0  # more than the kind needs
_SEVERAL: Final = 2  # hurt at once: one may have stumbled
_WHERE_OR_WHEN: Final = frozenset({"elsewhere", "old_news"})
_STEPS_OF_ONE: Final = 2  # of a kind's weight, as a sign: half, whole, one and a half, twice
_STEPS: Final = 4
_TOPICS_NOTICED: Final = 3


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


class Heard:
    """What the groups of the lexicon say in one text, weighed together with its toll.

    `grave` names what of the toll reaches more than the last grade; `day` is the day of the reading.
    """

    def __init__(self, lexicon: Lexicon, spoken: Mapping[int, Voice], toll: Toll, grave: frozenset[str]) -> None:
        self.lexicon = lexicon
        self.toll = toll
        count = len(lexicon.clues)
        self.clues = [(lexicon.clues[place], voice) for place, voice in spoken.items() if place < count]
        self.topics = [(lexicon.topics[place - count], voice) for place, voice in spoken.items() if place >= count]
        self._weighed = [(clue, clue_weight(clue, voice)) for clue, voice in self.clues]
        self.names = {clue.name for clue, _ in self.clues}
        self.grave = grave
        self.rumour = self._sign_words("rumour")
        self.elsewhere = self._sign_words("elsewhere")
        self.old_news: tuple[str, ...] = self._sign_words("old_news")

    def date(self, text: str, today: date) -> None:
        """Look for a date of the past; a year alone counts only beside an event, for houses have years too."""
        if not self.old_news:
            eventful = _EVENT in self.names or not self.toll.is_empty or bool(self.toll.uncounted)
            dated = old_date(text, today) or (old_year(text, today) if eventful else None)
            self.old_news = (dated,) if dated else ()

    @property
    def _harm(self) -> frozenset[str]:
        """Return what of the toll is evidence of an emergency by itself: told of here and now, and heavy enough."""
        if self.old_news or self.elsewhere:
            return frozenset()
        toll = self.toll
        told = {about for about in ("deaths", "serious_injuries") if getattr(toll, about)} | toll.uncounted.keys()
        if "loss_yuan" in self.grave and _DIRECT in toll.spans["loss_yuan"]:
            told.add("loss_yuan")
        if (toll.injured or 0) >= _SEVERAL:
            told.add("injured")
        return frozenset(told - toll.past - {"missing", "trapped"})

    def score(self, speaks_for: str, *, wherever: bool = False) -> float:
        """Add up what speaks for a kind or sign; of clues with one name the strongest counts whole, others half.

        wherever: that it happened elsewhere, or long ago, speaks against nothing.
        """
        total = (self._wherever if wherever else self._scores).get(speaks_for, 0.0)
        return total + (self._toll_weight() if speaks_for == EMERGENCY else 0)

    def assurance(self, kind: str) -> float:
        """Add up what speaks for a kind as for its score, but let words that several clues share speak once.

        Clues know the same thing by several words: that makes a kind likelier to be found, not surer.
        """
        taken: list[tuple[int, int]] = []
        weighed = [(clue, weight) for clue, weight in self._weighed if clue.weights.get(kind, 0) < 0]
        speaking = [(clue, voice) for clue, voice in self.clues if clue.weights.get(kind, 0) > 0]
        for clue, voice in sorted(speaking, key=lambda each: -each[0].weights[kind] * clue_weight(*each)):
            own = [span for span in voice.spans if not any(span[0] < end and start < span[1] for start, end in taken)]
            weighed.append((clue, voice.weight_of(min(len(own), clue.most))))
            taken += own
        return _added_up(weighed).get(kind, 0.0) + (self._toll_weight() if kind == EMERGENCY else 0)

    @cached_property
    def _scores(self) -> Mapping[str, float]:
        return _added_up(self._weighed)

    @cached_property
    def _wherever(self) -> Mapping[str, float]:
        return _added_up([(clue, weight) for clue, weight in self._weighed if _WHERE_OR_WHEN.isdisjoint(clue.weights)])

    def _toll_weight(self) -> float:
        if self._harm:
            return _HARM_TOLD_WEIGHT
        toll = self.toll
        return _TOLL_WEIGHT if any((toll.deaths, toll.injured, toll.missing, toll.trapped)) else 0.0

    def kinds(self) -> dict[str, KindReading]:
        """Return the kinds that are spoken for, the primary one first."""
        names = self.names | ({_EVENT} if self._harm else set())  # victims are an event, whatever it is called
        found: list[tuple[float, str, KindReading]] = []
        for rule in self.lexicon.kinds:
            score = self.score(rule.kind)
            if rule.kind == EMERGENCY and self._harm & self.grave:
                score = max(score, rule.at)  # however it is told: in a complaint, too
            if score >= rule.at and names.issuperset(rule.needs):
                found.append((score / rule.at, rule.kind, KindReading(round(score, 2), self.words(rule.kind))))
        found.sort(key=lambda each: -each[0])  # stable: of two alike the graver, which the lexicon names first
        return {kind: reading for _, kind, reading in found}

    def told(self) -> tuple[str, ...]:
        """Return the kind a text tells of, wherever and whenever that was: an emergency, or nothing."""
        rule = next((rule for rule in self.lexicon.kinds if rule.kind == EMERGENCY), None)
        if rule is None or not self.names.issuperset(rule.needs) or self.score(EMERGENCY, wherever=True) < rule.at:
            return ()
        return (EMERGENCY,)

    def words(self, speaks_for: str) -> tuple[str, ...]:
        """Return the text's own words for a kind, the weightiest first."""
        weighed = [
            (-clue.weights.get(speaks_for, 0), at, voice.quotes[words])
            for clue, voice in self.clues
            if clue.weights.get(speaks_for, 0) > 0
            for words, at in voice.words.items()
            if words in voice.quotes
        ]
        spans = self._toll_words() if speaks_for == EMERGENCY else ()
        told = [part for words in spans for part in parts(words)]
        return tuple(dict.fromkeys([*(words for _, _, words in sorted(weighed)), *told]))

    def _toll_words(self) -> tuple[str, ...]:
        """Return the words for harm that was done: "nobody was hurt" speaks for nothing."""
        told = (words for about, words in self.toll.spans.items() if getattr(self.toll, about))
        return (*told, *self.toll.uncounted.values())

    def _sign_words(self, sign: str) -> tuple[str, ...]:
        return self.words(sign) if self.score(sign) >= self.lexicon.at(sign) else ()

    def signs(self) -> tuple[str, ...]:
        """Return what was noticed, in short words that nobody reads: a learned model weighs them beside the text's."""
        clues = {f"{clue.name}/{clue.emergency_class}" if clue.emergency_class else clue.name for clue, _ in self.clues}
        toll = {f"toll/{about}" for about in self.toll.spans} | {f"told/{about}" for about in self._harm}
        reached = {
            f"{rule.kind}/{step}"
            for rule in self.lexicon.rules
            for step in range(1, min(_STEPS, int(_STEPS_OF_ONE * self.score(rule.kind) / rule.at)) + 1)
        }
        topics = sorted(self.topics, key=lambda each: -each[1].weight(len(each[1].words)))[:_TOPICS_NOTICED]
        return tuple(sorted({*clues, *toll, *reached, *(f"topic/{topic.key}" for topic, _ in topics)}))

    def emergency_class(self) -> str | None:
        """Return the class of the emergency; one that is known by its victims alone is taken for an accident."""
        classes = [
            (clue_weight(clue, voice), clue.emergency_class) for clue, voice in self.clues if clue.emergency_class
        ]
        return max(classes, key=lambda each: each[0])[1] if classes else _ACCIDENT

    def topic(self) -> TopicReading | None:
        """Return the topic with most to say; the bureau's own wins a draw."""
        weighed = [(voice.weight(len(voice.words)), topic.ours, topic, voice) for topic, voice in self.topics]
        if not weighed:
            return None
        score, ours, topic, voice = max(weighed, key=lambda each: each[:2])
        return _topic_reading(topic, ours=ours, score=score, voice=voice)


def _added_up(weighed: Iterable[tuple[Clue, float]]) -> Mapping[str, float]:
    """Return how strongly clues speak for each kind and sign."""
    strongest: dict[str, dict[str, list[float]]] = {}
    for clue, weight in weighed:
        for speaks_for, share in clue.weights.items():
            if share:
                strongest.setdefault(speaks_for, {}).setdefault(clue.name, []).append(share * weight)
    return {kind: sum(map(_one_and_a_half, named.values())) for kind, named in strongest.items()}


def _one_and_a_half(weights: list[float]) -> float:
    ordered = sorted(weights, key=abs, reverse=True)
    return ordered[0] + sum(ordered[1:]) / 2


def _topic_reading(topic: Topic, *, ours: bool, score: float, voice: Voice) -> TopicReading:
    words = sorted(voice.quotes, key=lambda words: voice.words[words])
    quotes = tuple(dict.fromkeys(voice.quotes[each] for each in words))
    return TopicReading(topic.key, ours, topic.body, round(score, 2), quotes)
