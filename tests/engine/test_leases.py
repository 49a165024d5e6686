"""Leases: one holder at a time, by the database's clock, for as long as it is renewed."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from bot.engine.leases import Leases
from storage import lease
from storage.database import Database
from tests.engine.replicas import SHORT
from tests.waiting import until


def test_a_lease_is_taken_renewed_and_refused_to_others(database: Database) -> None:
    """Whoever has it renews it; another gets it only once it has ended or was given back."""
    with database.writing() as session:
        assert lease.take(session, "polling", "one", 60)
        assert not lease.take(session, "polling", "two", 60)
        assert lease.take(session, "polling", "one", 60)
        assert lease.holder(session, "polling") == "one"
        lease.give_back(session, "two", "polling")
        assert lease.holder(session, "polling") == "one"
        lease.give_back(session, "one", "polling")
        assert lease.holder(session, "polling") is None
        assert lease.take(session, "polling", "two", 60)


def test_a_lease_ends_by_itself(database: Database) -> None:
    """Nobody has to be alive for it to end."""
    with database.writing() as session:
        assert lease.take(session, "polling", "one", 0.01)
    threading.Event().wait(0.05)
    with database.writing() as session:
        assert lease.holder(session, "polling") is None
        assert lease.take(session, "polling", "two", 60)


@pytest.mark.parametrize("among", [1, 8])
def test_of_many_who_ask_at_once_one_gets_it(postgresql_database: Database, among: int) -> None:
    """Compare and set is one statement."""
    start, got = threading.Barrier(among), []

    def ask(n: int) -> None:
        start.wait()
        with postgresql_database.writing() as session:
            if lease.take(session, "polling", str(n), 60):
                got.append(n)

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(among)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 1


def test_workers_are_counted_and_the_last_sign_of_life_is_remembered(database: Database) -> None:
    """Who lives counts; when all are gone it is known since when; what ended long ago is forgotten but for that."""
    with database.writing() as session:
        assert lease.last_seen(session) is None
        for name in ("one", "two"):
            lease.take(session, lease.WORKER + name, name, 60)
        lease.take(session, "polling", "one", 60)
        assert lease.workers(session) == 2
        lease.give_back(session, "one", lease.WORKER + "one")
        assert lease.workers(session) == 1
        lease.give_back(session, "two", lease.WORKER + "two")
        seen = lease.last_seen(session)
        assert seen is not None
        assert abs(datetime.now(UTC) - seen) < timedelta(minutes=1)
        for row in session.exec(select(lease.Lease)):
            row.until -= 10 * lease.REMEMBERED
        session.flush()
        lease.forget_old(session)
        assert lease.last_seen(session) == seen


def test_a_turn_goes_to_another_when_its_holder_gives_it_back_or_falls_silent(postgresql_database: Database) -> None:
    """One polls; the other begins as soon as it may; the one that fell silent ends by its own stopwatch."""
    told: list[str] = []

    def keeping(name: str) -> Leases:
        leases = Leases(name, works=True, seconds=SHORT)
        leases.join(postgresql_database)
        leases.in_turn("polling", lambda: told.append(f"{name} begins"), lambda: told.append(f"{name} ends"))
        return leases

    one, two = keeping("one"), keeping("two")
    assert told == ["one begins"]
    two.start()  # one does not renew
    until(lambda: "two begins" in told)
    one.start()
    until(lambda: "one ends" in told)
    one.end_turns()
    two.end_turns()
    assert told == ["one begins", "two begins", "one ends", "two ends"]
    three = keeping("three")
    assert told[-1] == "three begins"
    for each in (one, two, three):
        each.give_back()
    with postgresql_database.reading() as session:
        assert lease.workers(session) == 0


def test_whoever_cannot_reach_the_database_gives_up_by_itself(ready_postgresql_url: str) -> None:
    """Before the database would let another begin, this one has stopped."""
    database = Database(ready_postgresql_url)
    told: list[str] = []
    leases = Leases("one", works=True, seconds=SHORT)
    leases.join(database)
    leases.in_turn("polling", lambda: told.append("begins"), lambda: told.append("ends"))
    assert leases.lives()
    with database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE lease RENAME TO mislaid")
    leases.start()
    until(lambda: told == ["begins", "ends"])
    assert not leases.lives()
    with database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE mislaid RENAME TO lease")
    until(lambda: told == ["begins", "ends", "begins"])
    leases.end_turns()
    leases.give_back()
    database.close()
