"""Simulate: python -m tests.simulation --days 1000 --seed 7 [--jobs 2] [--trace]."""

import argparse
import os
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from tests.simulation.running import Broken, Lived, live

EACH = 25  # days of one desk


def main() -> int:
    """Let desks live until all days are over; 1 when an invariant did not hold."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--days", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="desks that live at the same time")
    parser.add_argument("--trace", action="store_true", help="print everything that happens, one desk after the other")
    asked = parser.parse_args()
    desks = [(asked.seed + n, min(asked.days - EACH * n, EACH)) for n in range(-(-asked.days // EACH))]
    began, done, spent = time.monotonic(), 0, 0.0
    for lived, seconds in _together(desks, asked.jobs) if asked.jobs > 1 and not asked.trace else _alone(desks, asked):
        if isinstance(lived, Broken):
            say(str(lived))
            return 1
        done, spent, passed = done + lived.days, spent + seconds, time.monotonic() - began
        say(f"{lived} · {done} days, {60 * done / spent:.0f} a minute of a core, {60 * done / passed:.0f} a minute")
    return 0


Came = tuple[Lived | Broken, float]  # what came of a desk, and the seconds of processor time that it took


def lives(desk: tuple[int, int], *, tells: bool = False) -> Came:
    """Let one desk live."""
    began = time.process_time()
    try:
        return live(*desk, tells=tells), time.process_time() - began
    except Broken as broken:
        return broken, time.process_time() - began


def _alone(desks: Sequence[tuple[int, int]], asked: argparse.Namespace) -> Iterator[Came]:
    return map(partial(lives, tells=asked.trace), desks)


def _together(desks: Sequence[tuple[int, int]], jobs: int) -> Iterator[Came]:
    """Let several live at once, in processes of their own; they are told of in their order."""
    pool = ProcessPoolExecutor(jobs)
    try:
        yield from pool.map(lives, desks)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def say(line: str) -> None:
    """Say it at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
