"""Wake-ups: one process stores, another looks at once, because a job came with the commit."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from bot.chat.drill import NAME
from bot.engine.wakes import waker
from config.language import t
from storage import inbox
from storage.database import Database, Session
from storage.inbox import Inbox
from tests.conversations.talking import TalkingDesk, no_channels
from tests.engine.replicas import replica, words
from tests.faults.posts import typed
from tests.waiting import until

JOBS = "SELECT count(*) FROM procrastinate_jobs"


@pytest.fixture
def desk(postgresql_database: Database) -> Iterator[TalkingDesk]:
    """Give a desk with its cast, whose database nobody has plugged anything into."""
    yield TalkingDesk(postgresql_database, no_channels)
    postgresql_database.before_commit.clear()


def jobs(database: Database, condition: str = "") -> int:
    """Count the jobs."""
    with database.engine.connect() as connection:
        return int(connection.execute(text(JOBS + condition)).scalar_one())


def test_a_commit_that_stores_something_leaves_one_wake_up(desk: TalkingDesk) -> None:
    """What was rolled back leaves none, nor what is stored a second time, nor what its own process looks at."""
    database = desk.database
    database.before_commit.append(waker(database.url))
    desk.desk.accept(typed(1, "城南小区停水三天没人管"), typed(2, "城北学校门口积水没人管"))
    assert jobs(database) == 1
    assert desk.desk.accept(typed(1, "城南小区停水三天没人管")) == 0
    lost = Inbox(platform=NAME, key="lost", payload={}, received_at=desk.clock.now())
    with pytest.raises(InterruptedError), database.writing() as session:
        _store_and_break(session, lost)
    desk.desk.settle()
    assert desk.staff.shows("线索 S2")
    assert jobs(database) == 1


def _store_and_break(session: Session, event: Inbox) -> None:
    inbox.accept(session, [event])
    raise InterruptedError


def test_a_worker_is_woken_by_what_another_process_stores(desk: TalkingDesk) -> None:
    """No beat comes here for an hour: the job alone lets the worker look. It ends with the look, and leaves nothing."""
    with replica(desk, works=False) as web, replica(desk) as worker:
        web.engine.start()
        worker.engine.start()
        until(lambda: jobs(desk.database, " WHERE status = 'todo'") == 0)
        web.desk.accept(typed(1, "城南小区停水三天没人管"))
        until(lambda: any("S1" in said for said in worker.platform.to("staff")))
        assert not web.platform.taken
        until(lambda: jobs(desk.database) == 0)


def test_what_is_owed_by_a_command_wakes_a_worker(desk: TalkingDesk) -> None:
    """An alarm that a process without a heart owes is sent by the one that works."""
    with desk.database.writing() as session:
        session.execute(text("UPDATE person SET roles = '[\"administrator\"]' WHERE key = 'limin'"))
    with replica(desk, works=False) as web, replica(desk) as worker:
        web.engine.start()
        worker.engine.start()
        until(lambda: jobs(desk.database, " WHERE status = 'todo'") == 0)
        web.desk.alarm(t("看板"))
        until(lambda: worker.platform.to("direct:limin"))


def test_the_job_of_a_worker_that_died_is_given_to_another(desk: TalkingDesk) -> None:
    """It was taken and never ended: the minute's sweep of a worker that lives takes it up, and it is gone."""
    database = desk.database
    database.before_commit.append(waker(database.url))
    desk.desk.accept(typed(1, "城南小区停水三天没人管"))
    with database.engine.begin() as connection:
        dead = "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour') RETURNING id"
        worker_id = connection.execute(text(dead)).scalar_one()
        connection.execute(
            text("UPDATE procrastinate_jobs SET status = 'doing', worker_id = :dead"), {"dead": worker_id}
        )
    with replica(desk) as worker:
        worker.engine.start()
        until(lambda: jobs(database) == 0)


def test_many_wake_ups_share_a_look(desk: TalkingDesk) -> None:
    """Each commit leaves its wake-up, and all of them end soon, each event handled once."""
    with replica(desk, works=False) as web, replica(desk) as worker:
        for n in range(60):
            web.desk.accept(words(n, "我是谁"))
        worker.engine.start()
        until(lambda: jobs(desk.database) == 0)
        assert len(worker.platform.to("direct:limin")) == 60
