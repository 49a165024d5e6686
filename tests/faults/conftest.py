"""The grounds of the fault tests: the same databases as the conversations have."""

from collections.abc import Iterator

import pytest

from storage.database import Database
from tests.conversations.conftest import database, empty_postgresql, empty_sqlite
from tests.plugins.postgresql import drop_postgresql, fresh_postgresql

__all__ = ["database", "empty_postgresql", "empty_sqlite"]


@pytest.fixture
def postgresql_desk(postgresql_server: str, empty_postgresql: str) -> Iterator[Database]:
    """Give a migrated PostgreSQL database, on which two desks may work at once."""
    url = fresh_postgresql(postgresql_server, empty_postgresql)
    database = Database(url)
    yield database
    database.close()
    drop_postgresql(url)
