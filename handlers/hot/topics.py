"""The hot topics of the last days: events that many reported, copied or in words of their own, the hottest first."""

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from handlers.act import Act
from handlers.heat import Counts, heat_of
from handlers.reading.telling import HAPPENED
from handlers.sameness.words import PICTURE
from storage import hot_topic
from storage.case import Case
from storage.hot_topic import Counted

LATELY: Final = timedelta(days=1)
COUNTED: Final = 100  # events of which the heat is worked out: those that were reported most
NO_TOPIC: Final = ("false_alarm", "not_ours")


@dataclass(frozen=True)
class HotTopic:
    """An event that many report: its cases, what they speak of, what was counted, and how hot that is."""

    cases: Sequence[Case]
    shared: Sequence[str]  # terms, what most of its cases share by first
    counted: Counted
    heat: float


def hot_topics(act: Act) -> list[HotTopic]:
    """List the hot topics of the plan's last days, the hottest first."""
    formula = act.house.plan.hot_topics
    since = act.now - timedelta(days=formula.days)
    counted = hot_topic.counted(act.session, since, act.now - LATELY, formula.least_reports, COUNTED)
    of_event = hot_topic.cases_of(act.session, [each.event_id for each in counted])
    found = [topic for each in counted if (topic := _topic(act, each, of_event)) is not None]
    return sorted(found, key=lambda topic: -topic.heat)


def _topic(act: Act, counted: Counted, of_event: dict[uuid.UUID, list[tuple[Case, list[str]]]]) -> HotTopic | None:
    cases = [case for case, _ in of_event[counted.event_id] if case.stage != "merged" and case.exit not in NO_TOPIC]
    if not cases:
        return None
    unsaid = (PICTURE, HAPPENED)
    shared = Counter(term for _, terms in of_event[counted.event_id] for term in terms if term[0] not in unsaid)
    counts = Counts(counted.reports, counted.lately, counted.likes, counted.reposts, counted.groups)
    return HotTopic(
        cases, [term for term, _ in shared.most_common()], counted, heat_of(counts, act.house.plan.hot_topics)
    )
