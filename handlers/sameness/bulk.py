"""Relate the posts of a file to each other: which copy which, which tell of the same event, and how hot that is."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from config.plan import HotTopics
from handlers.heat import Counts, heat_of
from handlers.reading.post import SHANGHAI
from handlers.reading.telling import telling
from handlers.sameness.copies import Copies
from handlers.sameness.likeness import NEWEST, OFFERED, Seen, likest, parts

LATELY: Final = timedelta(days=1)
_LONG_AGO: Final = datetime(1900, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Post:
    """A post as a file has it; one without a time stands where the file has it."""

    id: str
    title: str
    text: str
    time: datetime | None = None
    likes: int = 0


@dataclass(frozen=True, slots=True)
class Relation:
    """What a post has to do with earlier ones, by their ids, empty for none, and how hot its event is.

    A copy is of the event of what it copies; in other words than the copied ones an event is an offer, nothing more.
    """

    copy_of: str
    event_of: str
    heat: float


def relate(posts: Iterable[Post], formula: HotTopics | None = None) -> Iterator[Relation]:
    """Yield what each post has to do with the earlier ones, in the posts' own order; all are read first.

    Earlier is by time where times are known. The heat is that of the whole event in the file.
    """
    known = list(posts)
    events = Events()
    links = {n: events.take(n, known[n]) for n in _by_time(known)}
    heats = _heats(known, events.event_of, formula or HotTopics())
    for n in range(len(known)):
        copied, offered = links[n]
        ids = ["" if other is None else known[other].id for other in (copied, offered)]
        yield Relation(ids[0], ids[1], heats[events.event_of[n]])


def _aware(moment: datetime) -> datetime:
    """Return a moment that can be compared: one without a zone is taken for the bureau's."""
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=SHANGHAI)


def _by_time(posts: Sequence[Post]) -> list[int]:
    """Return the posts in the order of time; one without a time follows the one before it in the file."""
    last: datetime | None = None
    keyed: list[tuple[datetime, int]] = []
    for n, post in enumerate(posts):
        last = post.time or last
        keyed.append((_aware(last) if last else _LONG_AGO, n))
    return [n for _, n in sorted(keyed)]


class Events:
    """The events of posts seen so far, and the newest posts that have each telling term."""

    def __init__(self) -> None:
        """Begin with none."""
        self.event_of: dict[int, int] = {}
        self._copies: Copies = Copies()
        self._having: dict[str, deque[Seen[int]]] = {}

    def take(self, n: int, post: Post) -> tuple[int | None, int | None]:
        """Return which earlier post this one copies, and which one it tells the same event as."""
        copied = self._copies.original(n, post.title, post.text)
        told = telling(post.text, post.title)
        seen = {term: having for term in told.terms if (having := self._having.get(term))}
        mine = parts(told, seen)
        like = likest(mine, seen, placed=told.placed)
        same = copied if copied is not None else like.post if like and like.score >= OFFERED else None
        self.event_of[n] = self.event_of[same] if same is not None else n
        for term, part in mine.items():
            self._having.setdefault(term, deque(maxlen=NEWEST)).append((n, self.event_of[n], part, told.placed))
        return copied, same


def _heats(posts: Sequence[Post], event_of: dict[int, int], formula: HotTopics) -> dict[int, float]:
    times = [_aware(post.time) for post in posts if post.time is not None]
    begin = max(times) - LATELY if times else None
    members: dict[int, list[Post]] = {}
    for n, event in event_of.items():
        members.setdefault(event, []).append(posts[n])
    return {event: heat_of(_counts(of_event, begin), formula) for event, of_event in members.items()}


def _counts(posts: Sequence[Post], begin: datetime | None) -> Counts:
    lately = sum(post.time is not None and begin is not None and _aware(post.time) > begin for post in posts)
    return Counts(reports=len(posts), lately=lately, likes=sum(max(0, post.likes) for post in posts))
