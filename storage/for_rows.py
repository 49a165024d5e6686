"""One statement for many rows, said to the driver itself.

SQLAlchemy prepares every row of such a statement anew, which takes longer than the database takes to write it. Here
the statement is compiled once for a database and the columns given, and only what its types ask for is done to a row.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from sqlalchemy import Compiled, Connection, Dialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import UpdateBase

Row = Mapping[str, Any]
Turn = Callable[[Any], Any]


@dataclass(frozen=True)
class Said:
    """A statement as the driver of one database takes it."""

    text: str
    slots: tuple[tuple[str, Turn | None], ...]  # name, and what its type makes of a value
    fixed: Row  # what the statement itself binds, the same for each row
    positional: bool

    @classmethod
    def of(cls, compiled: Compiled, dialect: Dialect) -> Self:
        """Take from a statement what the driver wants of it."""
        assert isinstance(compiled, SQLCompiler)  # noqa: S101 - what every statement of this kind compiles to
        turns = {name: _turn(bind.type, dialect) for bind, name in compiled.bind_names.items()}
        order = compiled.positiontup if compiled.positional else list(turns)
        fixed = {name: compiled.params[name] for bind, name in compiled.bind_names.items() if not bind.required}
        return cls(str(compiled), tuple((name, turns[name]) for name in order or ()), fixed, compiled.positional)

    def bound(self, rows: Sequence[Row]) -> list[Any]:
        """Return the rows as the driver takes them."""
        given = [{**self.fixed, **row} for row in rows] if self.fixed else rows
        if self.positional:
            return [
                tuple([row[name] if turn is None else turn(row[name]) for name, turn in self.slots]) for row in given
            ]
        return [{name: row[name] if turn is None else turn(row[name]) for name, turn in self.slots} for row in given]


class ForRows:
    """An insert, update or delete, without a list among its values, that is said for many rows at once."""

    def __init__(self, statement: UpdateBase) -> None:
        """Build it once; what a row is bound to goes by the names of its columns and of its bindparams."""
        self._statement: Final = statement
        self._said: Final[dict[tuple[str, tuple[str, ...]], Said]] = {}

    def execute(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Say it for rows that all name the same columns."""
        key = connection.dialect.name, tuple(rows[0])
        said = self._said.get(key)
        if said is None:
            compiled = self._statement.compile(dialect=connection.dialect, column_keys=list(key[1]))
            said = self._said[key] = Said.of(compiled, connection.dialect)
        connection.exec_driver_sql(said.text, said.bound(rows))


def _turn(of: Any, dialect: Dialect) -> Turn | None:  # noqa: ANN401 - a type of any column
    turn: Turn | None = of.dialect_impl(dialect).bind_processor(dialect)
    return turn
