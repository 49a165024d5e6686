"""Occasions to speak in a group: each is somebody's once, however many processes are at it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from storage import inbox, outbox
from storage import occasion as occasions
from storage.database import Database
from storage.inbox import End, Inbox
from storage.occasion import Occasion
from storage.outbox import Outbox

NOW = datetime(2026, 11, 24, 1, 5, tzinfo=UTC)
MANY = 8
T = TypeVar("T")


def heard(database: Database, key: str = "a", at: datetime = NOW) -> None:
    """Keep an occasion that is waited for."""
    with database.writing() as session:
        occasions.hear(
            session,
            Occasion(
                key=key, chat="aibot:g", by="limin", message=key, address=f"https://x/{key}", heard_at=at,
                waits_until=at + timedelta(seconds=3),
            ),
        )  # fmt: skip


def at_once(what: Callable[[], T]) -> list[T]:
    """Do something many times at once."""
    with ThreadPoolExecutor(MANY) as pool:
        return list(pool.map(lambda _: what(), range(MANY)))


def test_many_deliveries_are_one_occasion(database: Database) -> None:
    """Two processes may be called for the same event."""
    at_once(lambda: heard(database))
    with database.writing() as session:
        assert occasions.use_address(session, "aibot:g", NOW) is not None
        assert occasions.use_address(session, "aibot:g", NOW) is None


def test_an_address_is_one_speakers(database: Database) -> None:
    """Of many who want it at once."""
    heard(database)

    def use() -> bool:
        with database.writing() as session:
            return occasions.use_address(session, "aibot:g", NOW) is not None

    assert sum(at_once(use)) == 1


def test_whoever_waits_is_handed_one_reply(database: Database) -> None:
    """Of many that are offered at once."""
    heard(database)

    def offer() -> bool:
        with database.writing() as session:
            return occasions.offer(session, "aibot:g", {"msgtype": "stream"}, NOW) is not None

    assert sum(at_once(offer)) == 1


def test_a_reply_is_taken_or_withdrawn(database: Database) -> None:
    """Never both."""
    heard(database)
    with database.writing() as session:
        assert occasions.offer(session, "aibot:g", {"n": 1}, NOW) is not None

    def take() -> bool:
        with database.writing() as session:
            return bool(occasions.take(session, "a", NOW))

    def withdraw() -> bool:
        with database.writing() as session:
            return occasions.withdraw(session, "a", NOW)

    with ThreadPoolExecutor(2) as pool:
        taken, withdrawn = pool.submit(take), pool.submit(withdraw)
    assert taken.result() != withdrawn.result()


def test_nothing_is_handed_over_late(database: Database) -> None:
    """After the time, or once nobody waits any more."""
    heard(database)
    with database.writing() as session:
        assert occasions.offer(session, "aibot:g", {"n": 1}, NOW + timedelta(seconds=4)) is None
        assert occasions.take(session, "a", NOW) == {}
        assert occasions.offer(session, "aibot:g", {"n": 1}, NOW) is None


def test_an_address_lives_an_hour_and_who_asked_is_forgotten_after_a_day(database: Database) -> None:
    """What is not used by then is no more."""
    heard(database)
    with database.writing() as session:
        assert not occasions.has_address(session, "aibot:g", NOW + timedelta(minutes=59))
        assert occasions.has_address(session, "aibot:g", NOW + timedelta(minutes=58))
        assert not occasions.has_address(session, "aibot:other", NOW)
    heard(database, "b", at=NOW + timedelta(hours=25))
    with database.reading() as session:
        assert [occasions.who_said(session, "aibot:g", each) for each in ("a", "b")] == ["", "limin"]


def test_nobody_waits_for_what_cannot_come(database: Database) -> None:
    """Once the event is handled, and all that was owed to the chat was tried."""
    heard(database)

    def needless() -> bool:
        with database.reading() as session:
            return occasions.need_wait_no_more(session, "wecom", "a")

    assert not needless()
    event = Inbox(platform="wecom", place="aibot:g", key="a", payload={}, received_at=NOW)
    owed = Outbox(
        kind="message", platform="wecom", destination="wecom:aibot:g", payload={}, created_at=NOW, not_before=NOW
    )
    with database.writing() as session:
        inbox.accept(session, [event])
        outbox.put(session, owed)
    assert not needless()
    with database.writing() as session:
        inbox.finish(session, [End(event.id, "done", "")], NOW)
    assert not needless()  # the answer is still owed
    with database.writing() as session:
        outbox.claim(session, [outbox.load(session, owed.serial or 0)], NOW)
    assert not needless()  # it is being sent
    with database.writing() as session:
        row = outbox.load(session, owed.serial or 0)
        row.stage = "pending"  # it was not taken, and waits for another attempt
        outbox.save(session, row)
    assert needless()
