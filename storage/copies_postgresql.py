"""Copies of a PostgreSQL database: by its own pg_dump and pg_restore, in their custom format."""

import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import URL, make_url, text
from sqlalchemy.exc import ProgrammingError

from storage.carrying import carry, finish
from storage.copy_trouble import CannotCopy, MayNotCreate, NoTool
from storage.database import Database

MAINTENANCE: Final = "postgres"  # the database one connects to in order to rename others
LONGEST: Final = 63  # bytes of a name


class PostgresqlCopies:
    """Copies one database."""

    form = "postgresql"

    def __init__(self, database: Database) -> None:
        """Copy this database."""
        self._database = database
        self._url = make_url(database.url)

    def take(self, to: Path) -> None:
        """Write a consistent copy to a file; CannotCopy when pg_dump cannot."""
        _tool("pg_dump", self._url, "--format=custom", "--no-owner", "--no-privileges", f"--file={to}")

    @contextmanager
    def load(self, copy: Path) -> "Iterator[LoadedPostgresql]":
        """Make a database of a copy on the same server; MayNotCreate when the desk's role may not."""
        with self._made() as loaded:
            url = make_url(loaded.database.url)
            _tool("pg_restore", url, "--no-owner", "--no-privileges", "--exit-on-error", str(copy))
            yield loaded

    @contextmanager
    def _made(self) -> "Iterator[LoadedPostgresql]":
        name = _named(self._url, f"_{secrets.token_hex(4)}")
        try:
            _say(self._url.set(database=MAINTENANCE), f"CREATE DATABASE {_quoted(name)} TEMPLATE template0")
        except ProgrammingError as refused:
            raise MayNotCreate(self._url.username or "") from refused
        url = self._url.set(database=name)
        loaded = LoadedPostgresql(Database(url.render_as_string(hide_password=False)), self._database)
        try:
            yield loaded
        finally:
            loaded.database.close()
            _say(self._url.set(database=MAINTENANCE), f"DROP DATABASE IF EXISTS {_quoted(name)}")


class CarriedCopies(PostgresqlCopies):
    """Takes copies of an SQLite database in: how a bureau moves to PostgreSQL."""

    @contextmanager
    def load(self, copy: Path) -> "Iterator[LoadedPostgresql]":
        """Carry every row of a copy, whose tables are brought up to date for that, into a database of its own."""
        with tempfile.TemporaryDirectory(prefix="huiying-") as folder, self._made() as loaded:
            brought = Path(folder) / copy.name
            shutil.copyfile(copy, brought)
            with closing(Database(f"sqlite:///{brought}")) as source:
                source.migrate()
                at = datetime.now(UTC)
                carry(source, loaded.database, at=at)
                finish(loaded.database, at)
            yield loaded


class LoadedPostgresql:
    """A copy as a database of its own on the same server."""

    def __init__(self, database: Database, former: Database) -> None:
        """Take the database, and the one whose place it can take."""
        self.database = database
        self._former = former

    def problems(self) -> list[str]:
        """Return nothing: what pg_restore took in has kept every rule of the tables."""
        return []

    def place(self, mark: str) -> str:
        """Give it the name of the desk's database; the former one gets another, unless it was empty."""
        ready, former = make_url(self.database.url), make_url(self._former.url)
        empty = self._former.condition() == "missing"
        self.database.close()
        self._former.close()
        kept = "" if empty else _named(former, f"_before_{mark}")
        moved = f"RENAME TO {_quoted(kept)}"
        first = f"DROP DATABASE {_of(former)}" if empty else f"ALTER DATABASE {_of(former)} {moved}"
        _say(former.set(database=MAINTENANCE), first, f"ALTER DATABASE {_of(ready)} RENAME TO {_of(former)}")
        return kept


def _named(url: URL, end: str) -> str:
    return f"{(url.database or '')[: LONGEST - len(end)]}{end}"


def _of(url: URL) -> str:
    return _quoted(url.database or "")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _say(url: URL, *statements: str) -> None:
    database = Database(url.render_as_string(hide_password=False))
    try:
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for statement in statements:
                connection.execute(text(statement))
    finally:
        database.close()


def _tool(name: str, url: URL, *words: str) -> None:
    """Run one of PostgreSQL's programs; the password goes where no list of programs shows it."""
    program = shutil.which(name)
    if program is None:
        raise NoTool(name)
    there = URL.create("postgresql", url.username, None, url.host, url.port, url.database, url.query)
    environment = {**os.environ, **({"PGPASSWORD": str(url.password)} if url.password else {})}
    command = [program, f"--dbname={there.render_as_string()}", "--no-password", *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - PostgreSQL's own
    if done.returncode:
        raise CannotCopy(done.stderr.strip()[-500:] or name)
