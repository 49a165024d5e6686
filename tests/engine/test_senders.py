"""Several workers send: each row once, each chat by one at a time and in order, limits and pauses for all."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlmodel import select

from bot.chat.drill import DESK, NAME
from bot.chat.platform import SendFailed
from bot.desk import run_until
from storage import chat as chats
from storage import drill, outbox, outbox_turn
from storage.database import Database
from storage.outbox import Outbox
from tests.conversations.talking import TalkingDesk, no_channels
from tests.engine.replicas import SHORT, Replica, owed, replica
from tests.waiting import until

REPEATED = "可能重复"


@pytest.fixture
def desk(postgresql_database: Database) -> TalkingDesk:
    """Give a desk with its cast."""
    return TalkingDesk(postgresql_database, no_channels)


@pytest.fixture
def pair(desk: TalkingDesk) -> Iterator[tuple[Replica, Replica]]:
    """Give two workers; neither looks by itself."""
    with replica(desk, seconds=60) as one, replica(desk, seconds=60) as two:
        yield one, two


def owe(desk: TalkingDesk, chat: str, *texts: str) -> None:
    """Owe messages to a chat."""
    with desk.database.writing() as session:
        for text in texts:
            outbox.put(session, owed(session, chat, text, desk.clock.now()))


def rows(desk: TalkingDesk, *stages: str) -> list[Outbox]:
    """Return the rows in some stages."""
    with desk.database.reading() as session:
        found = session.exec(select(Outbox).order_by(Outbox.serial))  # type: ignore[arg-type] # sqlmodel's own way
        return [row for row in found if row.stage in stages]


def test_a_chat_is_called_by_one_worker_at_a_time_and_in_order(
    desk: TalkingDesk, pair: tuple[Replica, Replica]
) -> None:
    """While one worker's call to a chat is under way another sends elsewhere, and leaves that chat alone."""
    one, two = pair
    gate = threading.Event()
    one.platform.before["staff"] = lambda: until(gate.is_set)
    owe(desk, "staff", "一")
    one.desk.look()
    owe(desk, "staff", "二")
    owe(desk, "direct:limin", "三")
    two.desk.settle()
    assert two.platform.taken == [("direct:limin", "三")]
    gate.set()
    one.desk.settle()
    assert one.platform.to("staff") == ["一", "二"]


def test_many_rows_are_sent_once_each_and_in_order(desk: TalkingDesk, pair: tuple[Replica, Replica]) -> None:
    """Two workers at once: nothing twice, nothing left, and every chat gets its words in order."""
    chats = [f"direct:{key}" for key in list(desk.keys.values())[:5]]
    for n in range(20):
        for chat in chats:
            owe(desk, chat, str(n))
    threads = [threading.Thread(target=_until_none, args=(desk, each)) for each in pair]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with desk.database.reading() as session:
        for chat in chats:
            got = [message.text for message in drill.messages(session, chat) if message.author == DESK]
            assert [text for text in got if text.isdecimal()] == [str(n) for n in range(20)], chat
    assert not rows(desk, "pending", "sending")


def _until_none(desk: TalkingDesk, each: Replica) -> None:
    while rows(desk, "pending", "sending"):
        each.desk.settle()


def test_limits_hold_for_all_workers_together(desk: TalkingDesk, pair: tuple[Replica, Replica]) -> None:
    """Three a minute over all chats: whoever sends first, the others count them."""
    one, two = pair
    for each in pair:
        each.platform.overall = ((3, 60.0),)
        each.platform.pace = ((2, 3.0),)
    for chat in ("staff", "direct:limin", "direct:wangwu"):
        owe(desk, chat, "一", "二")
    one.desk.settle()
    two.desk.settle()
    assert len(one.platform.taken) + len(two.platform.taken) == 3
    run_until(two.desk, desk.clock.move_to, desk.clock.now() + timedelta(seconds=61))
    one.desk.settle()
    assert len(one.platform.taken) + len(two.platform.taken) == 6
    assert two.platform.taken


def test_what_arrives_late_counts_for_all_workers_when_it_arrives(
    desk: TalkingDesk, pair: tuple[Replica, Replica]
) -> None:
    """Two in ten seconds: one worker's calls take two seconds to arrive, and another counts from then on."""
    one, two = pair
    for each in pair:
        each.platform.overall = ((2, 10.0),)
    slow = [1.9]
    one.platform.before["staff"] = lambda: desk.clock.pass_by(timedelta(seconds=slow.pop() if slow else 0))
    owe(desk, "staff", "一", "二")
    one.desk.settle()
    assert one.platform.to("staff") == ["一", "二"]
    owe(desk, "direct:limin", "三")
    desk.clock.pass_by(timedelta(seconds=9.5))
    two.desk.settle()
    assert two.platform.taken == []
    run_until(two.desk, desk.clock.move_to, desk.clock.now() + timedelta(seconds=1))
    assert two.platform.taken == [("direct:limin", "三")]


def test_what_has_not_left_in_time_is_claimed_anew(desk: TalkingDesk, pair: tuple[Replica, Replica]) -> None:
    """Behind a call of three seconds the next one does not leave on the old claim, and is no repeat later."""
    one, two = pair
    slow = [3.0]
    one.platform.before["staff"] = lambda: desk.clock.pass_by(timedelta(seconds=slow.pop() if slow else 0))
    owe(desk, "staff", "一", "二")
    one.desk.sender.send_due(desk.clock.now())
    assert one.platform.to("staff")[:1] == ["一"]
    two.desk.settle()
    one.desk.settle()
    assert [row.attempts for row in rows(desk, "sent")] == [1, 1]
    assert one.platform.to("staff") + two.platform.to("staff") == ["一", "二"]


