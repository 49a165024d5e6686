"""What one transaction at a time may see to, by name: held until it ends, never waited for, gone with its process.

On PostgreSQL these are advisory locks; on SQLite there is one writer, who holds everything.
https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
"""

from collections.abc import Collection
from typing import Final

from sqlalchemy import text
from sqlmodel import Session

# The first half of the lock's name; the second is a hash. Two names with one hash only wait for each other.
PLACE: Final = 7_301  # where events come from
DESTINATION: Final = 7_302  # where rows go to
_TRY: Final = text(
    "SELECT name FROM unnest(CAST(:names AS text[])) AS name WHERE pg_try_advisory_xact_lock(:kind, hashtext(name))"
)


def hold(session: Session, kind: int, names: Collection[str]) -> set[str]:
    """Hold these names until the transaction ends; return those that no other transaction holds."""
    connection = session.connection()
    if not names or connection.dialect.name == "sqlite":
        return set(names)
    return set(connection.execute(_TRY, {"kind": kind, "names": sorted(names)}).scalars())
