"""Databases for the tests: the tables are made once for each kind and copied, and so is what was learnt on the way.

An engine compiles each statement once, which takes longer than to run it: those of the databases that most tests ask
for are kept, and find an empty database at the same address for each test.
"""

import gc
import shutil
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import event

from storage.database import Database
from tests.plugins.postgresql import drop_postgresql, fresh_postgresql, name_of

DATABASES: Final = ("sqlite", "postgresql")


def close(database: Database) -> None:
    """Close a database whose every connection came back: one that is still out would damage the next test's file."""
    pool: Any = database.engine.pool
    if pool.checkedout():
        gc.collect()
    out = pool.checkedout()
    database.close()
    assert not out, f"{out} connections were never given back"


@cache
def _empty_sqlite() -> tuple[Path, "tempfile.TemporaryDirectory[str]"]:
    """Give a migrated, empty SQLite file to copy, and the folder that is gone when nobody holds it any more."""
    folder = tempfile.TemporaryDirectory(prefix="huiying-empty-")
    file = Path(folder.name) / "huiying.db"
    database = Database(f"sqlite:///{file}")
    database.migrate()
    database.close()
    return file, folder


def lay_down(file: Path) -> None:
    """Put a migrated, empty SQLite database where there is none."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(_empty_sqlite()[0], file)


def empty_at(file: Path) -> Database:
    """Open the SQLite database in a file, a migrated, empty one where there is none."""
    lay_down(file)
    return Database(f"sqlite:///{file}")


@pytest.fixture(scope="session")
def empty_sqlite() -> Path:
    """Give a migrated, empty SQLite file to copy."""
    return _empty_sqlite()[0]


@pytest.fixture(scope="session")
def empty_postgresql(postgresql_server: str) -> Iterator[str]:
    """Give the name of a migrated, empty PostgreSQL database to copy."""
    url = fresh_postgresql(postgresql_server)
    database = Database(url)
    database.migrate()
    database.close()
    yield name_of(url)
    drop_postgresql(url)


@pytest.fixture(scope="session")
def kept_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Database:
    """Give a SQLite database that does not wait for the disk: the tests lose nothing when the machine does."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('kept') / 'huiying.db'}")

    @event.listens_for(database.engine, "connect")
    def _quick(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own connection
        connection.execute("PRAGMA synchronous=OFF")

    return database


@pytest.fixture
def sqlite_database(kept_sqlite: Database) -> Iterator[Database]:
    """Give a migrated, empty SQLite database."""
    file = kept_sqlite.file
    assert file is not None
    lay_down(file)
    yield kept_sqlite
    close(kept_sqlite)
    for beside in file.parent.glob(f"{file.name}*"):
        beside.unlink()


@pytest.fixture(scope="session")
def kept_postgresql(postgresql_server: str) -> Database:
    """Give a PostgreSQL database that is not there until it is made."""
    url = fresh_postgresql(postgresql_server)
    drop_postgresql(url)
    return Database(url)


@pytest.fixture
def postgresql_database(postgresql_server: str, empty_postgresql: str, kept_postgresql: Database) -> Iterator[Database]:
    """Give a migrated, empty PostgreSQL database."""
    fresh_postgresql(postgresql_server, empty_postgresql, name=name_of(kept_postgresql.url))
    yield kept_postgresql
    close(kept_postgresql)
    drop_postgresql(kept_postgresql.url)


@pytest.fixture
def ready_postgresql_url(postgresql_server: str, empty_postgresql: str) -> Iterator[str]:
    """Give the address of a migrated, empty PostgreSQL database of its own, dropped after the test."""
    url = fresh_postgresql(postgresql_server, empty_postgresql)
    yield url
    drop_postgresql(url)


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest) -> Database:
    """Give a migrated, empty database of each kind."""
    found: Database = request.getfixturevalue(f"{request.param}_database")
    return found
