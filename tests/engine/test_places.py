"""Events of one chat are handled in the order in which they came, whoever handles them; different chats at once."""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from bot.chat.drill import NAME
from handlers.conversation import Sender
from storage import inbox
from storage import person as people
from storage.database import Database, DatabaseTrouble
from storage.inbox import End, Inbox
from tests.conversations.talking import TalkingDesk, no_channels
from tests.engine.replicas import SOON, Replica, replica, words

WORKERS, EACH = 2, 12
CHATS = ("direct:liuyang", "direct:limin", "direct:zhaoqiang", "direct:wangwu")


@pytest.fixture
def desk(postgresql_database: Database) -> TalkingDesk:
    """Give a desk with its cast."""
    return TalkingDesk(postgresql_database, no_channels)


def keys(events: Sequence[Inbox]) -> list[str]:
    """Return what they are called."""
    return [event.key for event in events]


def test_a_chat_that_another_worker_is_at_is_passed_over(desk: TalkingDesk) -> None:
    """While one handles the first words of a chat, another gets none of it, though more of it waits; then the rest."""
    said = [words(n, "我是谁", chat) for n, chat in enumerate(("direct:limin", "direct:limin", "direct:wangwu"))]
    desk.desk.accept(*said)
    database = desk.database
    with database.writing() as one:
        assert keys(inbox.take(one, 1)) == ["words:0"]
        with database.writing() as two:
            assert keys(inbox.take(two, 1)) == ["words:2"]
            with database.writing() as three:
                assert not inbox.take(three, 10)
        inbox.finish(one, [End(event.id, "done") for event in inbox.take(one, 1)], desk.clock.now())
    with database.writing() as session:
        assert keys(inbox.take(session, 10)) == ["words:1", "words:2"]


def test_order_within_each_chat_holds_under_a_rush(desk: TalkingDesk) -> None:
    """Two workers at once, and the slips of each chat are numbered as they were reported there; none is missing."""
    with desk.database.writing() as session:
        for person in people.everybody(session):
            person.roles = [*person.roles, "duty_officer"]
            people.save(session, person)
    events = [
        words(100 * n + i, f"上报 {'东南西北'[n]}区第{i}栋停水{i + 1}天没人管", chat)
        for i in range(EACH)
        for n, chat in enumerate(CHATS)
    ]
    for event in events:
        desk.desk.accept(event)
    with replica(desk) as one, replica(desk) as two, ThreadPoolExecutor(WORKERS) as pool:
        for each in [pool.submit(_work, worker, desk.database) for worker in (one, two)]:
            each.result()
    with desk.database.reading() as session:
        assert inbox.count(session, NAME, "done") == len(events)
        slips = session.connection().execute(text(SLIPS)).all()
    assert [slip for slip, _ in slips] == list(range(1, len(events) + 1))
    for n, chat in enumerate(CHATS):
        own = [key for _, key in slips if key.startswith(f"{chat}/")]
        assert own == [f"{chat}/80{100 * n + i}" for i in range(EACH)]


SLIPS = """
SELECT cases.slip, report.message_key FROM report JOIN cases ON cases.id = report.case_id ORDER BY cases.slip
"""


def _work(worker: Replica, database: Database) -> None:
    while True:
        if not worker.desk.look_at_inbox():
            with database.reading() as session:
                if not inbox.any_waiting(session):
                    return
            time.sleep(0.002)


def test_two_who_stand_in_each_others_way_both_get_through(desk: TalkingDesk) -> None:
    """One has case 2 and wants case 1, the worker has 1 and wants 2: the worker begins anew, nothing is lost."""
    for n in (1, 2):
        desk.staff.forwards("李敏", f"第{n}小区{n}栋停水{n}天没人管,老人小孩都没水喝")
        desk.staff.taps("赵强", "属实")
    cases = [desk.case(str(n)).id for n in (1, 2)]
    desk.desk.accept(words(1, "认领 1", "direct:wangwu"), words(2, "认领 2", "direct:wangwu"))
    lock = text("SELECT 1 FROM cases WHERE id = :id FOR NO KEY UPDATE")
    with replica(desk) as worker, ThreadPoolExecutor(1) as pool, worker.database.writing() as other:
        other.connection().execute(lock, {"id": cases[1]})
        handled = pool.submit(worker.desk.look_at_inbox)
        _until_it_waits(desk.database)
        other.connection().execute(lock, {"id": cases[0]})
        other.commit()
        assert handled.result(SOON) == 2
    with desk.database.reading() as session:
        assert (inbox.count(session, NAME, "waiting"), inbox.count(session, NAME, "broken")) == (0, 0)
    assert {desk.case(str(n)).stage for n in (1, 2)} == {"draft"}


def _until_it_waits(database: Database) -> None:
    waits = text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    for _ in range(int(SOON * 100)):
        with database.engine.connect() as connection:
            if connection.execute(waits).scalar_one():
                return
        threading.Event().wait(0.01)
    raise TimeoutError


def test_a_trouble_of_another_kind_is_no_reason_to_begin_anew(desk: TalkingDesk) -> None:
    """A table that is gone is told at once."""
    desk.desk.accept(words(1, "我是谁"))
    with desk.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE person RENAME TO mislaid")
    with pytest.raises(Exception, match="person") as trouble:
        desk.desk.look_at_inbox()
    assert not isinstance(trouble.value, DatabaseTrouble)
    with desk.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE mislaid RENAME TO person")
    desk.desk.settle()


def test_approvals_of_one_second_through_two_replicas_count_once_each(desk: TalkingDesk) -> None:
    """Three slips are confirmed twice each in the same second, by two people on two replicas: three cases, 1 to 3."""
    for n in (1, 2, 3):
        desk.staff.forwards("李敏", f"第{n}小区{n}栋停水{n}天没人管,老人小孩都没水喝")
    with replica(desk) as one, replica(desk) as two, ThreadPoolExecutor(WORKERS) as pool:
        for n in (1, 2, 3):
            one.desk.accept(words(n, f"属实 S{n}", "direct:zhaoqiang"))
            two.desk.accept(words(10 + n, f"属实 S{n}", "staff").model_copy(update={"sender": _zhao()}))
        for each in [pool.submit(_work, worker, desk.database) for worker in (one, two)]:
            each.result()
    assert [desk.case(str(n)).seq for n in (1, 2, 3)] == [1, 2, 3]
    for n in (1, 2, 3):
        assert desk.kinds_on_record(str(n)).count("confirm") == 1, desk.kinds_on_record(str(n))


def _zhao() -> Sender:
    return words(0, "", "direct:zhaoqiang").sender
