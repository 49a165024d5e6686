"""The board's list: open cases by their next limit, late ones first; ended ones; and what a search finds."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from config.language import Said, joined, t
from handlers import find
from handlers.act import Act
from handlers.clocks.words import limit_name, time_left
from handlers.digest.gathering import standing_limits
from handlers.on_hand import OnHand, on_hand
from handlers.waiting import waits_for
from handlers.words import case_name, stage_name
from storage import case as cases
from storage import finding, together
from storage import person as people
from storage.case import Case
from storage.clock import Clock

MOST: Final = 200
SHOWN: Final = ("open", "ended", "all")


@dataclass(frozen=True)
class Row:
    """One case on the list."""

    id: uuid.UUID
    name: Said
    title: str
    stage: Said
    limits: Sequence[tuple[Said, datetime, Said, bool]]  # which, until when, how long is left, whether it is late
    waits: Sequence[Said]
    is_late: bool


@dataclass(frozen=True)
class Listed:
    """What is on the list, and what was asked for."""

    rows: Sequence[Row]
    show: str
    late: int
    is_cut: bool


def listed(act: Act, words: str, show: str) -> Listed:
    """List the cases that are asked for: a number, words of the case or of its reports, or for whom it waits."""
    here = on_hand(act)
    wanted = _asked(act, show) if not words else _found(act, words, show, here)
    asked = [case for case in wanted if find.is_known_here(act, case)]
    if show != "ended":
        together.look(act.session, {case.id for case in asked if case.is_open}, Clock)
        asked.sort(key=lambda case: _nearest(act, case))
    rows = [_row(act, case, here) for case in asked[:MOST]]
    return Listed(rows, show, sum(row.is_late for row in rows), len(wanted) >= MOST)


def _asked(act: Act, show: str) -> Sequence[Case]:
    open_now = cases.open_cases(act.session) if show != "ended" else ()
    ended = finding.ended(act.session, MOST) if show != "open" else ()
    return [*open_now, *ended]


def _found(act: Act, words: str, show: str, here: OnHand) -> Sequence[Case]:
    named = find.split_reference(words)
    if named.reference and not named.rest and (by_number := find.by_reference(act, named.reference)):
        return by_number  # a number names its case wherever it stands
    by_words = finding.with_words(act.session, words, MOST)
    for_whom = [case for case in cases.open_cases(act.session) if words in _names(act, case, here)]
    every = {case.id: case for case in (*by_words, *for_whom)}
    wanted = {"open": (True,), "ended": (False,)}.get(show, (True, False))
    return [case for case in every.values() if case.is_open in wanted]


def _names(act: Act, case: Case, here: OnHand) -> set[str]:
    return {people.person(act.session, person_id).name for person_id, _ in waits_for(act, case, here)}


def _nearest(act: Act, case: Case) -> tuple[bool, datetime]:
    """Order by the nearest limit; what is under none comes last."""
    limits = standing_limits(act, case) if case.is_open else []
    return not limits, limits[0].due_at if limits else act.now


def _row(act: Act, case: Case, here: OnHand) -> Row:
    limits = [_limit(act, case, clock) for clock in standing_limits(act, case)] if case.is_open else []
    waits = _waits(act, case, here) if case.is_open else []
    late = any(late for *_, late in limits)
    return Row(case.id, case_name(case), case.title, stage_name(case), limits, waits, late)


def _limit(act: Act, case: Case, clock: Clock) -> tuple[Said, datetime, Said, bool]:
    late = clock.outcome == "missed" or clock.due_at <= act.now
    left = t("超时 {late}", late=act.now - clock.due_at) if late else time_left(clock.due_at - act.now)
    return limit_name(act.plan_for(case), clock, case), clock.due_at, left, late


def _waits(act: Act, case: Case, here: OnHand) -> list[Said]:
    return [
        joined([people.person(act.session, person_id).name, None if what == case.stage else what], " ")
        for person_id, what in waits_for(act, case, here)
    ]
