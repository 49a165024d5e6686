"""Every row of one database carried into another, of whichever kind: how a bureau moves from SQLite to PostgreSQL.

Batches are committed one by one. What is there already is asked of the rows themselves, so that a carrying that was
interrupted, at whatever instant, goes on where it was. Whether all came along is decided by counting and hashing both
sides; until then the target says that it is only half a desk (`house_move`).
"""

import hashlib
import json
import time
import uuid
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any, Final, Literal

from sqlalchemy import Column, Connection, String, Table, collate, func, inspect, select, text, tuple_
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.types import TypeDecorator

from storage import house_move
from storage.database import Database
from storage.house_move import HouseMove
from storage.tables import metadata

BATCH: Final = 1000  # rows
LOCK: Final = 0x48595F4D4F5645  # whoever carries into a PostgreSQL database holds this number there
LOOKS, A_MOMENT = 20, 0.1  # how often one looks for others, seconds between
Row = Mapping[str, Any]
Step = Literal["read", "carry", "compare"]
Told = Callable[[Step, str, int], None]  # what goes on, in which table, so many rows more
TABLES: Final = tuple(table for table in metadata.sorted_tables if table.name != HouseMove.__tablename__)


@dataclass(frozen=True)
class Digest:
    """What a table holds: how many rows, and their hash in the order of their keys."""

    rows: int
    sha256: str


Digests = Mapping[str, Digest]


class NotEmpty(Exception):
    """The target holds something else: tables of others, rows, another carrying's half, or all of this already."""

    def __init__(self, what: Literal["tables", "rows", "half", "done"]) -> None:
        """Say what it holds."""
        super().__init__(what)
        self.what = what


class InUse(Exception):
    """Somebody else is connected to the target."""


class CannotCarry(Exception):
    """The target does not take a row; the message is the table, and what the database said."""


class Different(Exception):
    """A table does not hold the same on both sides; the message is its name."""


def _silent(_step: Step, _table: str, _rows: int) -> None:
    """Tell nobody."""


def carry(source: Database, target: Database, *, at: datetime, told: Told = _silent) -> Digests:
    """Fill the target with all that the source holds and hold both against each other; return what each table holds.

    The source's tables must be those of this program, and nobody may write there meanwhile. finish() is still to come.
    """
    with alone_in(target):
        known = digests(source, told=told)
        _begin(target, _identity(known), at)
        with source.engine.connect() as there:
            for table in TABLES:
                _carry(there, target, table, told)
        found = digests(target, told=told, step="compare")
        for name, digest in known.items():
            if found[name] != digest:
                raise Different(name)
    return known


def finish(target: Database, at: datetime) -> None:
    """Let what PostgreSQL counts by itself go on after the last row, and let a desk run on the target."""
    with target.writing() as session:
        if not target.is_sqlite:
            _go_on_counting(session.connection())
        move = house_move.unfinished(session)
        if move is not None:
            move.ended_at = at
            house_move.save(session, move)


def count(database: Database) -> int:
    """Count the rows that are to be carried."""
    with database.engine.connect() as connection:
        return sum(connection.execute(select(func.count()).select_from(table)).scalar_one() for table in TABLES)


def digests(database: Database, *, told: Told = _silent, step: Step = "read") -> Digests:
    """Read every table through; return what each holds."""
    with database.engine.connect() as connection:
        return {table.name: _digest(connection, table, partial(told, step, table.name)) for table in TABLES}


@contextmanager
def alone_in(target: Database) -> Iterator[None]:
    """Keep a PostgreSQL database for oneself; InUse when anybody else is connected to it."""
    if target.is_sqlite:
        yield
        return
    target.close()  # our own connections that rest
    with target.engine.connect() as keeper:
        others = _others(keeper)
        if others or not keeper.execute(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": LOCK}).scalar_one():
            raise InUse(str(others))
        keeper.commit()
        try:
            yield
        finally:
            keeper.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": LOCK})
            keeper.commit()


def _others(keeper: Connection) -> int:
    """Count who else is connected; somebody who has just hung up, or was killed, is gone after a moment."""
    others = 0
    for _ in range(LOOKS):
        others = keeper.execute(_OTHERS).scalar_one()
        keeper.rollback()  # within one transaction the server shows the same moment again
        if not others:
            break
        time.sleep(A_MOMENT)
    return others


_OTHERS: Final = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
    "AND backend_type = 'client backend'"
)


def _identity(known: Digests) -> str:
    """Name what is carried by all it holds: a source that has changed since is another."""
    whole = "\n".join(f"{name} {digest.rows} {digest.sha256}" for name, digest in sorted(known.items()))
    return hashlib.sha256(whole.encode()).hexdigest()


