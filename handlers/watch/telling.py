"""Of what was passed over administrators hear once, with counts; and once more when it is over."""

from collections.abc import Mapping, Sequence
from typing import Final

from handlers.act import STATUTORY, Act
from handlers.chats.owing import tell_administrators
from handlers.watch import words
from storage import case as cases
from storage.clock import Clock
from storage.incident import Incident
from storage.sweeping import RINGS, Overdue

MOST_NOTED: Final = 20  # clocks that are named on record


def passed_over(act: Act, found: Mapping[str, Overdue]) -> None:
    """Tell what was found, and keep it on record."""
    tell_administrators(act, words.passed_over(found), lane=STATUTORY)
    act.note(passed_over={kind: what.count for kind, what in found.items()})


def over(act: Act, ended: Sequence[Incident]) -> None:
    """Tell that nothing is passed over any more."""
    tell_administrators(act, words.over(ended, max(incident.seen_at for incident in ended)), lane=STATUTORY)
    act.note(over={incident.kind: incident.most for incident in ended})


def rung_again(act: Act, clocks: Sequence[Clock]) -> None:
    """Give clocks whose limit has passed the timer they lack: it falls due at once, and does what it always does."""
    for clock in clocks:
        act.later(RINGS, clock.due_at, case=cases.look(act.session, clock.case_id), subject=str(clock.id))
    if clocks:
        act.note(rung_again=[str(clock.id) for clock in clocks[:MOST_NOTED]])
