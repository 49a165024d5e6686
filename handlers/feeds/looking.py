"""When a feed is looked at, and what of it is new: every rule, and nothing but rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zlib import crc32

from handlers.conversation import MAX_TEXT, Incoming, Origin, Place, Sender
from handlers.reading.post import Reading
from handlers.text.canonical import canonical_text
from storage.feed import Feed

FEED: Final = "feed"  # the platform, and the place, of what feeds bring
OLDEST: Final = timedelta(days=1)  # what was there before somebody subscribed is taken up to this age
MOST: Final = 50  # items of one look: what comes beyond is taken at the next
GAP: Final = timedelta(seconds=10)  # between two questions to one host
SHORTEST, LONGEST = timedelta(minutes=5), timedelta(days=1)
USUAL: Final = 30  # minutes
MOST_DOUBLINGS: Final = 6
PATIENCE: Final = 3  # failures in a row before the administrators hear of it
SPREAD: Final = 0.1  # of a wait: many feeds that began together do not stay together
NAMED_BY: Final = 16  # signs of an item's hash
PENDING: Final = timedelta(hours=1)  # a look that is owed for so long is owed anew


@dataclass(frozen=True)
class Item:
    """One entry of a feed."""

    id: str  # a hash of what the feed calls it
    title: str
    text: str
    link: str
    author: str
    at: datetime | None

    @classmethod
    def of(cls, read: Mapping[str, Any]) -> "Item":
        """Take an entry as it was read."""
        at = datetime.fromtimestamp(int(read["at"]), UTC) if read["at"] is not None else None
        return cls(read["id"], read["title"], read["text"], read["link"], read["author"], at)

    @property
    def words(self) -> str:
        """Return title and text; a title that only begins the text is not said twice."""
        title, text = canonical_text(self.title).rstrip("….").strip(), canonical_text(self.text)
        if not title or text.startswith(title):
            return self.text or self.title
        return f"{self.title}\n{self.text}".strip()


@dataclass(frozen=True)
class Edition:
    """What of a feed as it is now is to be taken."""

    taken: tuple[Item, ...]
    seen: tuple[str, ...]  # its items that need not be looked at again
    held_back: int = 0  # new ones that did not fit


def edition(feed: Feed, items: Sequence[Item]) -> Edition:
    """Sort out what is new: not seen, not older than a day before the feed was subscribed to.

    At the first look an item without a date may be as old as the site: it is passed over.
    """
    known, first = set(feed.seen), feed.fine_at is None
    since = feed.added_at - OLDEST
    new = [item for item in items if item.id[:NAMED_BY] not in known and item.words]
    fresh = [item for item in new if (not first if item.at is None else item.at >= since)]
    # The oldest first, so that what came first opens the case; undated ones as the feed has them, from its end.
    fresh.reverse()
    fresh.sort(key=lambda item: item.at or datetime.max.replace(tzinfo=UTC))
    left = {item.id for item in fresh[MOST:]}
    seen = tuple(dict.fromkeys(item.id[:NAMED_BY] for item in items if item.id not in left))
    return Edition(tuple(fresh[:MOST]), seen, len(left))


def report_of(feed: Feed, item: Item, now: datetime) -> Incoming:
    """Turn an item into an event like any other, found by the desk."""
    posted = min(item.at, now) if item.at is not None else None
    return Incoming(
        platform=FEED,
        key=f"{feed.id.hex}/{item.id}",
        at=now,
        place=Place(account=FEED),
        sender=Sender(account=feed.id.hex, name=feed.name),
        text=item.words[:MAX_TEXT],
        origin=Origin(
            kind="channel", key=f"{FEED}:{feed.id.hex}/{item.id}", author=item.author or feed.name,
            url=item.link or None, posted_at=posted,
        ),
        url=item.link or None,
        posted_at=posted,
    )  # fmt: skip


def concerns(reading: Reading | None) -> bool:
    """Say whether a post may concern a bureau at all; what could not be read may."""
    return reading is None or bool(reading.primary or reading.public_affairs or reading.rumour)


def next_look(feed: Feed, now: datetime, rest: float = 0.0) -> datetime:
    """Return when a feed is asked next: later with every failure in a row, and not before the site wishes (seconds)."""
    usual = timedelta(minutes=feed.every_minutes)
    wait: timedelta = min(usual * 2 ** min(max(0, feed.failures - 1), MOST_DOUBLINGS), max(usual, LONGEST))
    drawn = crc32(f"{feed.id}/{now.isoformat()}".encode()) / 2**32  # the same each time: a replay goes the same way
    return now + max(wait * (1 - SPREAD + 2 * SPREAD * drawn), timedelta(seconds=rest))


def is_pending(feed: Feed, now: datetime) -> bool:
    """Say whether a look is owed that nothing came of yet."""
    if feed.asked_at is None or now - feed.asked_at > PENDING:
        return False
    return feed.looked_at is None or feed.looked_at < feed.asked_at
