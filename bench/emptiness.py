"""How well empty replies are told, on public replies that are no part of this project: `bench/emptiness.py [-v]`.

Three columns of the set speak of it, by two teams that had answered the contest's task for themselves.
`explain_syu` (every row) is 0 for a reply that answers nothing of what was asked: a receipt, 已转相关部门, thanks, a
day alone, "ask there". That is what empty means here, so it is the truth. `explain_rollbear` (85 rows, none of them 0
by the other team) is 0 where an answer gives no basis or takes no stand, and `integrity_rollbear` is about its form:
both speak of how good an answer is that says something, and are shown beside the parts that the desk misses.

The rules were written from three quarters (by dup_group: all copies of a reply on one side); the last was never read.
Set HUIYING_SHARED to the folder that holds data/public; without it the neighbour folder ../shared is looked for.
"""

import csv
import os
import sys
import time
import zlib
from pathlib import Path
from statistics import mean, median

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from handlers.drafting.emptiness import Verdict, weigh

TEXTS = Path(os.environ.get("HUIYING_SHARED", Path(__file__).resolve().parents[2] / "shared")) / "data" / "public"
FLOOR = 0.8
Row = dict[str, str]
WORST = 8


def is_held_out(row: Row) -> bool:
    """Split by group of copies, the same in every run."""
    return all(zlib.crc32(f"{seed}:{row['dup_group']}".encode()) % 2 == 1 for seed in ("empty", "again"))


def show(name: str, judged: list[tuple[Row, Verdict]]) -> None:
    right = sum(verdict.empty and row["explain_syu"] == "0" for row, verdict in judged)
    claimed = sum(verdict.empty for _, verdict in judged)
    wanted = sum(row["explain_syu"] == "0" for row, _ in judged)
    plain = len(judged) - claimed - wanted + right
    f1 = 2 * right / max(1, claimed + wanted)
    print(
        f"{name:10}{len(judged):>6} replies  precision {right / max(1, claimed):.3f}"
        f"  recall {right / max(1, wanted):.3f}  F1 {f1:.3f} (floor {FLOOR})"
        f"   empty: {right} found, {wanted - right} missed; others: {plain} left, {claimed - right} called empty"
    )


def show_worst(judged: list[tuple[Row, Verdict]]) -> None:
    """Print the errors of which the rules were surest."""
    wrong = [(row, verdict) for row, verdict in judged if verdict.empty != (row["explain_syu"] == "0")]
    wrong.sort(key=lambda each: -abs(each[1].score - 0.5))
    for row, verdict in wrong[: None if "-v" in sys.argv[1:] else WORST]:
        print(f"  {verdict.score:.2f} (truth {'empty' if row['explain_syu'] == '0' else 'not'}) {row['reply'][:110]!r}")


def show_parts(judged: list[tuple[Row, Verdict]]) -> None:
    """Print how many parts are missed, by what the second team said of an answer."""
    for said in ("1.0", "0.0"):
        missed = [len(verdict.missing) for row, verdict in judged if row["explain_rollbear"] == said]
        print(f"  explain_rollbear {said}: {len(missed)} replies, {mean(missed):.2f} of 6 parts missed")


def main() -> None:
    if not TEXTS.is_dir():
        print("bench/emptiness: skipped, the public texts are not here (set HUIYING_SHARED)")
        return
    with (TEXTS / "tipdm_c_a4_replies.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    judged, spent = list[tuple[Row, Verdict]](), list[float]()
    for row in rows:
        before = time.process_time()
        verdict = weigh(row["reply"])
        spent.append((time.process_time() - before) * 1000)
        judged.append((row, verdict))
    show("all", judged)
    show("written on", [each for each in judged if not is_held_out(each[0])])
    show("held out", [each for each in judged if is_held_out(each[0])])
    show_parts(judged)
    at_99 = sorted(spent)[len(spent) * 99 // 100]
    print(f"  {median(spent):.2f} ms of the processor a reply (median), {at_99:.2f} ms at 99 %")
    show_worst([each for each in judged if not is_held_out(each[0])])


if __name__ == "__main__":
    main()
