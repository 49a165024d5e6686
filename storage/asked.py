"""One question that is asked at every look, said to the driver itself.

SQLAlchemy prepares a long question anew each time, which takes longer than the database takes to answer it. Here it is
compiled once for a database, as in for_rows.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection
from sqlalchemy.sql.selectable import SelectBase

from storage.for_rows import Said


class Asked:
    """A question without a list among its values, about columns that every driver returns as they are."""

    def __init__(self, question: SelectBase) -> None:
        """Build it once; its values go by the names of its bindparams."""
        self._question: Final = question
        self._said: Final[dict[str, Said]] = {}

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> Sequence[Any]:
        """Ask it."""
        said = self._said.get(connection.dialect.name)
        if said is None:
            compiled = self._question.compile(dialect=connection.dialect)
            said = self._said[connection.dialect.name] = Said.of(compiled, connection.dialect)
        (bound,) = said.bound([values])
        return connection.exec_driver_sql(said.text, bound).fetchall()
