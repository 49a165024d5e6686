"""What the database alone takes: the same rows once more into empty tables, by the raw driver, so many transactions."""

import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from sqlalchemy import text

from bench.intake import raw_inserts
from storage.database import Database

Since = Mapping[str, Any]  # by table: the key after which its rows are new
KEYS: Final = {"outbox": "serial", "history_row": "id", "timer": "id"}
SCHEMA: Final = "bench_floor"


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
    return _sqlite(database, since, transactions) if database.is_sqlite else _postgresql(database, since, transactions)


def _sqlite(database: Database, since: Since, transactions: int) -> tuple[int, float]:
    rows: list[tuple[str, tuple[Any, ...]]] = []
    with database.reading() as session:
        for table, key in KEYS.items():
            query = f"SELECT * FROM {table} WHERE {key} > ?"  # noqa: S608 - our own tables
            found = [tuple(row) for row in session.connection().exec_driver_sql(query, (since[table],))]
            marks = ",".join("?" * len(found[0])) if found else ""
            rows += [(f"INSERT INTO {table} VALUES ({marks})", row) for row in found]  # noqa: S608 - our own tables
    if database.file is None:
        raise ValueError(database.url)
    with tempfile.TemporaryDirectory(prefix="huiying-floor-", dir=database.file.parent) as name:
        return len(rows), raw_inserts(
            database.file, Path(name) / "floor.db", _in_turn(rows, transactions), transactions
        )


def _in_turn(rows: list[tuple[str, tuple[Any, ...]]], transactions: int) -> list[tuple[str, tuple[Any, ...]]]:
    """Let each transaction get rows of every table."""
    return [row for n in range(transactions) for row in rows[n::transactions]]


def _postgresql(database: Database, since: Since, transactions: int) -> tuple[int, float]:
    raw = database.engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE; CREATE SCHEMA {SCHEMA}")
        work: list[tuple[str, Any]] = []
        for table, key in KEYS.items():
            cursor.execute(f"CREATE TABLE {SCHEMA}.{table} (LIKE {table} INCLUDING ALL)")
            cursor.execute(f"SELECT {key} FROM {table} WHERE {key} > %s", (since[table],))  # noqa: S608 - our own tables
            again = f"INSERT INTO {SCHEMA}.{table} SELECT * FROM {table} WHERE {key} = %s"  # noqa: S608 - our own tables
            work += [(again, row[0]) for row in cursor.fetchall()]
        raw.commit()
        began = time.perf_counter()
        for n in range(transactions):
            for statement, which in work[n::transactions]:
                cursor.execute(statement, (which,))
            raw.commit()
        took = time.perf_counter() - began
        cursor.execute(f"DROP SCHEMA {SCHEMA} CASCADE")
        raw.commit()
    finally:
        raw.close()
    return len(work), took
