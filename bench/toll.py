"""How well the toll is read, on public texts that are not part of this project: `python bench/toll.py [-v]`.

Set HUIYING_SHARED to the folder that holds data/public; without it the neighbour folder ../shared is looked for.
"""

import csv
import os
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from handlers.reading.toll import read_toll

TEXTS = Path(os.environ.get("HUIYING_SHARED", Path(__file__).resolve().parents[2] / "shared")) / "data" / "public"


@dataclass
class Score:
    """Counts for one field of one set; a row without a figure in the set says nothing about what the text holds."""

    name: str
    labelled: int = 0
    read: int = 0
    exact: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, text: str, expected: str, found: int | None) -> None:
        if not expected:
            return
        self.labelled += 1
        self.read += found is not None
        self.exact += found == int(expected)
        if found != int(expected):
            self.wrong.append(f"  expected {expected}, read {found}: {text[:160]}")

    def line(self) -> str:
        recall, precision = self.exact / max(1, self.labelled), self.exact / max(1, self.read)
        return f"{self.name:34} labelled {self.labelled:4}  recall {recall:.3f}  precision {precision:.3f}"


def rows(name: str) -> list[dict[str, str]]:
    with (TEXTS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def measure(name: str, texts: list[tuple[str, str, str]]) -> list[Score]:
    deaths, injured = Score(f"{name} deaths"), Score(f"{name} injured")
    for text, expected_deaths, expected_injured in texts:
        toll = read_toll(text)
        deaths.add(text, expected_deaths, toll.deaths)
        injured.add(text, expected_injured, toll.injured)
    return [deaths, injured]


def main() -> None:
    if not TEXTS.is_dir():
        print("bench/toll: skipped, the public texts are not here (set HUIYING_SHARED)")
        return
    cec, duee = rows("cec_emergency.csv"), rows("duee_events.csv")
    started = time.perf_counter()
    scores = [
        *measure("cec title", [(row["title"], row["trusted_deaths"], row["trusted_injured"]) for row in cec]),
        *measure(
            "cec title + text",
            [(f"{row['title']}。{row['text']}", row["trusted_deaths"], row["trusted_injured"]) for row in cec],
        ),
        *measure("duee text", [(row["text"], row["deaths"], row["injured"]) for row in duee]),
    ]
    spent = time.perf_counter() - started
    for score in scores:
        print(score.line())
        if "-v" in sys.argv[1:]:
            print(*score.wrong, sep="\n")
    # Texts about no accident at all: any toll read there is invented.
    calm = [row["text"] for row in duee if row["is_disaster"] == "0"]
    invented = [text for text in calm if (read_toll(text).deaths or 0) > 0]
    print(f"duee, not a disaster: {len(invented)} of {len(calm)} texts with deaths read")
    if "-v" in sys.argv[1:]:
        print(*(f"  {read_toll(text).spans['deaths']}: {text[:160]}" for text in invented), sep="\n")
    print(f"{spent / (2 * len(cec) + len(duee)) * 1000:.2f} ms per text")


if __name__ == "__main__":
    main()
