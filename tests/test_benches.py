"""The measurements run to their end, in the small: what they print is not judged here, a timed test would be."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[1]
PATIENCE: Final = 240  # seconds
# What to run, and what each prints: so many lines in which these words stand.
RUNS: Final = {
    "intake": ("bench.intake --posts 6 --rate 10 --seconds 1", {r"accept  p50 [\d.]+ ms": 1, r"handled meanwhile": 1}),
    "timers": (
        "bench.timers --pending 400 --rates 20 --seconds 1 --missed 20",
        {r"20/s due   owed p50 \d+ ms": 1, r"restart with 20 (reminders|limits) missed": 2},
    ),
    "outbox": ("bench.outbox --sends 50 --reminders 2", {r"\d+ sends/s": 1, r"broadcast to 1300, .* \d+\.\d+ s": 2}),
    "growth": ("bench.growth --sizes 20,40 --rounds 1 --posts 6", {r"\d+ cases: [\d.]+ ms of the processor": 2}),
}


@pytest.mark.parametrize("name", RUNS)
def test_a_measurement_runs_to_its_end(name: str) -> None:
    """Every round of it prints its figures."""
    command, lines = RUNS[name]
    ran = subprocess.run(
        [sys.executable, "-m", *command.split()], cwd=ROOT, env=os.environ | {"PYTHONUNBUFFERED": "1"},
        capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    for expected, count in lines.items():
        assert len(re.findall(expected, ran.stdout)) == count, (expected, ran.stdout)
