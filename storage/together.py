"""What one transaction has looked up for many at once, kept until something in it changes the answer."""

import uuid
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Final, TypeVar

from sqlalchemy import bindparam, event, exists, literal, union_all
from sqlmodel import Session, SQLModel, select

from storage.asked import Asked

Row = TypeVar("Row", bound=SQLModel)
KNOWN: Final = "known together"  # in a session's info
FEW: Final = 2  # tables: of more it is asked first which of them have anything at all
HANGS_ON: Final[dict[type[SQLModel], str]] = {}  # by table: what is forgotten when one of its rows changes
IN_PLACE: Final[set[type[SQLModel]]] = set()  # of these only a new row, or one that is gone, makes another answer
_OF_CASES: Final[dict[type[SQLModel], Any]] = {}  # by table: the question for the rows of several cases, built once


def learn(session: Session, about: str, answers: Mapping[Any, Any]) -> None:
    """Keep answers of one kind, by what was asked about."""
    session.info.setdefault(KNOWN, {}).setdefault(about, {}).update(answers)


def known(session: Session, about: str, key: Hashable) -> Any:  # noqa: ANN401 - whatever was learnt
    """Return a kept answer; None when there is none."""
    kept = session.info.get(KNOWN)
    return kept[about].get(key) if kept and about in kept else None


def all_known(session: Session, about: str) -> Collection[Any]:
    """Return every kept answer of one kind."""
    kept: Mapping[object, Any] = session.info.get(KNOWN, {}).get(about, {})
    return kept.values()


def forget(session: Session, about: str, key: Hashable) -> None:
    """Ask anew the next time."""
    session.info.get(KNOWN, {}).get(about, {}).pop(key, None)


def added(session: Session, row: SQLModel) -> None:
    """Ask anew about the case of a new row."""
    if type(row) in HANGS_ON:
        forget(session, HANGS_ON[type(row)], getattr(row, "case_id", None))


def by_case(table: type[SQLModel], *order: Any, in_place: bool = False) -> None:  # noqa: ANN401 - columns
    """Let the rows of a table be looked up for several cases at once, in an order.

    in_place: they may change, as long as they stay in that order and with their case.
    """
    case_id: Any = vars(table)["case_id"]
    _OF_CASES[table] = select(table).where(case_id.in_(bindparam("cases", expanding=True))).order_by(*order)
    HANGS_ON[table] = table.__name__
    IN_PLACE.update({table} if in_place else ())


def look(session: Session, case_ids: Collection[uuid.UUID], *tables: type[SQLModel]) -> None:
    """Look up the rows that several cases have in some tables, as far as they are not known."""
    asked = [table for table in tables if unknown(session, HANGS_ON[table], case_ids)]
    empty = _empty(session, next(iter(case_ids)), asked) if len(case_ids) == 1 and len(asked) > FEW else ()
    for table in asked:
        found: dict[uuid.UUID, list[Any]] = {case_id: [] for case_id in unknown(session, HANGS_ON[table], case_ids)}
        for row in session.exec(_OF_CASES[table], params={"cases": list(found)}) if table not in empty else ():
            found[row.case_id].append(row)
        learn(session, HANGS_ON[table], found)


def _empty(session: Session, case_id: uuid.UUID, tables: Sequence[type[SQLModel]]) -> Collection[type[SQLModel]]:
    """Ask at once which tables have no row of a case: most have none, and each question costs more than this one."""
    session.flush()
    there = {n for (n,) in _there(tuple(tables)).rows(session.connection(), {"case": case_id})}
    return [table for n, table in enumerate(tables) if n not in there]


@cache
def _there(tables: tuple[type[SQLModel], ...]) -> Asked:
    cases: list[Any] = [vars(table)["case_id"] for table in tables]
    rows = (select(literal(n)).where(exists().where(case_id == bindparam("case"))) for n, case_id in enumerate(cases))
    return Asked(union_all(*rows))


def unknown(session: Session, about: str, keys: Collection[Any]) -> list[Any]:
    """Return the keys of which no answer is kept."""
    kept = session.info.get(KNOWN, {}).get(about, {})
    return [key for key in keys if key not in kept]


def rows(session: Session, table: type[Row], case_id: uuid.UUID) -> Sequence[Row] | None:
    """Return the rows that were looked up of a case; None when they were not."""
    found: Sequence[Row] | None = known(session, HANGS_ON[table], case_id)
    return found


def changed(session: Session, rows: Iterable[object]) -> None:
    """Ask anew about what hangs on rows that were changed."""
    _forget(session, (row for row in rows if type(row) not in IN_PLACE))


@event.listens_for(Session, "before_flush")
def _forget_changed(session: Session, _context: object, _instances: object) -> None:
    if session.info.get(KNOWN):
        changed(session, session.dirty)
        _forget(session, (*session.new, *session.deleted))


def _forget(session: Session, rows: Iterable[Any]) -> None:
    kept: dict[str, Any] = session.info.get(KNOWN, {})
    for row in rows if kept else ():
        kept.pop(HANGS_ON.get(type(row), ""), None)


@event.listens_for(Session, "after_soft_rollback")
def _forget_undone(session: Session, _transaction: object) -> None:
    session.info.pop(KNOWN, None)
