"""What came of looking at a feed: its state, what the administrators hear, when it is looked at next."""

from config.language import Said
from handlers.act import Act
from handlers.chats.owing import tell_administrators
from handlers.feeds import looking, words
from handlers.sites import host_of
from storage import feed as feeds
from storage import person as people
from storage.feed import Feed

LOOK = "feed_look"
LONGEST_MARK = 500  # characters of what a site calls an edition


def read(act: Act, feed: Feed, edition: looking.Edition, found: int, marks: tuple[str, str]) -> None:
    """Note an edition that was read; marks: what the site calls it, by its tag and by its date."""
    first = feed.fine_at is None
    _well(act, feed)
    feed.seen, feed.taken = list(edition.seen), feed.taken + len(edition.taken)
    # What is left is asked for again: a site that is told what the desk has would say that nothing changed.
    feed.etag, feed.modified = ("", "") if edition.held_back else (_mark(marks[0]), _mark(marks[1]))
    if first:
        _tell_subscriber(act, feed, words.first_look(feed, found, len(edition.taken)))
    if edition.held_back:
        tell_administrators(act, words.held_back(feed, len(edition.taken), edition.held_back))
    _goes_on(act, feed)


def unchanged(act: Act, feed: Feed) -> None:
    """Note that a feed is as it was."""
    _well(act, feed)
    _goes_on(act, feed)


def failed(act: Act, feed: Feed, trouble: str, rest: float = 0.0) -> None:
    """Note that a feed could not be read; the administrators hear of it once. rest: seconds the site asks for."""
    feed.failures, feed.trouble, feed.looked_at = feed.failures + 1, trouble[:LONGEST_MARK], act.now
    if feed.fine_at is None and feed.failures == 1:
        _tell_subscriber(act, feed, words.first_failed(feed))
    elif feed.failures >= looking.PATIENCE and not feed.told:
        feed.told = True
        tell_administrators(act, words.failing(feed))
    _goes_on(act, feed, rest)


def gone(act: Act, feed: Feed) -> None:
    """Watch a feed no more that its site took away for good, and say so."""
    feed.stage, feed.looked_at, feed.failures, feed.trouble = "gone", act.now, 0, ""
    feeds.save(act.session, feed)
    act.no_longer(LOOK, str(feed.id))
    act.note(feed=feed.name, gone=feed.url)
    tell_administrators(act, words.gone(feed))


def moved(act: Act, feed: Feed, url: str) -> None:
    """Remember where a feed is for good."""
    if url == feed.url:
        return
    before, feed.url, feed.host = feed.url, url, host_of(url)
    act.note(feed=feed.name, moved=url, before=before)
    tell_administrators(act, words.moved(feed, before))


def _well(act: Act, feed: Feed) -> None:
    if feed.told:
        tell_administrators(act, words.well_again(feed, feed.fine_at))
    feed.failures, feed.trouble, feed.told = 0, "", False
    feed.looked_at = feed.fine_at = act.now


def _goes_on(act: Act, feed: Feed, rest: float = 0.0) -> None:
    feeds.save(act.session, feed)
    act.later(LOOK, looking.next_look(feed, act.now, rest), subject=str(feed.id))


def _tell_subscriber(act: Act, feed: Feed, text: Said) -> None:
    act.tell(people.person(act.session, feed.added_by), text)


def _mark(said: str) -> str:
    return said if len(said) <= LONGEST_MARK else ""
