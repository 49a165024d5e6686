"""kill -9 of the real desk, in each gap between two commits and at random: nothing owed is lost, doubles are marked."""

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import pytest

from tests.faults.conftest import TOLD, OpenTown
from tests.faults.evidence import history_is_whole
from tests.faults.points import EMBEDDED_TOO, NAMED, OFTEN, SHARED, at_random
from tests.faults.town import Point, Town
from tests.invariants import assert_unbroken

NIGHTLY: Final = os.environ.get("HUIYING_FAULTS") == "nightly"
SEED: Final = int(os.environ.get("HUIYING_FAULTS_SEED", "0")) or int(time.time())
MODES: Final = {"sqlite": "webhook", "postgresql": "polling"}
MOST_ROUNDS: Final = 40


def points(kind: str, replicas: int) -> Sequence[Point]:
    """Choose where the desk dies: everywhere and often at night, else at what matters most and once at random."""
    own = EMBEDDED_TOO if kind == "sqlite" else ()
    if NIGHTLY and replicas == 1:
        return [*NAMED, *own, *at_random(10, SEED)]
    if replicas > 1:
        return [*SHARED, *at_random(26, SEED)] if NIGHTLY else [*SHARED[1::2], *at_random(1, SEED)]
    return [*(OFTEN if kind == "sqlite" else OFTEN[2::2]), *at_random(1, SEED)]


@pytest.mark.parametrize(("kind", "replicas"), [("sqlite", 1), ("postgresql", 1), ("postgresql", 2)])
def test_a_desk_that_is_killed_again_and_again_loses_nothing(
    kind: str, replicas: int, open_town: OpenTown, record_property: Callable[[str, object], None]
) -> None:
    """Reports, gates, releases and reminders go on through every kill, and nothing is said twice without its mark.

    Of two replicas one is killed; the other takes over, and both take the approvals of the same second.
    """
    began = time.monotonic()
    town = open_town(kind, mode=MODES[kind], points=points(kind, replicas), replicas=replicas)
    town.start()
    for number in range(MOST_ROUNDS):
        town.whole(photo=number % 2 == 0)
        if not town.points:
            break
    assert not town.points, [point.name for point in town.points]
    town.settle()
    record_property(TOLD, told(kind, town, time.monotonic() - began))
    assert_unbroken(town.broken(at_rest=True))
    assert_marked_no_more_than_in_flight(town)
    assert set(town.stop()) == {0}


def test_a_record_that_is_sealed_when_the_power_fails_is_whole(open_town: OpenTown, tmp_path: Path) -> None:
    """A seal is there as a whole or not at all, and the next export verifies."""
    town = open_town("sqlite")
    town.start()
    town.registers(town.reports())
    file = tmp_path / "record.jsonl"
    assert town.desk.runs("export-history", str(file), kill="before sealing 1") < 0
    assert_unbroken(town.broken(at_rest=False))
    assert town.desk.runs("export-history", str(file), kill="after sealing 1") < 0
    assert_unbroken(town.broken(at_rest=False))
    assert town.desk.runs("export-history", str(file)) == 0
    assert history_is_whole(file.read_text(encoding="utf-8").splitlines())


def assert_marked_no_more_than_in_flight(town: Town) -> None:
    """Hold the doubles against the kills: each send that was under way may come once more for each, and no other."""
    for serial, count in town.evidence().marked().items():
        killed = [death.point for death in town.deaths if serial in death.in_flight]
        assert count <= len(killed), f"#{serial} came {count} times more, and was in flight at {killed}"


def told(kind: str, town: Town, seconds: float) -> str:
    """Say what the run came to."""
    evidence, lost = town.evidence(), len(town.broken(at_rest=True))
    doubles, marked, cards = evidence.doubles().total(), evidence.marked().total(), evidence.cards_again()
    return (
        f"{kind}, {1 + len(town.others)} processes: {len(town.deaths)} kills, {lost} lost, {doubles} doubles "
        f"({marked} marked), {cards} cards anew, {len(evidence.calls)} calls, {seconds:.0f} s, seed {SEED}"
    )
