"""Which of a case's clocks comes first: the nearest limit, of equal ones the bureau's own."""

from collections.abc import Iterable
from datetime import datetime

from config.plan import Plan
from storage.clock import Clock


def strictest_first(rows: Iterable[Clock], plan: Plan) -> list[Clock]:
    """Order clocks by their limit; of a rule's equal limits the last in the plan, the bureau's own, comes first."""
    return sorted(rows, key=lambda clock: (clock.due_at, -_place(clock, plan)))


def binding(rows: Iterable[Clock], plan: Plan) -> list[Clock]:
    """Return the strictest running clock of each rule, the nearest limit first."""
    strictest: dict[str, Clock] = {}
    for clock in strictest_first(rows, plan):
        if clock.outcome == "running":
            strictest.setdefault(clock.rule, clock)
    return list(strictest.values())


def by_limit(rows: Iterable[Clock]) -> list[tuple[Clock, str]]:
    """Put together what several authorities limit alike: the first clock of each limit, with all it rests on."""
    alike: dict[tuple[str, datetime, datetime | None], list[Clock]] = {}
    for clock in rows:
        alike.setdefault((clock.rule, clock.due_at, clock.ended_at), []).append(clock)
    return [(same[0], "、".join(dict.fromkeys(clock.basis for clock in same))) for same in alike.values()]


def _place(clock: Clock, plan: Plan) -> int:
    """Return where the plan has the limit a clock was started for."""
    same = [(limit.basis, limit.source) == (clock.basis, clock.source) for limit in plan.clock(clock.rule).limits]
    return same.index(True) if True in same else 0
