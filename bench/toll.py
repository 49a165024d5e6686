"""How well the toll is read, on public texts that are not part of this project: `python -m bench.toll`.

Rows are halved by their group of near-copies: rules are made while looking at one half, the other is only counted.
Set HUIYING_SHARED to the folder that holds data/public; without it the neighbour folder ../shared is looked for.
"""

import csv
import hashlib
import os
import statistics
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from handlers.reading.toll import Toll, read_toll

TEXTS: Final = (
    Path(os.environ.get("HUIYING_SHARED", Path(__file__).resolve().parents[2] / "shared")) / "data" / "public"
)
EXACT, SILENT, MEDIAN_MS = 0.95, 0.98, 0.3
SHOWN: Final = 6  # of the errors of one line
CALM: Final = (
    "tipdm_c_a2_messages", "tipdm_c_a3_messages", "tipdm_c_a4_replies", "weibo_ced_rumor", "ltcr_rumor", "duee_events",
)  # fmt: skip
Row = dict[str, str]


@dataclass
class Score:
    """What was right of what was looked at, the floor it has to reach, and where it was not."""

    name: str
    floor: float
    right: int = 0
    of: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, error: str | None) -> None:
        """Count one text; an error says what was read in it."""
        self.of += 1
        self.right += error is None
        self.wrong += [error] if error else []

    def show(self) -> None:
        """Print the line, and the first of its errors."""
        share = self.right / max(1, self.of)
        mark = " " if share >= self.floor else "!"
        print(f"{mark} {self.name:44} {self.right:5} of {self.of:5}  {share:.4f}  floor {self.floor}")
        for error in self.wrong[:SHOWN]:
            print(f"      {error}")


def main() -> None:
    """Measure, and print a line for each set with its floor."""
    if not TEXTS.is_dir():
        print("bench/toll: skipped, the public texts are not here (set HUIYING_SHARED)")
        return
    for score in (*_labelled(), *_silent()):
        score.show()
    _speed()


def _labelled() -> Iterator[Score]:
    cec, duee = _rows("cec_emergency"), _rows("duee_events")
    together = {about: Score(f"all trusted rows, {about}", EXACT) for about in ("deaths", "injured")}
    for held in (False, True):
        half = "held out" if held else "looked at"
        for about, trusted, column in (
            ("deaths", "trusted_deaths", "deaths"),
            ("injured", "trusted_injured", "injured"),
        ):
            sets = (
                ("cec title", ((row["title"], row[trusted]) for row in cec if _is_held(row) == held)),
                ("cec title and text", ((_whole(row), row[trusted]) for row in cec if _is_held(row) == held)),
                ("duee", ((row["text"], row[column]) for row in duee if _is_held(row) == held)),
            )
            for name, texts in sets:
                score = _exact(Score(f"{name}, {about}, {half}", EXACT), about, texts)
                together[about].right += score.right
                together[about].of += score.of
                yield score
    yield from together.values()


def _exact(score: Score, about: str, texts: Iterable[tuple[str, str]]) -> Score:
    for text, label in texts:
        if label:
            read = getattr(read_toll(text), about)
            score.add(None if read == int(label) else f"labelled {label}, read {read}: {text[:90]}")
    return score


def _silent() -> Iterator[Score]:
    """Read the texts that no label says to hold a toll: some do, so that less than all is right."""
    together = Score("texts that hold none, all", SILENT)
    for name in CALM:
        score = Score(f"texts that hold none, {name}", SILENT)
        for row in _rows(name):
            if row.get("is_disaster") != "1":
                error = _told(read_toll(_whole(row)))
                score.add(error)
                together.add(error)
        yield score
    together.wrong.clear()
    yield together


def _told(toll: Toll) -> str | None:
    spans = [words for about, words in toll.spans.items() if about in {"deaths", "injured"} and getattr(toll, about)]
    return " / ".join(spans) or None


def _speed() -> None:
    spent = []
    for row in _rows("tipdm_c_a2_messages")[:2000]:
        text = _whole(row)
        started = time.process_time()
        read_toll(text)
        spent.append((time.process_time() - started) * 1000)
    median, slow = statistics.median(spent), statistics.quantiles(spent, n=100)[98]
    mark = " " if median <= MEDIAN_MS else "!"
    print(f"{mark} {'CPU milliseconds a message':44} median {median:.3f}, p99 {slow:.2f}  floor {MEDIAN_MS}")


def _whole(row: Row) -> str:
    return "。".join(filter(None, (row.get("title"), row["text"])))


def _is_held(row: Row) -> bool:
    return hashlib.sha256(f"toll{row['dup_group']}".encode()).digest()[-1] % 2 == 1


def _rows(name: str) -> list[Row]:
    with (TEXTS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    main()
