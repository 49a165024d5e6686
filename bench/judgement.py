"""How well posts are judged, by rules and learned, on public posts that are no part of this project.

`python bench/judgement.py [-v]`. Set HUIYING_SHARED to the folder that holds data/public; without it the neighbour
folder ../shared is looked for. Every learned figure is of posts held out, near copies on one side of each split.
"""

import csv
import os
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.labels import LABELS, GradeScore, show, show_confusion, show_line
from bot.judge_command import bench_of, day_named
from config.settings import read_settings
from handlers.judgement.bulk import Bench, kind_of
from handlers.learning.scores import Scores
from handlers.learning.training import Example, Trained, train
from handlers.reading.heard import EMERGENCY
from handlers.reading.post import Reading, read_post

TEXTS: Final = (
    Path(os.environ.get("HUIYING_SHARED", Path(__file__).resolve().parents[2] / "shared")) / "data" / "public"
)
WORST: Final = 8
TIMED: Final = 1500
MIB: Final = 1024  # ru_maxrss counts kibibytes on Linux
Row = dict[str, str]
LEARNED: Final = (
    # (file, column, what it is, measure, floor)
    ("tipdm_c_a2_messages.csv", "label", "topic, title and text, learned", "macro-F1", 0.915),
    ("tipdm_c_a2_titles.csv", "label", "topic, title only, learned", "macro-F1", 0.87),
    ("weibo_ced_rumor.csv", "label", "rumour on ced, learned", "macro-F1", 0.80),
    ("duee_events.csv", "is_disaster", "disaster or not on duee, learned", "macro-F1", 0.85),
)


