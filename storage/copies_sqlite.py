"""Copies of an SQLite database: by its own online backup, as one file."""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final

from storage.copy_trouble import CannotCopy
from storage.database import Database

BESIDE: Final = ("-wal", "-shm")  # what belongs to a database in use


class SqliteCopies:
    """Copies one database."""

    form = "sqlite"

    def __init__(self, database: Database) -> None:
        """Copy this database, which lies in a file."""
        if database.file is None:
            raise ValueError(f"not a file: {database.url}")
        self._file = database.file

    def take(self, to: Path) -> None:
        """Write a consistent copy to a file; in write-ahead mode neither reading nor writing waits for it."""
        try:
            with closing(sqlite3.connect(self._file)) as source, closing(sqlite3.connect(to)) as target:
                source.backup(target)
                target.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it
        except sqlite3.Error as trouble:
            raise CannotCopy(str(trouble)) from trouble

    @contextmanager
    def load(self, copy: Path) -> "Iterator[LoadedSqlite]":
        """Make a database of a copy, beside the desk's own: it can take its place in one step."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self._file.parent, prefix=f".{self._file.name}.")
        os.close(handle)
        ready = Path(name)
        shutil.copyfile(copy, ready)
        loaded = LoadedSqlite(Database(f"sqlite:///{ready}"), ready, self._file)
        try:
            yield loaded
        finally:
            loaded.database.close()
            for file in (ready, *_beside(ready)):
                file.unlink(missing_ok=True)


class LoadedSqlite:
    """A copy as a file of its own."""

    def __init__(self, database: Database, ready: Path, file: Path) -> None:
        """Take the database, the file it lies in, and the file whose place it can take."""
        self.database = database
        self._ready = ready
        self._file = file

    def problems(self) -> list[str]:
        """Return what SQLite finds wrong with it."""
        try:
            with closing(sqlite3.connect(self._ready)) as connection:
                found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check")]
                strays = [f"foreign key: {row[0]}" for row in connection.execute("PRAGMA foreign_key_check")]
        except sqlite3.DatabaseError as trouble:  # no database at all
            return [str(trouble)]
        return [problem for problem in found if problem != "ok"] + strays

    def place(self, mark: str) -> str:
        """Put it in place in one step; the former file is kept beside it."""
        self.database.close()
        with closing(sqlite3.connect(self._ready)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
        _sync(self._ready)
        kept = self._keep(mark) if self._file.exists() else ""
        self._ready.replace(self._file)
        _sync(self._file.parent)
        return kept

    def _keep(self, mark: str) -> str:
        """Keep the former file under another name too, whole and without anything beside it."""
        kept = self._file.with_name(f"{self._file.name}.before-{mark}")
        with suppress(sqlite3.Error), closing(sqlite3.connect(self._file)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")  # brings home what lies beside it
        for file in (self._file, *_beside(self._file)):
            if file.exists():
                os.link(file, kept.with_name(file.name.replace(self._file.name, kept.name, 1)))
        for file in _beside(self._file):
            file.unlink(missing_ok=True)  # what is not of this file would spoil the new one
        return str(kept)


def _beside(file: Path) -> tuple[Path, ...]:
    return tuple(file.with_name(file.name + end) for end in BESIDE)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
