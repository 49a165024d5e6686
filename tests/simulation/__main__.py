"""Simulate: python -m tests.simulation --days 1000 --seed 7 [--trace]."""

import argparse
import sys
import time

from tests.simulation.running import Broken, live

EACH = 25  # days of one desk


def main() -> int:
    """Let desks live until all days are over; 1 when an invariant did not hold."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--days", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--trace", action="store_true", help="print everything that happens")
    asked = parser.parse_args()
    began, seed, left = time.process_time(), asked.seed, asked.days
    while left > 0:
        try:
            lived = live(seed, min(left, EACH), tells=asked.trace)
        except Broken as broken:
            say(str(broken))
            return 1
        spent = time.process_time() - began
        done = asked.days - left + lived.days
        say(f"{lived} · {done} days in {spent:.0f} s of processor time: {60 * done / spent:.0f} a minute")
        seed, left = seed + 1, left - lived.days
    return 0


def say(line: str) -> None:
    """Say it at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