def rows(name: str) -> list[Row]:
    """Read one set."""
    with (TEXTS / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def main() -> None:
    """Print every figure of judging beside its floor."""
    if not TEXTS.is_dir():
        print("bench/judgement: skipped, the public texts are not here (set HUIYING_SHARED)")
        return
    bench, verbose = bench_of(read_settings(None)), "-v" in sys.argv[1:]
    by_rules(bench, verbose=verbose)
    disasters_by_rules(bench)
    for name, column, what, measure, floor in LEARNED:
        learned(bench, rows(name), column, what, measure, floor)
    speed(bench)


def reading_of(bench: Bench, text: str) -> Reading:
    """Read one post as `judge` does a post without a time."""
    return read_post(text, lexicon=bench.lexicon, accident_grades=bench.grades, today=day_named(text, DAY))


DAY: Final = datetime.now(UTC).date()


def by_rules(bench: Bench, *, verbose: bool) -> None:
    """Judge the posts that two readers judged, by the rules alone."""
    judged = rows("judged_dev.csv")
    readings = [reading_of(bench, row["text"]) for row in judged]
    found = [kind_of(reading) for reading in readings]
    kinds = Scores.of([row["category"] for row in judged], found)
    show_line("kinds on judged_dev, rules alone", "macro-F1", kinds.macro_f1, 0.75)
    show_confusion(kinds, LABELS)
    rumours = Scores.of([row["rumour"] for row in judged], ["yes" if each.rumour else "no" for each in readings])
    suspected = next(each for each in rumours.each() if each.label == "yes")
    show_line("rumour suspicion on judged_dev, rules", "recall", suspected.recall, 0.6)
    show_line("rumour suspicion on judged_dev, rules", "precision", suspected.precision, 0.6)
    graded = GradeScore.of((row["severity"], each) for row, each in zip(judged, readings, strict=True))
    print(f"  grade of emergencies that were found: {graded.right} of {graded.total} right")
    wrong = [(row, each) for row, each in zip(judged, readings, strict=True) if row["category"] != kind_of(each)]
    worst = sorted(wrong, key=lambda pair: -pair[1].certainty)
    show(
        f"{row['category']} → {kind_of(each)} ({each.certainty:.2f}) {_words(each)} {row['text']}"
        for row, each in (worst if verbose else worst[:WORST])
    )


def _words(reading: Reading) -> str:
    return " ".join(reason.words for reason in reading.reasons[:3])


def disasters_by_rules(bench: Bench) -> None:
    """Find the disasters in news by the rules: as a kind of ours, and told of at all, wherever that was."""
    news = rows("duee_events.csv")
    readings = [reading_of(bench, row["text"]) for row in news]
    true = [row["is_disaster"] for row in news]
    for what, found in (
        ("disaster or not on duee, rules, as a kind", [EMERGENCY in each.kinds for each in readings]),
        ("disaster or not on duee, rules, told at all", [EMERGENCY in (each.kinds or each.told) for each in readings]),
    ):
        scores = Scores.of(true, ["1" if is_one else "0" for is_one in found])
        of_disasters = next(each for each in scores.each() if each.label == "1")
        show_line(what, "F1 of disasters", of_disasters.f1, 0.85)
        show_line(what, "macro-F1", scores.macro_f1, 0.85)


def learned(bench: Bench, labelled: Sequence[Row], column: str, what: str, measure: str, floor: float) -> None:
    """Learn one set and say how well that does on what was held out."""
    began = time.process_time()
    trained = train(list(_examples(bench, labelled, column)))
    show_line(what, measure, trained.learned.macro_f1, floor)
    for name, scores in (("rules alone", trained.rules), ("most frequent label", trained.majority)):
        print(f"  {name}: macro-F1 {scores.macro_f1:.3f}")
    for each in trained.learned.each():
        print(
            f"  {each.label}: precision {each.precision:.3f} recall {each.recall:.3f} F1 {each.f1:.3f} of {each.count}"
        )
    show_confusion(trained.learned, trained.learned.labels)
    print(f"  trained on {len(trained.used)} posts in {time.process_time() - began:.0f} s of the processor")
    show(_worst(trained))


def _examples(bench: Bench, labelled: Sequence[Row], column: str) -> Iterator[Example]:
    for row in labelled:
        if row[column]:
            title, text = row.get("title", ""), row.get("text", "")
            reading = reading_of(bench, f"{title}。\n{text}" if title and text else title or text)
            topic = reading.topic.key if reading.topic else ""
            said = (f"{kind_of(reading)} {topic} {reading.is_suspected_rumour}", kind_of(reading))
            yield Example(title, text, row[column], reading.signs, said)


def _worst(trained: Trained) -> Iterator[str]:
    """Yield the errors of which the model was surest while the post was held out."""
    wrong = [
        (sure, each, found)
        for each, found, sure in zip(trained.used, trained.found, trained.sure, strict=True)
        if each.label != found
    ]
    for sure, each, found in sorted(wrong, key=lambda one: -one[0])[:WORST]:
        yield f"{each.label} → {found} ({sure:.2f}) {each.title} {each.text}"


def speed(bench: Bench) -> None:
    """Time the judging of single posts, by rules and by a model, in the processor's time."""
    posts = [(row["title"], row["text"]) for row in rows("tipdm_c_a3_messages.csv")[:TIMED]]
    some = [Example(title, text, str(n % 2)) for n, (title, text) in enumerate(posts[:400])]
    for what, judge in (
        ("rules", bench),
        ("rules and a model", Bench(bench.lexicon, bench.grades, train(some).model)),
    ):
        spent = sorted(_times(judge, posts))
        median, late = (1000 * spent[int(part * (len(spent) - 1))] for part in (0.5, 0.99))
        show_line(f"judging one post, {what}", "ms, median", median, 1.5, below=True)
        show_line(f"judging one post, {what}", "ms, p99", late, 10, below=True)
    print(f"memory at the most: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MIB:.0f} MiB, training included")


def _times(bench: Bench, posts: Sequence[tuple[str, str]]) -> Iterator[float]:
    for title, text in posts:
        began = time.process_time()
        bench.judged(title, f"{title}。\n{text}", text, date(2019, 12, 31))
        yield time.process_time() - began


if __name__ == "__main__":
    main()
