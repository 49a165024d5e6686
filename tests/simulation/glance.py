"""Looks into the database beside the desk, by the shortest way: it is done at every step. Alike on both databases."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

import psycopg

from storage.database import Database


@dataclass(frozen=True)
class Tongue:
    """What the two databases say in different words."""

    mark: str  # of a value that is given
    clock_id: str  # of the clock c, as timers write it
    latest: str  # of four moments, the last three of which may be missing
    moment: str  # as SQLite writes it
    order: str  # by which rows of the history were written
    whole: str  # as what the platform of a destination stands among the destinations


SQLITE: Final = Tongue(
    mark="?",
    clock_id="substr(c.id, 1, 8) || '-' || substr(c.id, 9, 4) || '-' || substr(c.id, 13, 4) || '-' || "
    "substr(c.id, 17, 4) || '-' || substr(c.id, 21)",
    latest="max({}, coalesce({}, ''), coalesce({}, ''), coalesce({}, ''))",
    moment="{}",
    order="rowid",
    whole="substr({}, 1, instr({}, ':'))",
)
POSTGRESQL: Final = Tongue(
    mark="%s",
    clock_id="CAST(c.id AS text)",
    latest="greatest({}, {}, {}, {})",
    moment="to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')",
    order="id",
    whole="split_part({}, ':', 1) || ':'",
)


class NextDue(NamedTuple):
    """When there is something to do next, of each kind; None: nothing waits."""

    timers: datetime | None
    events: datetime | None
    sends: datetime | None

    @property
    def first(self) -> datetime | None:
        """Return when there is anything to do next."""
        return min((each for each in self if each is not None), default=None)


class Glance:
    """Sees what is committed."""

    def __init__(self, database: Database) -> None:
        """Look into a database over a connection of one's own."""
        self.tongue = SQLITE if database.is_sqlite else POSTGRESQL
        self._connection: Any
        if database.is_sqlite:
            self._connection = sqlite3.connect(str(database.file), isolation_level=None)
        else:
            self._connection = psycopg.connect(database.url.replace("+psycopg", "", 1), autocommit=True)
        moment, latest = self.tongue.moment, self.tongue.latest
        ready = latest.format("o.first", "d.paused_until", "d.reserved_until", "p.paused_until")
        self._next_due = NEXT_DUE.format(
            timers=moment.format("min(due_at)"),
            events=moment.format("min(received_at)"),
            sends=moment.format("min(may_go)"),
            ready=ready,
            passing=latest.format("o.not_before", "d.paused_until", "NULL", "NULL"),
            whole=self.tongue.whole.format("o.destination", "o.destination"),
        )

    def rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Return what a question finds, as the driver has it; {mark} stands where a value is given."""
        found: list[tuple[Any, ...]] = self._connection.execute(statement, values).fetchall()
        return found

    def says(self, statement: str, **more: str) -> str:
        """Return a question in this database's words."""
        words: Mapping[str, str] = {**vars(self.tongue), **more}
        return statement.format(**words)

    def next_due(self) -> NextDue:
        """Return what falls due next, by the desk's time."""
        return NextDue(*(_moment(row[0]) for row in self.rows(self._next_due)))

    def paused(self) -> Mapping[str, datetime]:
        """Return until when destinations are paused."""
        moment = self.tongue.moment.format("paused_until")
        found = self.rows(f"SELECT name, {moment} FROM destination WHERE paused_until IS NOT NULL")  # noqa: S608 - ours
        return {name: until for name, written in found if (until := _moment(written)) is not None}

    def close(self) -> None:
        """Look no more."""
        self._connection.close()


def _moment(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written).replace(tzinfo=UTC) if written else None


# Of each destination what may go first, by an index that holds all this asks for: many rows often wait for few. Where a
# destination is reserved, what is statutory need not wait.
NEXT_DUE: Final = """
SELECT {timers} FROM timer WHERE stage = 'waiting'
UNION ALL SELECT {events} FROM inbox WHERE stage = 'waiting'
UNION ALL SELECT {sends} FROM (
  SELECT {ready} AS may_go
  FROM (SELECT destination, min(not_before) AS first FROM outbox WHERE stage = 'pending' GROUP BY destination) AS o
  LEFT JOIN destination d ON d.name = o.destination LEFT JOIN destination p ON p.name = {whole}
  UNION ALL
  SELECT {passing} FROM destination d
  JOIN outbox o ON o.stage = 'pending' AND o.destination = d.name AND o.lane = 0 WHERE d.reserved_until IS NOT NULL
) AS each
"""
