"""The tables that our migration makes for Procrastinate are those that the installed Procrastinate wants."""

from pathlib import Path

import pytest
from alembic import command
from procrastinate.schema import SchemaManager
from sqlalchemy import inspect, text

from storage.database import Database
from storage.migrating import migrations

OURS = Path(__file__).parents[2] / "storage" / "migrations" / "procrastinate_3_4.sql"


def test_the_copied_tables_are_those_of_the_installed_library() -> None:
    """A newer Procrastinate with other tables is seen here: it needs a migration of its own first."""
    copied = OURS.read_text(encoding="utf-8")
    assert copied[copied.index("-- Procrastinate Schema") :] == SchemaManager.get_schema()


@pytest.mark.parametrize("what", ["pg_class", "pg_proc", "pg_type"])
def test_nothing_of_it_is_left_when_the_migration_is_taken_back(postgresql_url: str, what: str) -> None:
    """Its tables, functions and types go together, and come again."""
    database = Database(postgresql_url)
    name = {"pg_class": "relname", "pg_proc": "proname", "pg_type": "typname"}[what]
    left = text(rf"SELECT count(*) FROM {what} WHERE {name} LIKE 'procrastinate\_%'")  # noqa: S608 - our own words
    database.migrate()
    with database.engine.connect() as connection:
        made = connection.execute(left).scalar_one()
    command.downgrade(migrations(database.url), "0008")
    with database.engine.connect() as connection:
        assert (made > 0, connection.execute(left).scalar_one()) == (True, 0)
    database.migrate()
    assert "procrastinate_jobs" in inspect(database.engine).get_table_names()
    database.close()
