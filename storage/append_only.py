"""The database's own refusal to rewrite history: triggers that a migration puts up and takes down."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Ddl:
    """Statements that put something up and take it down again, each to be executed by itself."""

    up: tuple[str, ...]
    down: tuple[str, ...]


_KEPT: Final = ("id", "chain", "n", "case_id", "at", "kind", "actor", "digest", "prev", "hash")
_REFUSED: Final = "history is append-only"
_IS_ERASING: Final = "NEW.payload IS NULL AND NEW.salt = '' AND NEW.actor_name = ''"
_UNTOUCHED: Final = " AND ".join(f"NEW.{name} IS NOT DISTINCT FROM OLD.{name}" for name in _KEPT)
_UNTOUCHED_SQLITE: Final = " AND ".join(f"NEW.{name} IS OLD.{name}" for name in _KEPT)


def _sqlite(name: str, occasion: str, when: str = "") -> str:
    return f"CREATE TRIGGER {name} BEFORE {occasion} {when} BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"


def _sqlite_no_replacing(table: str, same: str) -> str:
    """REPLACE INTO deletes without asking the triggers of DELETE, so it is refused as an insert."""
    there = f"WHEN EXISTS (SELECT 1 FROM {table} AS t WHERE {same})"  # noqa: S608 - our own names only
    return _sqlite(f"{table}_no_replace", f"INSERT ON {table}", there)


_SQLITE: Final = Ddl(
    up=(
        _sqlite("history_row_no_delete", "DELETE ON history_row"),
        _sqlite("history_row_no_update", "UPDATE ON history_row", f"WHEN NOT ({_IS_ERASING} AND {_UNTOUCHED_SQLITE})"),
        _sqlite_no_replacing("history_row", "t.id = NEW.id OR (t.chain = NEW.chain AND t.n = NEW.n)"),
        _sqlite("seal_no_delete", "DELETE ON seal"),
        _sqlite("seal_no_update", "UPDATE ON seal"),
        _sqlite_no_replacing("seal", "t.n = NEW.n"),
    ),
    down=tuple(
        f"DROP TRIGGER IF EXISTS {table}_no_{act}"
        for table in ("history_row", "seal")
        for act in ("delete", "update", "replace")
    ),
)

_FUNCTION: Final = (
    "CREATE FUNCTION history_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ "
    f"BEGIN RAISE EXCEPTION '{_REFUSED}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
)


def _postgresql(name: str, occasion: str, each: str = "ROW", when: str = "") -> str:
    return f"CREATE TRIGGER {name} BEFORE {occasion} FOR EACH {each} {when} EXECUTE FUNCTION history_refuse()"


_POSTGRESQL: Final = Ddl(
    up=(
        _FUNCTION,
        _postgresql("history_row_no_delete", "DELETE ON history_row"),
        _postgresql(
            "history_row_no_update", "UPDATE ON history_row", when=f"WHEN (NOT ({_IS_ERASING} AND {_UNTOUCHED}))"
        ),
        _postgresql("history_row_no_truncate", "TRUNCATE ON history_row", "STATEMENT"),
        _postgresql("seal_no_rewrite", "UPDATE OR DELETE ON seal"),
        _postgresql("seal_no_truncate", "TRUNCATE ON seal", "STATEMENT"),
    ),
    down=(
        "DROP TRIGGER IF EXISTS history_row_no_delete ON history_row",
        "DROP TRIGGER IF EXISTS history_row_no_update ON history_row",
        "DROP TRIGGER IF EXISTS history_row_no_truncate ON history_row",
        "DROP TRIGGER IF EXISTS seal_no_rewrite ON seal",
        "DROP TRIGGER IF EXISTS seal_no_truncate ON seal",
        "DROP FUNCTION IF EXISTS history_refuse()",
    ),
)

APPEND_ONLY_SQL: Final = {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}
