"""The grounds of the fault tests: the same databases as the conversations have."""

from tests.conversations.conftest import database, empty_postgresql, empty_sqlite

__all__ = ["database", "empty_postgresql", "empty_sqlite"]
