"""Simulated days on PostgreSQL, where claims, holds and pauses are other statements: a few in CI, many at night."""

import os
from contextlib import closing
from typing import Final

import pytest

from storage.database import Database
from tests.simulation.running import live

NIGHTLY: Final = os.environ.get("HUIYING_FAULTS") == "nightly"
SEEDS: Final = range(11, 31) if NIGHTLY else (17,)
DAYS: Final = 8 if NIGHTLY else 3


@pytest.mark.parametrize("seed", SEEDS)
def test_a_desk_keeps_its_promises_on_postgresql(seed: int, postgresql_url: str) -> None:
    """The same desk, people and weather, and the same invariants after each step."""
    with closing(Database(postgresql_url)) as database:
        assert live(seed, DAYS, database=database).sends > 0
