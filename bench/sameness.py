"""How well copies and offers of the same event are found, on public posts that are not part of this project.

`python bench/sameness.py [-v]`. Set HUIYING_SHARED to the folder that holds data/public; without it the neighbour
folder ../shared is looked for.

Copies: all pairs of a3 whose words share 60 % of their three-letter pieces (Jaccard) or more are found by comparing all
with all. Recall is over the posts that have such an earlier one, precision over the posts that were said to copy one.

Offers: each post in the order of time is offered one earlier post. Gold are the posts that two teams or more counted to
a hot topic. Recall: how many of them, but for the first of each topic, were offered one of their own topic. Wrong:
offers of anything else to a gold post, per 10 gold posts; and, stricter, with every offer to one of the other rows of
the list, which have no right answer, per 10 rows of the list.
"""

import csv
import os
import resource
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from handlers.sameness.bulk import Events, Post, Relation, relate
from handlers.text.similarity import grams

TEXTS = Path(os.environ.get("HUIYING_SHARED", Path(__file__).resolve().parents[2] / "shared")) / "data" / "public"
COPY, TEAMS = 0.6, 2
MANY = 100_000


@dataclass(frozen=True)
class Hot:
    """A row of the list of hot topics."""

    topic: str
    teams: int


def rows(name: str) -> list[dict[str, str]]:
    with (TEXTS / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def messages() -> list[Post]:
    return [
        Post(row["msg_id"], row["title"], row["text"], datetime.fromisoformat(row["created"]), int(row["likes"] or 0))
        for row in rows("tipdm_c_a3_messages.csv")
    ]


def true_copies(posts: Sequence[Post], *, titled: bool) -> dict[str, set[str]]:
    """Find for each post the earlier ones that it is a copy of, by comparing all that share anything."""
    pieces = [grams(f"{post.title}\n{post.text}" if titled else post.text) for post in posts]
    having: dict[str, list[int]] = defaultdict(list)
    found: dict[str, set[str]] = defaultdict(set)
    for n, mine in enumerate(pieces):
        shared = Counter[int]()
        for piece in mine:
            shared.update(having[piece])
            having[piece].append(n)
        for other, both in shared.items():
            if both / (len(mine) + len(pieces[other]) - both) >= COPY:
                found[posts[n].id].add(posts[other].id)
    return found


def measure_copies(posts: Sequence[Post], related: dict[str, Relation]) -> None:
    for titled in (False, True):
        true = true_copies(posts, titled=titled)
        said = {post_id: relation.copy_of for post_id, relation in related.items() if relation.copy_of}
        right = sum(original in true[post_id] for post_id, original in said.items())
        name = "title and words" if titled else "words"
        found = sum(post_id in said for post_id in true)
        print(
            f"copies by {name}: {len(true)} of {len(posts)} posts  recall {found / len(true):.3f}"
            f"  precision {right / len(said):.3f}  (floor 0.98 each)"
        )


def measure_offers(name: str, posts: Sequence[Post], hot: dict[str, Hot], related: dict[str, Relation]) -> None:
    gold = {post_id: row.topic for post_id, row in hot.items() if row.teams >= TEAMS}
    listed = [post for post in posts if post.id in hot]
    begun: set[str] = set()
    asked = right = wrong = beside = 0
    for post in listed:
        offered = related[post.id].event_of
        if post.id not in gold:
            beside += bool(offered)
            continue
        hit = gold.get(offered) == gold[post.id]
        if gold[post.id] in begun:
            asked, right = asked + 1, right + hit
        begun.add(gold[post.id])
        wrong += bool(offered) and not hit
        if not hit and "-v" in sys.argv:
            print(f"  missed: {post.title} → {offered}")
    rest = [post for post in posts if post.id not in hot]
    others = sum(bool(related[post.id].event_of) for post in rest)
    print(f"offers, {name}: recall {right / asked:.3f} of {asked} (floor 0.85)", end="  ")
    print(f"wrong {10 * wrong / len(gold):.2f} of 10 gold (at most 2)", end="  ")
    print(f"with the list's other rows {10 * (wrong + beside) / len(listed):.2f} of 10", end="  ")
    print(f"of {len(rest)} other posts {others} were offered something")


def related(posts: Sequence[Post]) -> dict[str, Relation]:
    return {post.id: relation for post, relation in zip(posts, relate(posts), strict=True)}


def measure_size() -> None:
    """Relate a hundred thousand made-up posts, and say what a look-up takes and what is held."""
    made, events, before = made_up(MANY), Events(), resident()
    for n, post in enumerate(made[:-1000]):
        events.take(n, post)
    spans = []
    for n, post in enumerate(made[-1000:], MANY - 1000):
        begun = time.process_time()
        events.take(n, post)
        spans.append((time.process_time() - begun) * 1000)
    spans.sort()
    print(
        f"among {MANY:,} posts: copy and event of one in {spans[500]:.2f} ms median, {spans[990]:.2f} ms p99"
        f" (floor 2 ms)  held {(resident() - before) / 1024:.0f} MB beside the posts"
    )


def made_up(count: int) -> list[Post]:
    """Make posts of 150 signs each, of signs as unevenly frequent as words are, a tenth of them copies."""
    chance = Random(7)  # noqa: S311 - the same posts each time
    signs = [chr(0x4E00 + n) for n in range(3000)]
    weights = [1 / (n + 10) for n in range(3000)]
    posts: list[Post] = []
    for n in range(count):
        if posts and chance.random() < 0.1:
            copied = chance.choice(posts).text
            text = copied[:70] + chance.choice(signs) + copied[75:]
        else:
            text = "".join(chance.choices(signs, weights, k=150))
        posts.append(Post(str(n), text[:20], text))
    return posts


def resident() -> float:
    """Return the memory held by now, in kB."""
    with Path("/proc/self/statm").open() as file:
        return int(file.read().split()[1]) * resource.getpagesize() / 1024


def main() -> None:
    """Print the figures beside the floors."""
    if (TEXTS / "tipdm_c_a3_messages.csv").exists():
        posts = sorted(messages(), key=lambda post: str(post.time))
        hot = {row["msg_id"]: Hot(row["topic"], int(row["team_votes"])) for row in rows("tipdm_c_a3_hot_topics.csv")}
        begun = time.process_time()
        all_related = related(posts)
        print(f"{len(posts)} posts related in {(time.process_time() - begun) * 1000 / len(posts):.2f} ms each")
        measure_copies(posts, all_related)
        measure_offers("all messages", posts, hot, all_related)
        few = [post for post in posts if post.id in hot]
        measure_offers("hot rows alone", few, hot, related(few))
    else:
        print(f"same post, same event: no texts in {TEXTS}, their figures are not measured")
    if "-q" not in sys.argv:
        measure_size()


if __name__ == "__main__":
    main()
