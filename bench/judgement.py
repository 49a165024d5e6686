"""How well posts are judged, on public posts that are not part of this project: `python bench/judgement.py [-v]`.

Set HUIYING_SHARED to the folder that holds data/public; without it the neighbour folder ../shared is looked for.
"""

import csv
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from config.lexicon import load_lexicon
from handlers.reading.post import AccidentGrades, Reading, read_post

TEXTS = Path(os.environ.get("HUIYING_SHARED", Path(__file__).resolve().parents[2] / "shared")) / "data" / "public"
LABELS = ("misread", "interest", "moral", "emergency", "ordinary", "none")
LABEL_OF = {
    "policy_misread": "misread",
    "vital_interests": "interest",
    "moral_bottom_line": "moral",
    "emergency": "emergency",
}
SEVERITY_OF = {"extremely_grave": "extreme", "grave": "major", "relatively_grave": "large", "ordinary": "general"}
GRADES = AccidentGrades(
    (
        ("extremely_grave", 30, 100, 100_000_000),
        ("grave", 10, 50, 50_000_000),
        ("relatively_grave", 3, 10, 10_000_000),
        ("ordinary", 1, 1, 1),
    )
)


def posted(text: str) -> date:
    """Stand in for the day of the post, which the set does not give: the end of the last year that the text names."""
    years = [int(year) for year in re.findall(r"(?<!\d)(20[01]\d)(?!\d)", text)]
    return date(max(years, default=2019), 12, 31)


def judged(reading: Reading) -> str:
    if reading.primary in LABEL_OF:
        return LABEL_OF[reading.primary]
    return "ordinary" if reading.public_affairs else "none"


def f1(pairs: Sequence[tuple[str, str]], label: str) -> float:
    hit = sum(true == found == label for true, found in pairs)
    wanted, claimed = sum(true == label for true, _ in pairs), sum(found == label for _, found in pairs)
    return 2 * hit / (wanted + claimed) if wanted + claimed else 0.0


def report(pairs: list[tuple[str, str]]) -> None:
    print(f"posts {len(pairs)}  accuracy {sum(true == found for true, found in pairs) / len(pairs):.3f}", end="  ")
    print(f"macro-F1 {sum(f1(pairs, label) for label in LABELS) / len(LABELS):.3f}")
    counts = Counter(pairs)
    print("judged →  " + "".join(f"{label:>10}" for label in LABELS) + "        F1")
    for true in LABELS:
        row = "".join(f"{counts[true, found]:>10}" for found in LABELS)
        print(f"{true:10}{row}     {f1(pairs, true):.3f}")


def main() -> None:
    if not TEXTS.is_dir():
        print("bench/judgement: skipped, the public texts are not here (set HUIYING_SHARED)")
        return
    with (TEXTS / "judged_dev.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    lexicon = load_lexicon()
    started = time.perf_counter()
    readings = [
        read_post(row["text"], lexicon=lexicon, accident_grades=GRADES, today=posted(row["text"])) for row in rows
    ]
    spent = time.perf_counter() - started
    report([(row["category"], judged(reading)) for row, reading in zip(rows, readings, strict=True)])
    rumours = [(row["rumour"], "yes" if each.rumour else "no") for row, each in zip(rows, readings, strict=True)]
    print(f"rumour suspicion: F1 {f1(rumours, 'yes'):.3f}  {dict(Counter(rumours))}")
    graded = [
        (row["severity"], SEVERITY_OF.get(each.grade or "", "-"), row["text"])
        for row, each in zip(rows, readings, strict=True)
        if row["category"] == judged(each) == "emergency"
    ]
    print(f"grade of emergencies found: {sum(true == found for true, found, _ in graded)} of {len(graded)} right")
    print(f"{spent / len(rows) * 1000:.2f} ms per post")
    if "-v" in sys.argv[1:]:
        for row, each in zip(rows, readings, strict=True):
            if row["category"] != judged(each):
                scores = {kind: (found.score, found.words[:5]) for kind, found in each.kinds.items()}
                print(row["id"], row["category"], "→", judged(each), scores, row["text"][:60])
        print(*(f"{true} → {found}: {text[:80]}" for true, found, text in graded if true != found), sep="\n")


if __name__ == "__main__":
    main()
