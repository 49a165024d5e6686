"""A whole database copied while the desk runs, and a copy made into a database again: for backups."""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from storage.copies_postgresql import CarriedCopies, PostgresqlCopies
from storage.copies_sqlite import SqliteCopies
from storage.database import Database


class Loaded(Protocol):
    """A copy as a database of its own; whoever changes it changes nothing else."""

    database: Database

    def problems(self) -> list[str]:
        """Return what the database itself finds wrong with it."""
        ...

    def place(self, mark: str) -> str:
        """Put it in the place of the desk's database; return where the former one is kept now, empty: there was none.

        mark becomes part of the former one's name. Nobody may be using either.
        """
        ...


class Copies(Protocol):
    """How one kind of database is copied."""

    form: str  # the kind of database; also the name of the file in a backup

    def take(self, to: Path) -> None:
        """Write a consistent copy of the database to a file while others write."""
        ...

    def load(self, copy: Path) -> AbstractContextManager[Loaded]:
        """Make a copy into a database of its own, which is gone at the end unless it was put in place."""
        ...


def copies_of(database: Database) -> Copies:
    """Return how this database is copied."""
    return SqliteCopies(database) if database.is_sqlite else PostgresqlCopies(database)


def copies_for(database: Database, form: str) -> Copies | None:
    """Return how copies of one kind become this database; None when they cannot."""
    own = copies_of(database)
    if own.form == form:
        return own
    return None if database.is_sqlite else CarriedCopies(database)