def _begin(target: Database, identity: str, at: datetime) -> None:
    """Make the tables and say what is being carried, or see that this is what was being carried before."""
    condition = target.condition()
    if condition == "missing":
        if set(inspect(target.engine).get_table_names()) - {"alembic_version"}:
            raise NotEmpty("tables")
        target.migrate()
    elif condition != "current":
        raise NotEmpty("tables")
    with target.writing() as session:
        move = house_move.newest(session)
        if move is None:
            if _holds_anything(session.connection()):
                raise NotEmpty("rows")
            house_move.save(session, HouseMove(source=identity, began_at=at))
        elif move.ended_at is not None:
            raise NotEmpty("done" if move.source == identity else "rows")
        elif move.source != identity:
            raise NotEmpty("half")


def _holds_anything(connection: Connection) -> bool:
    return any(connection.execute(select(table).limit(1)).first() is not None for table in TABLES)


def _carry(there: Connection, target: Database, table: Table, told: Told) -> None:
    """Carry a table; rows that name others of the same table come after those."""
    own = [key.parent.name for key in table.foreign_keys if key.column.table is table]
    waiting: list[Row] = []
    with closing(_pages(there, table)) as pages:
        for rows in pages:
            missing = _missing(target, table, rows)
            naming = [row for row in missing if any(row[name] is not None for name in own)]
            _put(target, table, [row for row in missing if row not in naming] if naming else missing)
            waiting += naming
            told("carry", table.name, len(rows))
    (key, *_) = table.primary_key.columns
    while waiting:
        to_come = {row[key.name] for row in waiting}
        later = [row for row in waiting if any(row[name] in to_come for name in own)]
        if len(later) == len(waiting):
            raise ValueError(f"rows of {table.name} name each other in a circle")
        _put(target, table, [row for row in waiting if row not in later])
        waiting = later


def _missing(target: Database, table: Table, rows: Sequence[Row]) -> Sequence[Row]:
    """Return the rows that are not there yet."""
    keys = list(table.primary_key.columns)
    of = [tuple(row[key.name] for key in keys) for row in rows]
    here = tuple_(*keys).in_(of) if len(keys) > 1 else keys[0].in_([key for (key,) in of])
    with target.engine.connect() as connection:
        known = {tuple(row) for row in connection.execute(select(*keys).where(here))}
    return [row for row, key in zip(rows, of, strict=True) if key not in known] if known else rows


def _put(target: Database, table: Table, rows: Sequence[Row]) -> None:
    """Put rows in, all of them or none."""
    if not rows:
        return
    try:
        with target.engine.begin() as here:
            here.execute(table.insert(), rows)
    except (DataError, IntegrityError) as refused:
        raise CannotCarry(f"{table.name}: {refused.orig}") from refused


def _pages(connection: Connection, table: Table) -> Generator[Sequence[Row], None, None]:
    """Read a table in the order of its keys, which is the same on both databases; to be closed."""
    ordered = select(table).order_by(*[_in_bytes(connection, key) for key in table.primary_key.columns])
    with connection.execution_options(yield_per=BATCH).execute(ordered) as found:
        for page in found.mappings().partitions():
            yield [dict(row) for row in page]


def _in_bytes(connection: Connection, key: Column[Any]) -> Any:  # noqa: ANN401 - a column, or one under a collation
    """Order text by its bytes, as SQLite does, whatever language the other database speaks."""
    kind = key.type.impl_instance if isinstance(key.type, TypeDecorator) else key.type
    of_text = isinstance(kind, String) and connection.dialect.name == "postgresql"
    return collate(key, "C") if of_text else key


def _digest(connection: Connection, table: Table, told: Callable[[int], None]) -> Digest:
    sha256, count_ = hashlib.sha256(), 0
    with closing(_pages(connection, table)) as pages:
        for rows in pages:
            for row in rows:
                sha256.update(json.dumps(list(row.values()), default=_plain).encode() + b"\n")
            count_ += len(rows)
            told(len(rows))
    return Digest(count_, sha256.hexdigest())


def _plain(value: object) -> str:
    """Write what JSON has no form for."""
    if isinstance(value, date):  # a moment is one too
        return value.isoformat()
    if isinstance(value, uuid.UUID):
        return value.hex
    raise TypeError(f"no form for {type(value)}")


def _go_on_counting(here: Connection) -> None:
    """Let what PostgreSQL counts by itself go on after the last row."""
    for table in metadata.sorted_tables:
        column = table.autoincrement_column
        last = here.execute(select(func.max(column))).scalar() if column is not None else None
        if column is not None and last is not None:
            counted = text("SELECT setval(pg_get_serial_sequence(:table, :column), :last)")
            here.execute(counted, {"table": table.name, "column": column.name, "last": last})
