"""One database: how it is opened, read and written, alike on SQLite and PostgreSQL."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, Final, Literal

from sqlalchemy import Engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError
from sqlmodel import create_engine

from storage.session import Session
from storage.waking import somebody_must_look

__all__ = ["BadAddress", "Condition", "Database", "DatabaseTrouble", "DatabaseUnusable", "Session"]

LOCK_WAIT_MILLISECONDS: Final = 5_000
STATEMENTS: Final = 1_000  # that a connection keeps prepared: there are more than the driver's own 128
UTF8: Final = "UTF8"
ALONE: Final = 7_300  # the first half of a lock's name: see storage/holding.py
STEPS: Final = Path(__file__).parent / "migrations" / "versions"  # a file each, by its revision: 0001_first_tables.py
CROSSED: Final = ("40P01", "40001")  # deadlock, serialization failure: the transaction is gone, its rows are as before
Condition = Literal["missing", "older", "current", "newer"]
DatabaseTrouble = OperationalError  # what an unusable database raises: locked, full, gone
DatabaseUnusable = DatabaseError  # any of these, and a file that is no database at all


class BadAddress(Exception):
    """The database's address cannot be read at all."""


class NewerTables(Exception):
    """The tables are those of a newer program."""


class NotUnicode(Exception):
    """The server keeps text of this database in another encoding than UTF-8: it would refuse some signs."""


class Database:
    """A database with one way to write (one transaction at a time on SQLite) and one way to read."""

    def __init__(self, url: str, *, lock_wait: int = LOCK_WAIT_MILLISECONDS) -> None:
        """Open the database at an SQLAlchemy URL; lock_wait in milliseconds (SQLite only)."""
        self.url = url = with_driver(url)
        # SQLite's own waiting for its one writer sleeps between looks; threads of this process wait in line instead.
        self._turn: AbstractContextManager[object] = nullcontext()
        try:
            self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
            self._engine = _engine_at(url, lock_wait, is_sqlite=self.is_sqlite)
        except (ValueError, ArgumentError) as wrong:
            raise BadAddress(str(wrong)) from wrong
        if self.is_sqlite:
            self._turn = threading.RLock()
        # Called in a transaction just before its commit, when it leaves something that somebody must look at.
        self.before_commit: list[Callable[[Session], None]] = []

    @property
    def one_writer(self) -> bool:
        """Say whether there is one transaction at a time that writes, whoever opens it."""
        return self.is_sqlite

    @property
    def engine(self) -> Engine:
        """Return the engine beneath, for migrations and measurements."""
        return self._engine

    @property
    def file(self) -> Path | None:
        """Return the file it lies in; None where it lies on a server or in memory."""
        name = make_url(self.url).database
        return Path(name) if self.is_sqlite and name and name != ":memory:" else None

    def condition(self) -> Condition:
        """Say whether the tables are those of this program. Only looks: not even an empty file is made.

        DatabaseTrouble when nobody answers, and when there is no folder for the file.
        """
        if self.file is not None and not self.file.exists() and self.file.parent.exists():
            return "missing"
        revision = self.revision()
        if revision is None:
            return "missing"
        steps = _steps()
        if revision == steps[-1]:
            return "current"
        return "older" if revision in steps else "newer"

    def revision(self) -> str | None:
        """Return the name of the newest migration of the tables; None when there are none."""
        with self._engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
            return found

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open the one transaction of an act: all of it is committed, or nothing."""
        with self._turn, Session(self._engine, expire_on_commit=False) as session:
            if self.is_sqlite:
                session.connection(execution_options={"huiying_begin": "IMMEDIATE"})
            yield session
            if self.before_commit and somebody_must_look(session):
                for call in self.before_commit:
                    call(session)
            session.commit()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a transaction that only looks."""
        with Session(self._engine, expire_on_commit=False) as session:
            yield session
            session.expunge_all()  # what was read stays readable after the transaction

    @contextmanager
    def alone(self, what: str) -> Iterator[None]:
        """Do something while no other process does it: the next one waits. On SQLite a lock file sees to that."""
        if self.is_sqlite:
            yield
            return
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            asked = {"kind": ALONE, "what": what}
            connection.execute(text("SELECT pg_advisory_lock(:kind, hashtext(:what))"), asked)
            try:
                yield
            finally:  # closing the connection would not do: it goes back to the pool with its lock
                connection.execute(
                    text("SELECT pg_advisory_unlock(:kind, hashtext(:what))"), {"kind": ALONE, "what": what}
                )

    def migrate(self, revision: str = "head") -> None:
        """Bring the tables to a revision, up or down (`base` removes them all).

        NewerTables when a newer program has brought them further.
        """
        if revision == "head" and self.condition() == "current":
            return
        # Imported here: Alembic takes a fifth of the start, and there is seldom anything to migrate.
        from storage.migrating import NoWay, carry_out  # noqa: PLC0415

        try:
            carry_out(self.url, revision)
        except NoWay as trouble:
            if self.condition() == "newer":
                raise NewerTables(self.revision()) from trouble
            raise

    def close(self) -> None:
        """Give every connection back."""
        self._engine.dispose()


