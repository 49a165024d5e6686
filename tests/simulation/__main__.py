"""Simulate: python -m tests.simulation --days 1000 --seed 7 [--jobs 2] [--trace]."""

import argparse
import os
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from random import Random

from tests.simulation.running import Broken, Lived, live, template
from tests.simulation.weather import level_of

LONGEST, SHORTEST = 25, 8  # days of one desk
DESKS = 8  # at least, where each gets enough days: a stormy one takes many times as long as a calm one

Desk = tuple[int, int]  # its seed and days


def main() -> int:
    """Let desks live until all days are over; 1 when an invariant did not hold."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--days", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="desks that live at the same time")
    parser.add_argument("--trace", action="store_true", help="print everything that happens, one desk after the other")
    asked = parser.parse_args()
    desks = divided(asked.days, asked.seed, LONGEST if asked.trace else days_of_each(asked.days))
    began, done, spent = time.monotonic(), 0, 0.0
    for lived, seconds in _together(desks, asked.jobs) if asked.jobs > 1 and not asked.trace else _alone(desks, asked):
        if isinstance(lived, Broken):
            say(str(lived))
            return 1
        done, spent, passed = done + lived.days, spent + seconds, time.monotonic() - began
        say(f"{lived} · {done} days, {60 * done / spent:.0f} a minute of a core, {60 * done / passed:.0f} a minute")
    return 0


def days_of_each(days: int) -> int:
    """Return for how many days each desk lives: the same on every machine, so that a seed means the same everywhere."""
    return min(LONGEST, max(SHORTEST, -(-days // DESKS)))


def divided(days: int, seed: int, each: int) -> list[Desk]:
    """Divide days among desks: the seed of each, and its days."""
    return [(seed + n, min(days - each * n, each)) for n in range(-(-days // each))]


Came = tuple[Lived | Broken, float]  # what came of a desk, and the seconds of processor time that it took


def lives(desk: Desk, *, tells: bool = False) -> Came:
    """Let one desk live."""
    began = time.process_time()
    try:
        return live(*desk, tells=tells), time.process_time() - began
    except Broken as broken:
        return broken, time.process_time() - began


def _alone(desks: Sequence[Desk], asked: argparse.Namespace) -> Iterator[Came]:
    return map(partial(lives, tells=asked.trace), desks)


def _together(desks: Sequence[Desk], jobs: int) -> Iterator[Came]:
    """Let several live at once, in processes of their own; they are told of in their order.

    The stormiest begin: one that began last would be waited for by all the others.
    """
    template()  # which the processes begin with, too
    pool = ProcessPoolExecutor(jobs)
    try:
        stormiest_first = sorted(desks, key=lambda desk: -level_of(Random(desk[0])))  # noqa: S311 - as it will throw them
        came = {desk: pool.submit(lives, desk) for desk in stormiest_first}
        for desk in desks:
            yield came[desk].result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def say(line: str) -> None:
    """Say it at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
