"""Migrations: up and down on both databases, and the tables they make are the tables the code has."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from storage.database import Database
from storage.migrating import migrations
from storage.tables import metadata
from tests.plugins.postgresql import drop_postgresql, fresh_postgresql


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Give an empty database of each kind."""
    server = request.getfixturevalue("postgresql_server") if request.param == "postgresql" else ""
    url = fresh_postgresql(server) if server else f"sqlite:///{tmp_path / 'empty.db'}"
    database = Database(url)
    yield database
    database.close()
    if server:
        drop_postgresql(url)


def test_every_step_goes_up_down_and_up_again(empty: Database) -> None:
    """Each migration can be taken back, and made again."""
    revisions = [step.revision for step in ScriptDirectory.from_config(migrations(empty.url)).walk_revisions()]
    for revision in reversed(revisions):
        empty.migrate(revision)
    tables = set(inspect(empty.engine).get_table_names())
    empty.migrate("base")
    assert set(inspect(empty.engine).get_table_names()) == {"alembic_version"}
    empty.migrate()
    assert set(inspect(empty.engine).get_table_names()) == tables


def test_the_migrated_tables_are_those_of_the_code(empty: Database) -> None:
    """Nothing in the code's tables is missing in the migrated ones, and the other way round."""
    empty.migrate()
    with empty.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": _is_ours})
        assert compare_metadata(context, metadata) == []


def _is_ours(name: str | None, _kind: object, _parents: object) -> bool:
    """Leave out the tables of the library that wakes the workers: test_procrastinate_tables.py sees to them."""
    return not (name or "").startswith("procrastinate_")


def test_the_condition_of_the_tables_is_told_without_making_any(empty: Database) -> None:
    """None, those of an older program, ours, and those of a newer one."""
    assert empty.condition() == "missing"
    assert empty.file is None or not empty.file.exists()
    empty.migrate("0001")
    assert empty.condition() == "older"
    empty.migrate()
    assert empty.condition() == "current"
    with empty.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    assert empty.condition() == "newer"


def test_accounts_on_wecom_become_small_letters(empty: Database) -> None:
    """Where that makes two of one, people must look: both stay; accounts elsewhere stay as they are."""
    empty.migrate("0015")
    chats = [("1", "wecom", "LiMin"), ("2", "wecom", "WangWu"), ("3", "wecom", "wangwu"), ("4", "drill", "LiMin")]
    with empty.engine.begin() as connection:
        for number, platform, account in chats:
            connection.exec_driver_sql(
                "INSERT INTO chat (id, platform, account, use, title, topic, language, former_accounts, bound_by) "  # noqa: S608 - written above
                f"VALUES ('{number * 32}', '{platform}', '{account}', 'unbound', '', '', '', '[]', 'roster')"
            )
    empty.migrate("0019")
    with empty.engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT platform, account FROM chat ORDER BY id").all()
    assert [tuple(row) for row in found] == [
        ("wecom", "limin"), ("wecom", "WangWu"), ("wecom", "wangwu"), ("drill", "LiMin"),
    ]  # fmt: skip
