"""Days of simulated desks, and what makes a simulation worth anything: it repeats itself, and says how."""

import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Final

import pytest

from storage.columns import ids_from
from tests.simulation.__main__ import DESKS, LONGEST, SHORTEST, days_of_each, divided
from tests.simulation.desk_life import quick
from tests.simulation.running import FIRST, Broken, Simulation, furnished, live
from tests.simulation.weather import level_of
from tests.simulation.world import World

ROOT: Final = Path(__file__).parents[2]
SEEDS: Final = range(11, 36)  # calm and stormy, with releases, crashes and outages
DAYS: Final = 8
REPLAY: Final = "from tests.simulation.running import live; print(live(17, 2).digest)"


@pytest.mark.parametrize("seed", SEEDS)
def test_a_desk_keeps_its_promises(seed: int) -> None:
    """Whatever goes wrong with calls, machine, clock and people, no invariant breaks at any step."""
    lived = live(seed, DAYS)
    assert lived.sends > 0


def test_a_desk_nobody_tried_before_keeps_its_promises() -> None:
    """Every day another desk is tried: its seed is the date."""
    seed = int(f"{datetime.now(UTC):%Y%m%d}")
    print(f"python -m tests.simulation --days {DAYS} --seed {seed}")  # noqa: T201 - shown when it fails
    assert live(seed, DAYS).days == DAYS


def test_a_seed_replays_exactly() -> None:
    """The same seed lives the same life in another process, whatever order its sets have there."""
    digests = {
        subprocess.run(
            [sys.executable, "-c", REPLAY], cwd=ROOT, env={"PYTHONHASHSEED": hash_seed, "PATH": ""},
            capture_output=True, text=True, check=True,
        ).stdout
        for hash_seed in ("1", "2")
    }  # fmt: skip
    assert len(digests) == 1
    assert len(digests.pop().strip()) == 64


@pytest.mark.parametrize("days", [1, 8, 9, 64, 100, 1000])
def test_days_are_divided_among_desks(days: int) -> None:
    """Together the desks live all the days, none of them too long; of few days there are desks enough for two cores."""
    desks = divided(days, 7, days_of_each(days))
    assert sum(own for _, own in desks) == days
    assert [seed for seed, _ in desks] == list(range(7, 7 + len(desks)))
    assert max(own for _, own in desks) <= LONGEST
    assert len(desks) >= min(DESKS, days // SHORTEST)


def test_how_stormy_a_desk_is_is_its_first_throw(tmp_path: Path) -> None:
    """What decides which desk begins first is what the desk then lives with."""
    levels = set()
    for seed in range(8):
        world = World(seed, FIRST)
        with (
            closing(quick(furnished(tmp_path / f"{seed}.db"))) as database,
            closing(Simulation(world, database, [])) as one,
        ):
            assert one.weather.level == level_of(Random(seed))  # noqa: S311 - as the desk throws them
            levels.add(one.weather.level)
    assert len(levels) > 1


def test_a_failure_says_how_to_see_it_again(tmp_path: Path) -> None:
    """What is found comes with the seed, the step, and what happened before."""
    world = World(3, FIRST)
    database = quick(furnished(tmp_path / "huiying.db"))
    trouble = [{"log_level": "error", "event": "a timer broke"}]
    with ids_from(world.new_id), pytest.raises(Broken) as broken:
        Simulation(world, database, trouble).live(3, 1)
    database.close()
    said = str(broken.value)
    assert "the desk is open" in said
    assert "a timer broke" in said
    assert said.endswith("again: python -m tests.simulation --days 1 --seed 3 --trace")
