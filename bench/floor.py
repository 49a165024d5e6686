"""What the database alone takes: the same rows once more into empty tables, by the raw driver, so many transactions."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import text

from bench.servers import Rows, as_text, raw_inserts
from storage.database import Database

Since = Mapping[str, Any]  # by table: the key after which its rows are new
KEYS: Final = {"outbox": "serial", "history_row": "id", "timer": "id"}


def mark(database: Database) -> Since:
    """Note where the tables end by now."""
    with database.reading() as session:
        tops = {}
        for table, key in KEYS.items():
            query = text(f"SELECT {key} FROM {table} ORDER BY {key} DESC LIMIT 1")  # noqa: S608 - our own tables
            tops[table] = session.connection().execute(query).scalar()
        return tops


def floor(database: Database, since: Since, transactions: int) -> tuple[int, float]:
    """Write again what is new, in so many transactions; return how many rows that were, and the seconds."""
    rows: Rows = []
    mark_of = "?" if database.is_sqlite else "%s"
    with database.engine.connect() as connection:
        for table, key in KEYS.items():
            query = f'{as_text(database, table)} WHERE "{key}" > {mark_of}'
            rows += [(table, tuple(row)) for row in connection.exec_driver_sql(query, (since[table],))]
    return len(rows), raw_inserts(database, _in_turn(rows, transactions), transactions)


def _in_turn(rows: Rows, transactions: int) -> Rows:
    """Let each transaction get rows of every table."""
    return [row for n in range(transactions) for row in rows[n::transactions]]
