"""Every row of a database comes along into another one, word for word, also those that name each other."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import event, select

from storage import history, house_move, outbox
from storage.carrying import TABLES, CannotCarry, Different, InUse, NotEmpty, Step, carry, digests, finish
from storage.case import Case, open_cases
from storage.chat import Chat
from storage.database import Database
from storage.outbox import Outbox
from tests.plugins.databases import empty_at

NOW = datetime(2026, 11, 24, 1, 5, tzinfo=UTC)


@pytest.fixture
def source(tmp_path: Path) -> Database:
    """Give a database with cases merged in a chain, history, and an outbox."""
    database = empty_at(tmp_path / "source.db")
    with database.writing() as session:
        last = Case(slip=3, title="停水", plan_hash="p", received_at=NOW, toll={"deaths": 1})
        middle = Case(slip=2, title="停水", plan_hash="p", received_at=NOW, stage="merged", merged_into=last.id)
        first = Case(slip=1, title="停水", plan_hash="p", received_at=NOW, stage="merged", merged_into=middle.id)
        session.add(last)
        session.flush()
        session.add(middle)
        session.flush()
        session.add_all([first, Chat(platform="telegram", account="7", use="staff", former_accounts=["5"])])
        for n in range(3):
            row = Outbox(
                kind="message", platform="telegram", destination="telegram:7", created_at=NOW, not_before=NOW,
                payload={"text": f"第{n}条 😀", "list": None},
            )  # fmt: skip
            outbox.put(session, row)
        for case in (first, None):
            history.record(
                session, chain_case=case.id if case else None, at=NOW, kind="k", actor="desk", actor_name="李敏",
                payload={"b": 1.5, "a": ["停水", None]},
            )  # fmt: skip
        history.seal(session, NOW)
    return database


def test_every_row_comes_along(source: Database, postgresql_url: str) -> None:
    """Each table holds the same afterwards, and what PostgreSQL counts goes on after the last row."""
    target = Database(postgresql_url)
    carry(source, target, at=NOW)
    finish(target, NOW)
    with source.engine.connect() as there, target.engine.connect() as here:
        for table in TABLES:
            before, after = ({tuple(map(repr, row)) for row in each.execute(select(table))} for each in (there, here))
            assert after == before, table.name
    with target.writing() as session:
        new = Outbox(kind="message", platform="telegram", destination="telegram:7", created_at=NOW, not_before=NOW)
        outbox.put(session, new)
        session.flush()
        assert new.serial == 4
    target.close()
    source.close()


def test_a_target_that_holds_something_is_left_as_it_is(source: Database, postgresql_url: str) -> None:
    """Nothing is carried beside what is there."""
    target = Database(postgresql_url)
    target.migrate()
    with target.writing() as session:
        session.add(Case(slip=1, title="另一件", plan_hash="p", received_at=NOW))
    with pytest.raises(NotEmpty, match="rows"):
        carry(source, target, at=NOW)
    with target.reading() as session:
        assert [case.title for case in open_cases(session)] == ["另一件"]
    target.close()
    source.close()


class Interrupted(Exception):
    """Somebody pulled the plug."""


@pytest.mark.parametrize("after", [("carry", "cases"), ("carry", "outbox"), ("compare", "cases")])
def test_an_interrupted_carrying_goes_on_where_it_was(
    source: Database, postgresql_url: str, after: tuple[Step, str]
) -> None:
    """Whatever was committed stays, only the rest is put in, and until the end the target is no desk."""
    target = Database(postgresql_url)

    def pulled(step: Step, table: str, _rows: int) -> None:
        if (step, table) == after:
            raise Interrupted

    with pytest.raises(Interrupted):
        carry(source, target, at=NOW, told=pulled)
    with target.reading() as session:
        assert house_move.unfinished(session) is not None
    carry(source, target, at=NOW)
    assert digests(target) == digests(source)
    finish(target, NOW)
    with target.reading() as session:
        assert house_move.unfinished(session) is None
    with pytest.raises(NotEmpty, match="done"):
        carry(source, target, at=NOW)
    target.close()
    source.close()


def test_a_source_that_changed_meanwhile_is_another(source: Database, postgresql_url: str) -> None:
    """Half of what was is not mixed with half of what is."""
    target = Database(postgresql_url)
    carry(source, target, at=NOW)
    with source.writing() as session:
        outbox.load(session, 1).stage = "sent"
    with pytest.raises(NotEmpty, match="half"):
        carry(source, target, at=NOW)
    finish(target, NOW)
    with pytest.raises(NotEmpty, match="rows"):
        carry(source, target, at=NOW)
    target.close()
    source.close()


def test_what_is_not_the_same_afterwards_is_found(source: Database, postgresql_url: str) -> None:
    """One sign in one row of the target, changed behind the carrier's back."""
    target = Database(postgresql_url)

    def meddled(step: Step, table: str, _rows: int) -> None:
        if (step, table) == ("carry", "outbox"):
            with target.writing() as session:
                outbox.load(session, 2).payload = {"text": "第一条 😀", "list": None}

    with pytest.raises(Different, match="outbox"):
        carry(source, target, at=NOW, told=meddled)
    target.close()
    source.close()


def test_a_row_that_the_target_refuses_is_named_by_its_table(source: Database, postgresql_url: str) -> None:
    """PostgreSQL takes no NUL in a text; what was carried before stays."""
    with source.writing() as session:
        outbox.load(session, 2).trouble = "a\0b"
    target = Database(postgresql_url)
    with pytest.raises(CannotCarry, match=r"^outbox: .*NUL"):
        carry(source, target, at=NOW)
    target.close()
    source.close()


def test_nobody_else_may_be_in_the_target(source: Database, postgresql_url: str) -> None:
    """Somebody who is connected, a desk perhaps, stops it before it begins."""
    target, other = Database(postgresql_url), Database(postgresql_url)
    with other.engine.connect(), pytest.raises(InUse):
        carry(source, target, at=NOW)
    assert target.condition() == "missing"
    for database in (target, other, source):
        database.close()


def test_text_keys_are_ordered_by_their_bytes(postgresql_database: Database) -> None:
    """As SQLite orders them, whatever language the server sorts in: else the same rows would hash differently."""
    asked: list[str] = []
    event.listen(postgresql_database.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    digests(postgresql_database)
    by_text = [statement for statement in asked if "ORDER BY chain_head.chain" in statement]
    assert len(by_text) == 1
    assert by_text[0].endswith('COLLATE "C"')
    album = next(statement for statement in asked if "FROM album" in statement)
    assert album.count('COLLATE "C"') == 2
    assert not any('COLLATE "C"' in statement for statement in asked if "FROM outbox" in statement)
