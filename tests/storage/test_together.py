"""What acts put on record waits to be written together, and nothing that asks for it notices."""

import uuid
from datetime import UTC, datetime

import pytest
from sqlalchemy import func
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from storage import case as cases
from storage import case_event, history, series, timer
from storage import chat as chats
from storage import clock as clocks
from storage import outbox as owed
from storage import report as reports
from storage.case import Case
from storage.case_event import CaseEvent
from storage.chat import Chat
from storage.clock import Clock
from storage.database import Database, Session
from storage.history import Fact
from storage.report import Report
from storage.timer import Timer

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def open_case(session: Session) -> Case:
    case = Case(slip=series.next_number(session, "slip"), title="停水", plan_hash="plan", received_at=NOW)
    cases.open_new(session, case)
    case_event.record(session, CaseEvent(case_id=case.id, event="received", at=NOW))
    clock = Clock(case_id=case.id, rule="respond", basis="b", source="s", started_at=NOW, due_at=NOW)
    clocks.save(session, clock)
    timer.set_timer(session, Timer(kind="clock", due_at=NOW, case_id=case.id, subject=str(clock.id)))
    history.keep(session, Fact(case.id, NOW, "opened", "desk", "", {}))
    return case


def count(session: Session, table: type[Case | Clock | Timer | CaseEvent]) -> int:
    return int(session.connection().execute(select(func.count()).select_from(table)).scalar_one())


def test_rows_of_many_acts_are_written_by_the_first_question_that_needs_them(database: Database) -> None:
    """Until then a new case answers for itself: its clocks, events and timers are known without the database."""
    with database.writing() as session:
        session.together = True
        case, other = open_case(session), open_case(session)
        session.settle()
        assert count(session, Case) == 0
        assert [clock.rule for clock in clocks.of_case(session, case.id)] == ["respond"]
        assert [happened.event for happened in case_event.of_case(session, other.id)] == ["received"]
        assert len(timer.of_case(session, case.id)) == 1
        assert {found.id for found in cases.open_cases(session)} == {case.id, other.id}
        assert count(session, Case) == 2


def test_a_savepoint_takes_back_what_was_kept_in_it_and_its_number(database: Database) -> None:
    """What was kept before it stays, although it was written inside; the numbers go on without a gap."""
    with database.writing() as session:
        session.together = True
        first = open_case(session)
        session.settle()
        with pytest.raises(ZeroDivisionError):
            _break_midway(session, first)
        assert count(session, Case) == 0
        assert first.title == "停水"
        third = open_case(session)
    with database.reading() as session:
        assert [(case.id, case.slip, case.title) for case in cases.open_cases(session)] == [
            (first.id, 1, "停水"), (third.id, 2, "停水"),
        ]  # fmt: skip
        assert [row.n for row in history.rows(session, first.id)] == [1]


def test_a_change_after_its_act_is_a_change(database: Database) -> None:
    """What another act changes in a row that still waits is written after it, once."""
    with database.writing() as session:
        session.together = True
        case = open_case(session)
        session.settle()
        case.title = "停水三天"
        session.add(case)
        session.settle()
        timer.cancel(session, "clock", str(clocks.of_case(session, case.id)[0].id))
    with database.reading() as session:
        assert cases.look(session, case.id).title == "停水三天"
        assert timer.of_case(session, case.id) == []


def test_chains_go_on_over_several_writes_of_one_transaction(database: Database) -> None:
    """A chain that began in this transaction goes on from where it was written to."""
    with database.writing() as session:
        session.together = True
        case = open_case(session)
        session.write()
        for kind in ("joined", "judged"):
            history.keep(session, Fact(case.id, NOW, kind, "desk", "", {}))
            history.keep(session, Fact(None, NOW, kind, "desk", "", {}))
            session.write()
    with database.reading() as session:
        found = history.rows(session, case.id)
        assert [(row.n, row.kind) for row in found] == [(1, "opened"), (2, "joined"), (3, "judged")]
        assert [after.prev for after in found[1:]] == [before.hash for before in found[:-1]]
        assert [row.n for row in history.rows(session, None)] == [1, 2]


def test_a_post_kept_a_moment_ago_is_found_by_its_marks(database: Database) -> None:
    """The same post and a near copy are found whether they wait, were written, or came in another transaction."""
    with database.writing() as session:
        session.together = True
        reports.expect(session, "text_key", {"words"})
        reports.expect_bands(session, {"0:a", "1:b"})
        assert reports.earliest_with(session, "text_key", "words") is None
        kept = _report(open_case(session))
        reports.add(session, kept, ["0:a"])
        session.settle()
        for _ in range(2):
            assert reports.earliest_with(session, "text_key", "words") is kept
            assert reports.near(session, ["1:b", "0:a"]) == [(kept.id, "停水三天")]
            session.write()
    with database.writing() as session:
        assert set(reports.expect(session, "text_key", {"words", "others"})) == {kept.case_id}
        found = reports.earliest_with(session, "text_key", "words")
        assert found is not None
        assert found.id == kept.id
        assert reports.near(session, ["0:a"]) == [(kept.id, "停水三天")]


def test_one_card_is_owed_however_often_a_case_changes(database: Database) -> None:
    """Several cards of a case for one chat are one; messages stand beside them in their order."""
    with database.writing() as session:
        chat = Chat(platform="drill", account="staff", use="staff")
        session.add(chat)
        session.flush()
        case = open_case(session)
        row = {
            "platform": "drill", "destination": "drill:staff", "chat_id": chat.id, "case_id": case.id,
            "created_at": NOW, "not_before": NOW,
        }  # fmt: skip
        owed.put_all(session, [{**row, "kind": "message"}, {**row, "kind": "card"}])
        owed.put_all(session, [{**row, "kind": "card"}, {**row, "kind": "message"}])
    with database.reading() as session:
        assert [each.kind for each in owed.of_case(session, case.id)] == ["message", "card", "message"]


def test_people_and_chats_are_asked_for_once_until_one_changes(database: Database) -> None:
    """Whoever is bound or let go within a transaction is seen at once."""
    with database.writing() as session:
        chat = Chat(platform="drill", account="staff", use="staff")
        assert chats.used_for(session, "staff") == []
        session.add(chat)
        assert list(chats.used_for(session, "staff")) == [chat]
        chat.use = "unbound"
        session.add(chat)
        assert chats.used_for(session, "staff") == []


def test_a_row_that_the_database_refuses_breaks_what_was_written_with_it(database: Database) -> None:
    """Nothing of such a transaction stays."""
    with pytest.raises(IntegrityError):
        _name_a_case_that_is_none(database)
    with database.reading() as session:
        assert cases.count(session) == 0


def _report(case: Case) -> Report:
    return Report(
        case_id=case.id, first_case_id=case.id, platform="drill", message_key="1", text="停水三天", text_key="words",
        received_at=NOW,
    )  # fmt: skip


def _break_midway(session: Session, other: Case) -> None:
    with session.begin_nested():
        open_case(session)
        other.title = "别的"
        session.add(other)
        session.flush()
        assert count(session, Case) == 2
        raise ZeroDivisionError


def _name_a_case_that_is_none(database: Database) -> None:
    with database.writing() as session:
        session.together = True
        open_case(session)
        session.settle()
        case_event.record(session, CaseEvent(case_id=uuid.uuid4(), event="x", at=NOW))
