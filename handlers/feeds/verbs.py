"""Subscribing to feeds: an administrator says what the desk watches; each look is an owed act."""

import re
import uuid
from dataclasses import dataclass
from typing import Final

from config.language import t
from handlers import sites
from handlers.act import Act
from handlers.errors import Refusal
from handlers.feeds import looking, words
from handlers.feeds.came import LOOK
from handlers.feeds.looking import FEED
from handlers.judgement.naming import topic_names
from handlers.registry import due, on, said
from handlers.text.links import find_links
from storage import chat as chats
from storage import feed as feeds
from storage.case import Case
from storage.chat import Chat
from storage.feed import Feed
from storage.person import save as save_chat
from storage.timer import Timer

EVERY: Final = re.compile(
    r"(?<!\S)(?:每|every\s)?\s?(?P<n>\d{1,5})\s?(?P<unit>分钟?|小时|min|m|h)(?!\S)", re.IGNORECASE
)
TOPIC: Final = re.compile(r"(?<!\S)(?:主题|topic)[:\s]*(?P<topic>\S+)", re.IGNORECASE)
SIFTS: Final = ("筛选", "只收涉事", "sift")
HOUR: Final = 60  # minutes
LONGEST_NAME: Final = 40
LONGEST_URL: Final = 2_000


@said("subscribe", "订阅", about="nothing", help=t("订阅 RSS:订阅 港北论坛 https://… 每30分钟;只发“订阅”看全部"))
def subscribe(act: Act, typed: str) -> None:
    """Watch a feed from now on; without words, list those that are watched."""
    if not typed.strip():
        known = feeds.every(act.session)
        act.reply(words.listed(known) if known else words.none_yet())
        return
    if not act.house.watches_feeds:
        raise Refusal(words.not_here())
    feed = _kept(act, _wanted(act, typed))
    _place(act)
    act.note(subscribed=feed.name, url=feed.url)
    act.reply(words.subscribed(feed))
    look(act, feed)


@said("unsubscribe", "停订", "退订", "取消订阅", about="nothing", help=t("停止订阅:停订 港北论坛"))
def unsubscribe(act: Act, wanted: str) -> None:
    """Watch a feed no more; what it brought stays."""
    name, known = wanted.strip(), feeds.every(act.session)
    feed = feeds.named(act.session, name) or dict(zip(map(str, range(1, len(known) + 1)), known, strict=True)).get(name)
    if feed is None or feed.stage != "watched":
        raise Refusal(words.no_such(name))
    feed.stage = "stopped"
    feeds.save(act.session, feed)
    act.no_longer(LOOK, str(feed.id))
    act.note(unsubscribed=feed.name, url=feed.url)
    act.reply(words.stopped(feed))


@due(LOOK)
def look_again(act: Act, timer: Timer) -> None:
    """Look at a feed whose turn it is."""
    feed = feeds.load(act.session, uuid.UUID(timer.subject))
    if feed is not None and feed.stage == "watched":
        look(act, feed)


def look(act: Act, feed: Feed) -> None:
    """Owe a look at a feed, a little after any other question to its host; the next follows whatever comes of it."""
    last = feeds.last_asked(act.session, feed.host)
    if last is not None and last != feed.asked_at and act.now - last < looking.GAP:
        act.later(LOOK, last + looking.GAP, subject=str(feed.id))
        return
    if not looking.is_pending(feed, act.now):
        feed.asked_at = act.now
        feeds.save(act.session, feed)
        sites.owe(act, feed.url, {"feed": str(feed.id)})
    act.later(LOOK, looking.next_look(feed, act.now), subject=str(feed.id))


@on("opened")
def take_topic(act: Act, case: Case) -> None:
    """Give a case that a feed opened the feed's topic, where its own words told none."""
    if act.incoming is None or act.incoming.platform != FEED or case.topic is not None:
        return
    feed = feeds.load(act.session, uuid.UUID(act.incoming.sender.account))
    if feed is not None and feed.topic in topic_names(act.plan_for(case)):
        case.topic = feed.topic
        act.changed(case)


@dataclass(frozen=True)
class _Wanted:
    """What somebody wants to be watched."""

    name: str
    url: str
    every_minutes: int
    topic: str | None
    sifts: bool


def _wanted(act: Act, typed: str) -> _Wanted:
    links = find_links(typed)
    if len(links) != 1 or len(links[0]) > LONGEST_URL:
        raise Refusal(words.how())
    try:
        host = sites.host_of(links[0])
    except ValueError:
        raise Refusal(words.how()) from None
    # Its name stands before the address, how it is to be watched behind: a name may hold a number of hours.
    before, _, behind = typed.partition(links[0] if links[0] in typed else links[0].removeprefix("https://"))
    topic, behind = _topic(act, behind)
    sifts = any(each.lower() in SIFTS for each in behind.split())
    every = EVERY.search(behind)
    minutes = _minutes(every) if every else looking.USUAL
    left = (each for each in EVERY.sub(" ", behind).split() if each.lower() not in SIFTS)
    name = " ".join(before.split()) or " ".join(left) or host
    return _Wanted(name[:LONGEST_NAME], links[0], minutes, topic, sifts)


def _minutes(every: re.Match[str]) -> int:
    minutes = int(every["n"]) * (HOUR if every["unit"].lower() in ("小时", "h") else 1)
    shortest, longest = (int(bound.total_seconds()) // HOUR for bound in (looking.SHORTEST, looking.LONGEST))
    if not shortest <= minutes <= longest:
        raise Refusal(words.bad_interval(shortest, longest))
    return minutes


def _topic(act: Act, typed: str) -> tuple[str | None, str]:
    """Read the topic that is named, by its key or in any language, and return what is left."""
    found = TOPIC.search(typed)
    if found is None:
        return None, typed
    names, wanted = topic_names(act.house.plan), found["topic"]
    for key, name in names.items():
        if wanted in (key, name.zh, name.en):
            return key, TOPIC.sub(" ", typed)
    raise Refusal(words.no_topic(wanted, list(names.values())))


def _kept(act: Act, wanted: _Wanted) -> Feed:
    """Keep a feed under its name: one that was stopped is taken up again, with what it has brought."""
    feed, there = feeds.named(act.session, wanted.name), feeds.at(act.session, wanted.url)
    if feed is not None and feed.stage == "watched":
        raise Refusal(words.name_taken(feed))
    if there is not None:
        raise Refusal(words.url_taken(there))
    fresh = Feed(
        name=wanted.name, url=wanted.url, host=sites.host_of(wanted.url), every_minutes=wanted.every_minutes,
        topic=wanted.topic, sifts=wanted.sifts, added_at=act.now, added_by=act.somebody.id,
    )  # fmt: skip
    if feed is not None:
        feed.sqlmodel_update(fresh.model_dump(exclude={"id", "taken", "seen", "name"}))
        fresh = feed
    feeds.save(act.session, fresh)
    return fresh


def _place(act: Act) -> None:
    """See that there is a place from which what feeds bring is taken in."""
    if chats.by_account(act.session, FEED, FEED) is None:
        save_chat(act.session, Chat(platform=FEED, account=FEED, use="intake", title="RSS"))
