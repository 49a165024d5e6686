"""Every row of one database carried into another, of whichever kind: how a bureau moves from SQLite to PostgreSQL."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Table, func, select, text

from storage.database import Database
from storage.tables import metadata

BATCH: Final = 1000  # rows
Row = Mapping[str, Any]


def carry(source: Database, target: Database) -> None:
    """Make the target's tables and fill them, all in one transaction; the source's must be those of this program."""
    target.migrate()
    with source.engine.connect() as there, target.engine.begin() as here:
        for table in metadata.sorted_tables:
            _carry(there, here, table)
        if here.dialect.name == "postgresql":
            _go_on_counting(here)


def _carry(there: Connection, here: Connection, table: Table) -> None:
    """Carry a table; rows that name others of the same table come after those."""
    own = [key.parent.name for key in table.foreign_keys if key.column.table is table]
    waiting: list[Row] = []
    for batch in there.execute(select(table)).mappings().partitions(BATCH):
        rows = [dict(row) for row in batch]
        naming = [row for row in rows if any(row[name] is not None for name in own)]
        _put(here, table, [row for row in rows if row not in naming] if naming else rows)
        waiting += naming
    (key, *_) = table.primary_key.columns
    while waiting:
        missing = {row[key.name] for row in waiting}
        later = [row for row in waiting if any(row[name] in missing for name in own)]
        if len(later) == len(waiting):
            raise ValueError(f"rows of {table.name} name each other in a circle")
        _put(here, table, [row for row in waiting if row not in later])
        waiting = later


def _put(here: Connection, table: Table, rows: Sequence[Row]) -> None:
    if rows:
        here.execute(table.insert(), rows)


def _go_on_counting(here: Connection) -> None:
    """Let what PostgreSQL counts by itself go on after the last row."""
    for table in metadata.sorted_tables:
        column = table.autoincrement_column
        last = here.execute(select(func.max(column))).scalar() if column is not None else None
        if column is not None and last is not None:
            counted = text("SELECT setval(pg_get_serial_sequence(:table, :column), :last)")
            here.execute(counted, {"table": table.name, "column": column.name, "last": last})