def test_a_pause_that_one_worker_was_told_holds_for_all(desk: TalkingDesk, pair: tuple[Replica, Replica]) -> None:
    """429 for one chat: no worker calls it before the pause is over; other chats are called."""
    one, two = pair

    def slow_down() -> None:
        raise SendFailed("Too Many Requests", after=30)

    one.platform.before["staff"] = slow_down
    owe(desk, "staff", "一")
    one.desk.settle()
    owe(desk, "staff", "二")
    owe(desk, "direct:limin", "三")
    two.desk.settle()
    assert two.platform.taken == [("direct:limin", "三")]
    run_until(two.desk, desk.clock.move_to, desk.clock.now() + timedelta(seconds=31))
    assert two.platform.to("staff") == ["一", "二"]


def test_what_a_dead_worker_was_sending_is_sent_once_more_and_says_so(desk: TalkingDesk) -> None:
    """Its lease ends, another takes up its rows; what it hears late of a failure is no longer its own to note."""
    gate = threading.Event()
    with replica(desk, seconds=SHORT) as dead, replica(desk, seconds=SHORT) as heir:
        dead.platform.before["staff"] = lambda: _fail(gate)
        owe(desk, "staff", "一")
        dead.desk.look()
        dead.engine._leases._stopping.set()  # noqa: SLF001 - it renews its lease no more
        assert [row.held_by for row in rows(desk, "sending")] == [dead.engine.worker.name]
        heir.engine.start()
        until(lambda: heir.platform.to("staff"))
        assert REPEATED in heir.platform.to("staff")[0]
        until(lambda: rows(desk, "sent"))
        gate.set()
        until(dead.desk.sender.wake.is_set)
        dead.desk.look()
        (row,) = rows(desk, "sent")
        assert (row.held_by, rows(desk, "pending", "sending")) == (heir.engine.worker.name, [])


def _fail(gate: threading.Event) -> None:
    until(gate.is_set)
    raise SendFailed("nobody knows", unknown=True)


def test_what_went_out_after_all_is_not_sent_again(desk: TalkingDesk, pair: tuple[Replica, Replica]) -> None:
    """A worker that seemed dead and was not says that it went out: whoever took it up need not repeat it."""
    one, two = pair
    gate = threading.Event()
    one.platform.before["staff"] = lambda: until(gate.is_set)
    owe(desk, "staff", "一")
    one.desk.look()
    one.engine._leases.give_back()  # noqa: SLF001 - it seems dead
    two.desk.take_over()
    assert len(rows(desk, "pending")) == 1
    gate.set()
    until(one.desk.sender.wake.is_set)
    one.desk.look()
    two.desk.settle()
    assert (len(rows(desk, "sent")), two.platform.taken) == (1, [])


def test_a_worker_without_its_lease_claims_nothing(desk: TalkingDesk, pair: tuple[Replica, Replica]) -> None:
    """What it would claim would be taken from it at once."""
    one, two = pair
    one.engine._leases.give_back()  # noqa: SLF001 - as if it could not renew it
    owe(desk, "staff", "一")
    one.desk.look()
    assert not one.platform.taken
    two.desk.settle()
    assert two.platform.to("staff") == ["一"]


def test_a_worker_that_stops_leaves_nothing_to_wait_for(desk: TalkingDesk) -> None:
    """What it had claimed is noted, its lease is over: another worker is the only one at once."""
    with replica(desk, seconds=60) as one:
        one.engine.start()
        with replica(desk, seconds=60) as two:
            two.engine.start()
            owe(desk, "staff", "一")
            until(lambda: rows(desk, "sent") or two.desk.look())
        one.engine._leases._round()  # noqa: SLF001 - it counts those who live
        assert one.engine.shown()["workers"] == 1
    assert not rows(desk, "pending", "sending")


def test_a_card_shows_what_changed_while_it_was_claimed(desk: TalkingDesk, pair: tuple[Replica, Replica]) -> None:
    """A worker renders a card while an act of another changes its case: another card follows, with the change."""
    one, two = pair
    desk.staff.forwards("李敏", "第1小区1栋停水三天没人管,老人小孩都没水喝")
    desk.staff.taps("赵强", "属实")
    case_id = desk.case().id
    acting, rendered = threading.Event(), threading.Event()

    def claim() -> None:
        with two.database.writing() as session:
            names = outbox_turn.hold_due(session, [NAME], desk.clock.now(), busy=[], by="two")
            (row,) = outbox_turn.due_at(session, names, desk.clock.now())
            rendered.set()
            until(acting.is_set)
            threading.Event().wait(0.3)  # the act waits for this transaction; were it not to, it would owe nothing
            outbox.claim(session, [row], row.created_at, "two")

    with one.database.writing() as session:
        there = chats.at(session, NAME, "staff")
        assert there is not None
        now = desk.clock.now()
        card = {
            "kind": "card", "platform": NAME, "destination": f"{NAME}:staff", "chat_id": there.id, "case_id": case_id,
            "created_at": now, "not_before": now,
        }  # fmt: skip
        outbox.put_all(session, [card])
    with ThreadPoolExecutor(1) as pool:
        claiming = pool.submit(claim)
        until(rendered.is_set)
        with one.database.writing() as session:
            acting.set()
            outbox.put_all(session, [card])
        claiming.result()
    assert [row.stage for row in rows(desk, "pending", "sending")] == ["sending", "pending"]
