"""Looks at the feeds that are owed a look: what is new goes through the inbox like everything else."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import structlog

from bot.sites.apart import NotRead, read_apart
from bot.sites.guard import Refused
from bot.sites.line import BODIES, Answer, TooMuch, Unreachable, Visitor
from bot.sites.manners import rest_of
from handlers.act import Act
from handlers.feeds import came, looking
from handlers.feeds.looking import FEED, Edition, Item
from handlers.house import House
from handlers.reading.post import Reading
from storage import feed as feeds
from storage import inbox
from storage.columns import new_id
from storage.database import Database
from storage.feed import Feed
from storage.inbox import Inbox
from storage.outbox import Outbox

log = structlog.get_logger()
WANTED: Final = "application/rss+xml, application/atom+xml, application/xml;q=0.9, text/xml;q=0.8, */*;q=0.5"
NOT_MODIFIED, GONE = 304, 410


class _Failed(Exception):
    """A feed cannot be read now."""

    def __init__(self, trouble: str, rest: float = 0.0) -> None:
        super().__init__(trouble)
        self.trouble = trouble
        self.rest = rest


class Feeds:
    """Looks at feeds; a second look for the same row finds nothing new."""

    def __init__(self, database: Database, house: House, visitor: Visitor) -> None:
        """Look as this visitor."""
        self._database = database
        self._house = house
        self._visitor = visitor

    def look(self, row: Outbox, now: datetime) -> None:
        """Look at the feed of an owed row, from any thread. A look that fails is over: the next one has its moment."""
        feed = self._watched(uuid.UUID(row.payload["feed"]))
        if feed is None:
            return
        try:
            answer = self._answer(feed, now)
            items = _items(answer) if answer.status in BODIES else ()
        except _Failed as failed:
            self._failed(feed, failed, now)
            return
        self._came(feed, answer, items, now)

    def _watched(self, feed_id: uuid.UUID) -> Feed | None:
        with self._database.reading() as session:
            feed = session.get(Feed, feed_id)
            return feed if feed is not None and feed.stage == "watched" else None

    def _answer(self, feed: Feed, now: datetime) -> Answer:
        try:
            answer = self._visitor.get(feed.url, _conditions(feed))
        except Refused as refused:
            raise _Failed(str(refused)) from refused
        except TooMuch as too_much:
            raise _Failed("too_large") from too_much
        except Unreachable as away:
            log.info("feed silent", feed=feed.name, why=str(away)[:200])
            raise _Failed("silent") from away
        if answer.status not in (*BODIES, NOT_MODIFIED, GONE):
            raise _Failed(str(answer.status), rest_of(answer, now))
        return answer

    def _came(self, feed: Feed, answer: Answer, items: Sequence[Item], now: datetime) -> None:
        with self._database.writing() as session:
            locked = feeds.load(session, feed.id)
            if locked is None or locked.stage != "watched":
                return
            act = Act(session, self._house, now)
            if answer.moved_to:
                came.moved(act, locked, answer.moved_to)
            if answer.status == GONE:
                came.gone(act, locked)
            elif answer.status == NOT_MODIFIED:
                came.unchanged(act, locked)
            else:
                edition = looking.edition(locked, items)
                taken = self._sifted(locked, edition.taken, now)
                new = inbox.accept(session, [_event(locked, item, now) for item in taken])
                marks = (answer.headers.get("etag", ""), answer.headers.get("last-modified", ""))
                came.read(act, locked, Edition(tuple(taken), edition.seen, edition.held_back), len(items), marks)
                log.info("feed read", feed=locked.name, items=len(items), new=new)
            act.end({"kind": "feed_looked_at"})

    def _sifted(self, feed: Feed, items: Sequence[Item], now: datetime) -> list[Item]:
        """Leave out what concerns nobody, where the feed is to be sifted."""
        if not feed.sifts:
            return list(items)
        return [item for item in items if looking.concerns(self._judged(item.words, now))]

    def _judged(self, words: str, now: datetime) -> Reading | None:
        try:
            return self._house.read(words, now)
        except Exception:  # one item nobody can read must not stop the others: it is taken, and a person looks
            log.exception("a text could not be judged")
            return None

    def _failed(self, feed: Feed, failed: _Failed, now: datetime) -> None:
        with self._database.writing() as session:
            locked = feeds.load(session, feed.id)
            if locked is None or locked.stage != "watched":
                return
            act = Act(session, self._house, now)
            came.failed(act, locked, failed.trouble, failed.rest)
            act.end({"kind": "feed_not_read"})
        log.warning("feed not read", feed=feed.name, why=failed.trouble)


def _conditions(feed: Feed) -> Mapping[str, str]:
    given = {"If-None-Match": feed.etag, "If-Modified-Since": feed.modified}
    return {"Accept": WANTED, **{name: value for name, value in given.items() if value}}


def _items(answer: Answer) -> Sequence[Item]:
    hints = {"content_type": answer.headers.get("content-type", ""), "url": answer.url}
    try:
        read = read_apart("feed", answer.body, hints)
    except NotRead as trouble:
        raise _Failed("unreadable") from trouble
    if "items" not in read:
        raise _Failed("not_a_feed")
    return [Item.of(each) for each in read["items"]]


def _event(feed: Feed, item: Item, now: datetime) -> Inbox:
    event = looking.report_of(feed, item, now)
    payload = event.model_dump(mode="json")
    return Inbox(id=new_id(), platform=FEED, place=FEED, key=event.key, payload=payload, received_at=now)
