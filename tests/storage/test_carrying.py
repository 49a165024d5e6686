"""Every row of a database comes along into another one, word for word, also those that name each other."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from storage import history, outbox
from storage.carrying import carry
from storage.case import Case, open_cases
from storage.chat import Chat
from storage.database import Database
from storage.outbox import Outbox
from storage.tables import metadata

NOW = datetime(2026, 11, 24, 1, 5, tzinfo=UTC)


@pytest.fixture
def source(tmp_path: Path) -> Database:
    """Give a database with cases merged in a chain, history, and an outbox."""
    database = Database(f"sqlite:///{tmp_path / 'source.db'}")
    database.migrate()
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
    carry(source, target)
    with source.engine.connect() as there, target.engine.connect() as here:
        for table in metadata.sorted_tables:
            before, after = ({tuple(map(repr, row)) for row in each.execute(select(table))} for each in (there, here))
            assert after == before, table.name
    with target.writing() as session:
        new = Outbox(kind="message", platform="telegram", destination="telegram:7", created_at=NOW, not_before=NOW)
        outbox.put(session, new)
        session.flush()
        assert new.serial == 4
    target.close()
    source.close()


def test_nothing_is_carried_by_half(source: Database, postgresql_url: str) -> None:
    """A target that holds something already refuses, and stays as it was."""
    target = Database(postgresql_url)
    target.migrate()
    with target.writing() as session:
        session.add(Case(slip=1, title="另一件", plan_hash="p", received_at=NOW))
    with pytest.raises(Exception, match="unique"):
        carry(source, target)
    with target.reading() as session:
        assert [case.title for case in open_cases(session)] == ["另一件"]
    target.close()
    source.close()
