"""What goes on for ever, and what is endlessly long, is met without harm."""

from datetime import timedelta

import pytest

from bot.noting import LONGEST_STATUTORY, LONGEST_WAIT, wait_after
from handlers.act import APPROVAL, STATUTORY
from handlers.drafting.facts import read_claim
from handlers.find import split_reference
from storage.outbox import Outbox

LONG = 100_000  # characters: the longest message a chat takes


@pytest.mark.parametrize("attempts", [0, 1, 12, 47, 10_000, 10**9])
@pytest.mark.parametrize(("lane", "longest"), [(STATUTORY, LONGEST_STATUTORY), (APPROVAL, LONGEST_WAIT)])
def test_the_wait_between_attempts_never_runs_away(attempts: int, lane: int, longest: timedelta) -> None:
    """However often something was tried, the next try is minutes away; of what the law wants told a minute at most."""
    row = Outbox(kind="message", platform="drill", destination="drill:staff", attempts=attempts, lane=lane)
    assert timedelta() < wait_after(row) <= longest * 1.1


@pytest.mark.parametrize("blank", ["\t", " ", "\n", "(", ",", "\u3000"])
def test_an_endless_run_of_blanks_is_read_to_its_end(blank: str) -> None:
    """The longest message is read in one go: no pattern tries every place against every other."""
    words = blank * LONG + "x"
    assert split_reference(words).reference == ""
    assert read_claim(f"x{words}").source == ""
    assert split_reference(f"12{' ' * LONG}x").reference == "12"


def test_rows_of_one_outage_do_not_all_come_back_at_once() -> None:
    """The wait differs a little from row to row, and is the same each time it is asked for."""
    rows = [
        Outbox(serial=n, kind="message", platform="drill", destination="drill:staff", attempts=12) for n in range(99)
    ]
    waits = [wait_after(row) for row in rows]
    assert waits == [wait_after(row) for row in rows]
    assert len(set(waits)) > 90
    assert min(waits) < LONGEST_WAIT < max(waits)
