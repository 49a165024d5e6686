"""The open cases, for whoever asks and where: what waits for them first, and nothing that is not theirs to know."""

import uuid
from collections.abc import Sequence
from datetime import timedelta

from config.language import Said, joined, lines
from handlers import find
from handlers.act import Act
from handlers.intake import words
from handlers.on_hand import on_hand
from handlers.waiting import waits_for
from handlers.words import STAGE_NAMES, stage_name
from storage import case as cases
from storage import clock as clocks
from storage import together
from storage.case import Case
from storage.clock import Clock

LISTED = 15
Open = tuple[Case, timedelta | None]  # how long is left, where a limit runs


def open_list(act: Act) -> Said:
    """List the open cases, the nearest limit first; 1:1 those that wait for whoever asks come before all others."""
    known = [case for case in cases.open_cases(act.session) if find.is_known_here(act, case)]
    if not known:
        return words.nothing_open()
    together.look(act.session, {case.id for case in known}, Clock)
    found = [(case, _left(act, case)) for case in known]
    found.sort(key=lambda pair: pair[1] if pair[1] is not None else timedelta.max)
    mine = _for_me(act, [case for case, _ in found])
    own = [pair for pair in found if pair[0].id in mine]
    others = [pair for pair in found if pair[0].id not in mine]
    return lines(
        *([words.yours(len(own)), *[_line(case, left, mine[case.id]) for case, left in own[:LISTED]]] if own else []),
        words.open_list(len(others), others=bool(own)) if others else None,
        *[_line(case, left, [stage_name(case)]) for case, left in others[: max(0, LISTED - len(own))]],
        words.more_open(len(found) - LISTED) if len(found) > LISTED else None,
    )


def _for_me(act: Act, listed: Sequence[Case]) -> dict[uuid.UUID, list[object]]:
    """Say what waits for whoever asks 1:1, by case."""
    if act.person is None or act.chat is None or act.chat.use != "direct":
        return {}
    here, found = on_hand(act), dict[uuid.UUID, list[object]]()
    for case in listed:
        mine = [what for who, what in waits_for(act, case, here) if who == act.person.id]
        if mine:
            found[case.id] = [STAGE_NAMES.get(str(what), what) for what in mine]
    return found


def _line(case: Case, left: timedelta | None, what: Sequence[object]) -> Said:
    return words.open_line(case, joined(what, "、"), left)


def _left(act: Act, case: Case) -> timedelta | None:
    """Return how long is left until the nearest limit; less than nothing when one has passed and is owed still."""
    rows = clocks.of_case(act.session, case.id)
    due = [clock.due_at for clock in rows if clock.outcome == "running" or clock.is_overdue]
    return min(due) - act.now if due else None
