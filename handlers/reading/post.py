"""What the desk reads in a post: kinds, grade, topic, rumour suspicion, each with the text's own words (R3).

A reading is a proposal. The lexicon and the grade table are given; a person confirms or corrects.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from config.lexicon import Lexicon
from handlers.learning.in_use import NOTHING, Learned
from handlers.reading.heard import EMERGENCY, Heard, KindReading, TopicReading
from handlers.reading.moment import occurred_at
from handlers.reading.quote import parts
from handlers.reading.scan import voices
from handlers.reading.toll import Toll, read_toll
from handlers.text.canonical import half_width, visible
from handlers.text.simplified import simplified

_READ_UP_TO: Final = 4000  # characters: a judgement stands on the beginning of a text; what follows repeats it
_WORDS_OF_ONE: Final = 3  # reasons for one kind
_WORDS_OF_A_SIGN: Final = 2
_SURE_BY: Final = 3  # from half sure at what a kind needs to wholly sure at two and a half times that
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
            reached = [about for about, number in least.items() if (toll.of_now(about) or 0) >= number > 0]
            if reached:
                return grade, tuple(toll.spans[about] for about in reached)
        return (self.rows[-1][0] if self.rows else None), ()

    def grave(self, toll: Toll) -> frozenset[str]:
        """Return what of a toll alone reaches more than the last grade."""
        rows = [{"deaths": row[1], "serious_injuries": row[2], "loss_yuan": row[3]} for row in self.rows[:-1]]
        return frozenset(
            about for row in rows for about, least in row.items() if (toll.of_now(about) or 0) >= least > 0
        )


@dataclass(frozen=True, slots=True)
class Reason:
    """Words of the text and what they speak for."""

    words: str
    speaks_for: str


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
    signs: tuple[str, ...] = ()  # what was noticed at all: what is learned weighs it
    learned: Learned = NOTHING  # what the desk's own models say, where it has learned any
    told: tuple[str, ...] = ()  # an emergency that is told of, wherever and whenever it was

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
        """The words that decide, fit for the card, none across punctuation.

        First the criteria of the grade, then the primary kind's strongest, then what makes the text itself doubtful
        ("rumour", "old_news"), then the other kinds'.
        """
        graded = [Reason(part, self.grade) for words in self.grade_words for part in parts(words) if self.grade]
        doubted = [
            Reason(words, sign)
            for sign, spoken in (("rumour", self.rumour), ("old_news", self.old_news))
            for words in spoken[:_WORDS_OF_A_SIGN]
        ]
        others = sorted((kind for kind in self.kinds if kind != self.primary), key=lambda each: -self.kinds[each].score)
        return tuple(
            dict.fromkeys(
                [*graded, *self._spoken(self.primary), *doubted, *(r for k in others for r in self._spoken(k))]
            )
        )

    def _spoken(self, kind: str | None) -> list[Reason]:
        return [Reason(words, kind) for words in self.kinds[kind].words[:_WORDS_OF_ONE]] if kind else []


def read_post(
    text: str, *, lexicon: Lexicon, accident_grades: AccidentGrades, today: date, zone: tzinfo = SHANGHAI
) -> Reading:
    """Read a post: pure and quick; the same text, lexicon, table and day give the same reading."""
    shown = visible(text)[:_READ_UP_TO]
    plain = simplified(half_width(shown))
    toll = _in_own_words(read_toll(simplified(shown)), plain, shown)
    heard = Heard(lexicon, voices(plain, shown, lexicon), toll, accident_grades.grave(toll))
    heard.date(shown, today)
    kinds = heard.kinds()
    graded = accident_grades.of(toll) if EMERGENCY in kinds else (None, ())
    return Reading(
        kinds=MappingProxyType(kinds),
        primary=next(iter(kinds), None),
        public_affairs=bool(kinds) or heard.score("public_affairs") >= lexicon.at("public_affairs"),
        topic=heard.topic(),
        toll=toll,
        emergency_class=heard.emergency_class() if EMERGENCY in kinds else None,
        grade=graded[0],
        grade_words=graded[1],
        rumour=heard.rumour,
        old_news=heard.old_news,
        elsewhere=heard.elsewhere,
        occurred_at=occurred_at(plain, today, zone),
        certainty=_certainty(heard, kinds),
        signs=heard.signs(),
        told=heard.told(),
    )


def _in_own_words(toll: Toll, plain: str, shown: str) -> Toll:
    """Put the words of a toll back as the text writes them, where that is in traditional characters."""
    if plain == half_width(shown):
        return toll
    spans, uncounted = (
        {about: _as_shown(words, plain, shown) for about, words in told.items()}
        for told in (toll.spans, toll.uncounted)
    )
    return replace(toll, spans=MappingProxyType(spans), uncounted=MappingProxyType(uncounted))


def _as_shown(words: str, plain: str, shown: str) -> str:
    at = plain.find(half_width(words))
    return shown[at : at + len(words)] if at >= 0 else words


def _certainty(heard: Heard, kinds: Mapping[str, KindReading]) -> float:
    """Return how far the reading is from tipping over, lowered by whatever makes the text itself doubtful."""
    margins = sorted((heard.score(rule.kind) / rule.at for rule in heard.lexicon.kinds), reverse=True) or [0.0]
    best = max((heard.assurance(kind) / heard.lexicon.at(kind) for kind in kinds), default=None)
    if best is None:
        certainty = 1 - min(1.0, max(0.0, margins[0])) / 2
    else:
        certainty = min(1.0, 0.5 + max(0.0, best - 1) / _SURE_BY)
    signs = {"rumour": heard.rumour, "old_news": heard.old_news, "elsewhere": heard.elsewhere}
    for sign, factor in _LOWERED.items():
        if signs.get(sign):
            certainty *= factor
    if len(kinds) > 1:
        certainty *= _LOWERED["rival"]
    return round(certainty, 2)