def _engine_at(url: str, lock_wait: int, *, is_sqlite: bool) -> Engine:
    return _cheap_savepoints(_sqlite(url, lock_wait) if is_sqlite else _postgresql(url))


def with_driver(url: str) -> str:
    """Name our PostgreSQL driver in an address that names none."""
    return "postgresql+psycopg" + url.removeprefix("postgresql") if url.startswith("postgresql:") else url


def _steps() -> list[str]:
    return sorted(file.stem.partition("_")[0] for file in STEPS.glob("[0-9]*.py"))


def _sqlite(url: str, lock_wait: int) -> Engine:
    kept = {"timeout": lock_wait / 1000, "check_same_thread": False, "cached_statements": STATEMENTS}
    engine = create_engine(url, connect_args=kept)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own connection
        connection.isolation_level = None  # the driver's own BEGIN comes too late to lock; we begin ourselves
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={lock_wait}"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:  # noqa: ANN401 - SQLAlchemy types this event loosely
        mode = connection.get_execution_options().get("huiying_begin", "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {mode}")

    return engine


def _postgresql(url: str) -> Engine:
    engine = create_engine(url, pool_size=8, pool_pre_ping=True, connect_args={"client_encoding": UTF8})

    @event.listens_for(engine, "connect")
    def _refuse_other_encodings(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own connection
        encoding = connection.info.parameter_status("server_encoding")
        if encoding != UTF8:
            connection.close()
            raise NotUnicode(encoding)

    return engine


def _cheap_savepoints(engine: Engine) -> Engine:
    """Let savepoints be said plainly: SQLAlchemy compiles each anew, which takes longer than the savepoint itself.

    There is one around each event that is handled.
    """
    dialect: Any = engine.dialect
    dialect.do_savepoint = lambda connection, name: connection.exec_driver_sql(f"SAVEPOINT {name}")
    dialect.do_release_savepoint = lambda connection, name: connection.exec_driver_sql(f"RELEASE SAVEPOINT {name}")
    return engine


def driver_connection(session: Session) -> Any:  # noqa: ANN401 - the driver's own connection
    """Return the driver's connection of a transaction, for a library that shares it."""
    return session.connection().connection.driver_connection


def unusable(why: BaseException) -> DatabaseTrouble:
    """Return the trouble that a library met which shares a connection."""
    return DatabaseTrouble("", None, why)


def is_crossed(trouble: Exception) -> bool:
    """Say whether two transactions stood in each other's way and this one was given up: again, it goes through."""
    return isinstance(trouble, DatabaseTrouble) and getattr(trouble.orig, "sqlstate", None) in CROSSED


def is_lock(trouble: Exception) -> bool:
    """Say whether a database error only means that another writer holds it now."""
    return isinstance(trouble, OperationalError) and "locked" in str(trouble.orig)


def answers(database: Database) -> bool:
    """Say whether the database answers a question right now."""
    try:
        with database.reading() as session:
            session.connection().execute(text("SELECT 1"))
    except OperationalError:
        return False
    return True


def is_full(trouble: Exception) -> bool:
    """Say whether a database error means that the disk is full."""
    said = str(getattr(trouble, "orig", trouble)).lower()
    return "full" in said or "no space" in said
