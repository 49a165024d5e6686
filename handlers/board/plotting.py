"""Figures for the board's plots, from the tables alone: the same tables always give the same figures."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Final

from config.language import Said, t
from handlers.act import Act
from handlers.digest.gathering import first_response
from storage import case as cases
from storage import clock as clocks
from storage.case import Case

MONTHS: Final = 6
WEEKS: Final = 8
NO_KIND: Final = t("未定类别")


@dataclass(frozen=True)
class Bar:
    """One line of a plot: its label, its parts, and how long it is against the longest (parts of a hundred)."""

    label: Said | str
    parts: Sequence[tuple[float, float]]  # where each part begins, and how wide it is
    numbers: Sequence[object]


@dataclass(frozen=True)
class Plots:
    """All plots."""

    months: Sequence[Bar]  # limits met and missed
    rules: Sequence[Bar]  # the same by rule
    first: Sequence[Bar]  # the median time to the first response
    weeks: Sequence[Bar]  # cases registered
    kinds: Sequence[Bar]  # the same by kind


def plots(act: Act) -> Plots:
    """Draw the last months and weeks."""
    months = _months(act.today)
    spans = [(first, _begin(act, first), _begin(act, after)) for first, after in pairwise(months)]
    by_month = [(f"{first:%Y-%m}", _ended(act, since, until)) for first, since, until in spans]
    by_rule = _by_rule(act, spans[0][1], spans[-1][2])
    registered = cases.registered_between(act.session, spans[0][1], spans[-1][2])
    return Plots(
        months=_stacked(by_month),
        rules=_stacked(by_rule),
        first=_spans([(f"{first:%Y-%m}", _first(act, since, until)) for first, since, until in spans]),
        weeks=_stacked([(label, (count,)) for label, count in _weeks(act)]),
        kinds=_stacked([(label, (count,)) for label, count in _kinds(act, registered)]),
    )


def _months(today: date) -> list[date]:
    """List the first days of the last months, this one and the next after it."""
    number = today.year * 12 + today.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(number - MONTHS + 1, number + 2)]


def _begin(act: Act, day: date) -> datetime:
    return datetime.combine(day, time(), act.house.zone)


def _ended(act: Act, since: datetime, until: datetime) -> tuple[int, int]:
    ended = clocks.due_between(act.session, since, until)
    met = sum(clock.outcome == "met" for clock in ended)
    return met, len(ended) - met


def _by_rule(act: Act, since: datetime, until: datetime) -> list[tuple[Said | str, tuple[int, int]]]:
    ended = clocks.due_between(act.session, since, until)
    names = {rule.key: rule.name for rule in act.house.plan.clocks}
    counted = Counter((clock.rule, clock.outcome) for clock in ended)
    rules = [*names, *sorted({clock.rule for clock in ended} - names.keys())]  # a former plan's rules come last
    return [
        (names.get(rule, rule), (counted[rule, "met"], counted[rule, "missed"]))
        for rule in rules
        if counted[rule, "met"] or counted[rule, "missed"]
    ]


def _first(act: Act, since: datetime, until: datetime) -> timedelta | None:
    return first_response(act, cases.registered_between(act.session, since, until))


def _weeks(act: Act) -> list[tuple[str, int]]:
    monday = act.today - timedelta(days=act.today.weekday())
    mondays = [monday - timedelta(weeks=n) for n in range(WEEKS - 1, -1, -1)]
    return [
        (f"{day:%m-%d}", len(cases.registered_between(act.session, _begin(act, day), _begin(act, day + timedelta(7)))))
        for day in mondays
    ]


def _kinds(act: Act, registered: Sequence[Case]) -> list[tuple[Said | str, int]]:
    names = {kind.key: kind.name for kind in act.house.plan.kinds}
    counted = Counter(case.primary_kind or "" for case in registered)
    return [(names.get(kind, NO_KIND), count) for kind, count in counted.most_common()]


def _stacked(rows: Sequence[tuple[Said | str, tuple[int, ...]]]) -> list[Bar]:
    longest = max((sum(numbers) for _, numbers in rows), default=0) or 1
    return [Bar(label, _parts([100 * number / longest for number in numbers]), numbers) for label, numbers in rows]


def _spans(rows: Sequence[tuple[str, timedelta | None]]) -> list[Bar]:
    longest = max((span.total_seconds() for _, span in rows if span), default=0) or 1
    return [Bar(label, _parts([100 * span.total_seconds() / longest if span else 0]), (span,)) for label, span in rows]


def _parts(widths: Sequence[float]) -> list[tuple[float, float]]:
    begins = [round(sum(widths[:n]), 2) for n in range(len(widths))]
    return list(zip(begins, [round(width, 2) for width in widths], strict=True))
