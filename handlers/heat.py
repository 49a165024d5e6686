"""How hot an event is: the plan's heat index 热度."""

import math
from dataclasses import dataclass

from config.plan import HotTopics


@dataclass(frozen=True, slots=True)
class Counts:
    """What was counted of an event over the plan's days; lately: its reports of the last day."""

    reports: int
    lately: int = 0
    likes: int = 0
    reposts: int = 0
    groups: int = 0


def heat_of(counts: Counts, formula: HotTopics) -> float:
    """Return the heat index of an event, to one place."""
    if not counts.reports:
        return 0.0
    points = (
        formula.per_report * counts.reports
        + formula.per_group * counts.groups
        + formula.per_like * math.sqrt(max(0, counts.likes))
        + formula.per_repost * math.sqrt(max(0, counts.reposts))
    )
    return round(points * (1 + formula.growth * counts.lately / counts.reports), 1)
