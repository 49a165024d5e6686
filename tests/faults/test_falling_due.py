"""Much falls due at once: it shares commits, one broken timer stops no other, and nobody waits for a held case."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from bot.chat.drill import NAME
from bot.desk import Desk
from bot.firing import FEWEST
from storage import timer as timers
from storage.case import Case
from storage.database import Database
from storage.timer import Timer
from tests.conversations.talking import TalkingDesk, no_channels
from tests.faults.posts import typed

SLIPS = 2 * FEWEST + 3
PLACES = "甲乙丙丁戊己庚辛壬癸"


@pytest.fixture
def desk(database: Database) -> TalkingDesk:
    """Give a desk with many slips, each of which becomes a case when nobody says a word for ten minutes."""
    desk = TalkingDesk(database, no_channels)
    posts = (f"{PLACES[n % 10]}{PLACES[n // 10]}路{n}号路灯坏了{n}天没人管" for n in range(SLIPS))
    desk.desk.accept(*(typed(n, post) for n, post in enumerate(posts)))
    desk.desk.settle()
    return desk


def hurried(desk: TalkingDesk) -> Desk:
    """Open a desk on the same tables that has hardly any time for a commit."""
    return Desk(desk.database, desk.clock, desk.house, {NAME: desk.platform}, {}, reading=0)


def numbered(database: Database) -> int:
    """Count the cases that were registered."""
    with database.reading() as session:
        return len([case for case in session.exec(select(Case)) if case.number is not None])


def waiting(database: Database, kind: str) -> list[Timer]:
    """List the timers of a kind that wait."""
    with database.reading() as session:
        return list(session.exec(select(Timer).where(Timer.kind == kind, Timer.stage == "waiting")))


def test_what_does_not_fit_into_one_commit_waits_for_the_next(desk: TalkingDesk) -> None:
    """However little time there is, each look fires some, and none is left in the end."""
    desk.clock.pass_by(timedelta(minutes=11))
    looking = hurried(desk)
    assert numbered(desk.database) == 0
    looking.look_at_timers()
    assert FEWEST <= numbered(desk.database) < SLIPS
    while looking.look_at_timers():
        pass
    assert numbered(desk.database) == SLIPS
    assert not waiting(desk.database, "confirm")


def test_a_broken_timer_stops_none_that_fires_beside_it(desk: TalkingDesk) -> None:
    """It is put off and tried again; whatever fell due at the same moment has done its work, once."""
    with desk.database.writing() as session:
        first = session.exec(select(Case).order_by(col(Case.slip))).all()[1]
        timers.set_timer(session, Timer(kind="mislaid", due_at=desk.clock.now(), case_id=first.id, subject="lost"))
    desk.clock.pass_by(timedelta(minutes=11))
    for _ in range(3):
        desk.desk.look_at_timers()
    assert numbered(desk.database) == SLIPS
    (broken,) = waiting(desk.database, "mislaid")
    assert broken.due_at == desk.clock.now() + timedelta(seconds=30)
    assert desk.kinds_on_record("2").count("due:confirm") == 1


def test_of_one_case_one_timer_fires_in_a_commit(desk: TalkingDesk) -> None:
    """Two that fell due together follow each other: the second finds what the first has done."""
    desk.clock.pass_by(timedelta(minutes=11))
    with desk.database.writing() as session:
        case = session.exec(select(Case).order_by(col(Case.slip))).first()
        assert case is not None
        again = Timer(kind="confirm", due_at=desk.clock.now(), case_id=case.id, subject=f"again {case.id}")
        timers.set_timer(session, again)
    desk.desk.look_at_timers()
    while desk.desk.look_at_timers():
        pass
    assert numbered(desk.database) == SLIPS
    assert not waiting(desk.database, "confirm")


def test_a_case_that_is_held_keeps_no_other_from_firing(postgresql_database: Database) -> None:
    """While somebody acts on a case, its timer is left for the next look, and nobody waits."""
    desk = TalkingDesk(postgresql_database, no_channels)
    desk.desk.accept(typed(1, "城南小区停水三天没人管"), typed(2, "城北学校门口积水没人管"))
    desk.desk.settle()
    desk.clock.pass_by(timedelta(minutes=11))
    with postgresql_database.writing() as session:
        session.exec(select(Case).where(Case.slip == 1).with_for_update()).one()
        desk.desk.look_at_timers()
        assert numbered(postgresql_database) == 1
    desk.desk.look_at_timers()
    assert numbered(postgresql_database) == 2


def test_what_is_due_is_found_by_its_index(database: Database) -> None:
    """However many wait: no table is read through, and nothing is sorted."""
    question = "SELECT id FROM timer WHERE stage = 'waiting' AND due_at <= '2026-11-24' ORDER BY due_at, id LIMIT 16"
    with database.reading() as session:
        if database.is_sqlite:
            plan = session.connection().execute(text(f"EXPLAIN QUERY PLAN {question}")).all()
        else:
            session.connection().execute(text("SET LOCAL enable_seqscan = off"))  # an empty table is read at once
            plan = session.connection().execute(text(f"EXPLAIN {question}")).all()
    said = str(plan)
    assert "timer_due" in said
    assert "SCAN" not in said
    assert "Sort" not in said
    assert "B-TREE" not in said
