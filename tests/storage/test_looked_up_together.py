"""What a transaction has looked up for many at once is asked anew as soon as something changed it."""

from datetime import UTC, datetime, timedelta

from storage import case as cases
from storage import chat as chats
from storage import clock as clocks
from storage import person as people
from storage import together
from storage.case import Case
from storage.chat import Chat
from storage.clock import Clock
from storage.database import Database
from storage.person import Person

NOW = datetime(2026, 11, 24, 1, 5, tzinfo=UTC)


def limit(case: Case, hours: int) -> Clock:
    """Make a limit of a case."""
    return Clock(
        case_id=case.id, rule="respond", basis="b", source="s", started_at=NOW, due_at=NOW + timedelta(hours=hours)
    )


def test_whom_a_chat_reaches_is_asked_anew_when_a_chat_changed(database: Database) -> None:
    """A chat that is new, or that nobody can be reached in any more, counts at once, written or not."""
    with database.writing() as session:
        person = Person(key="wangwu", name="王五")
        people.save(session, person)
        people.save(session, Chat(platform="drill", account="1", use="direct", person_id=person.id))
        (first,) = chats.direct(session, person.id)
        assert chats.direct(session, person.id) == [first]
        session.add(Chat(platform="drill", account="2", use="direct", person_id=person.id))
        assert [chat.account for chat in chats.direct(session, person.id)] == ["1", "2"]
        first.unreachable_since = NOW
        assert [chat.account for chat in chats.direct(session, person.id)] == ["2"]


def test_a_new_limit_is_among_those_looked_up_before(database: Database) -> None:
    """The limits of a case that were looked up with others' are its limits still when one comes, or one ends."""
    with database.writing() as session:
        both = [Case(slip=n, title="停水", plan_hash="p", received_at=NOW) for n in (1, 2)]
        session.add_all(both)
        session.flush()
        clocks.save(session, limit(both[0], 48))
        session.flush()
        together.look(session, [case.id for case in both], Clock)
        (known,) = clocks.of_case(session, both[0].id)
        assert clocks.of_case(session, both[1].id) == []
        known.outcome, known.ended_at = "met", NOW
        clocks.save(session, known)
        clocks.save(session, limit(both[0], 24))
        assert [clock.outcome for clock in clocks.of_case(session, both[0].id)] == ["running", "met"]


def test_what_was_undone_is_not_known(database: Database) -> None:
    """After a savepoint is undone a case is locked and read anew."""
    with database.writing() as session:
        case = Case(slip=1, title="停水", plan_hash="p", received_at=NOW)
        session.add(case)
        session.flush()
        assert cases.hold(session, [case.id]) == {case.id}
        undone = session.begin_nested()
        cases.load(session, case.id).title = "停电"
        session.flush()
        undone.rollback()
        assert together.known(session, cases.HELD, case.id) is None
        assert cases.load(session, case.id).title == "停水"
