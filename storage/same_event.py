"""Which cases may tell of the same event: the terms by which a case is found again, and what it was offered to join."""

import uuid
from collections.abc import Collection, Mapping
from functools import cache
from typing import Final

from sqlalchemy import TextClause, bindparam, text, update
from sqlmodel import Field, SQLModel, col, select

from storage import together
from storage.columns import Hot, id_field, list_field
from storage.session import Session

MOST_TERMS: Final = 64  # in one question
# A case that has a term, its event, how much of it, whether it is placed. Ids in hex: to make so many takes long.
Having = tuple[str, str, float, bool]


class EventTerm(SQLModel, table=True):
    """A term of the first post of a case, and how much of what that post tells it is."""

    __tablename__ = "event_term"
    __table_args__ = {"sqlite_with_rowid": False}
    term: str = Field(primary_key=True)
    case_id: uuid.UUID = Field(primary_key=True, foreign_key="cases.id")  # ids are in time's order
    part: float
    placed: bool  # whether its headline names a place


class SameEvent(Hot, table=True):
    """The earlier case that a case was offered to join, and the event, named by its first case."""

    __tablename__ = "same_event"
    id: uuid.UUID = id_field()
    case_id: uuid.UUID = Field(foreign_key="cases.id", unique=True)
    like_id: uuid.UUID = Field(foreign_key="cases.id")
    event_id: uuid.UUID = Field(foreign_key="cases.id", index=True)
    shared: list[str] = list_field()  # the terms, what is shared most by first
    score: float
    refused: bool = False  # a person said that it is something else; the event is the case's own then


together.by_case(SameEvent)
EXPECTED: Final = "event terms expected"  # in a session's info


def expect(session: Session, terms: Collection[str]) -> None:
    """Find at once the newest cases that have these terms."""
    if terms:
        session.info.setdefault(EXPECTED, {}).update(_newest(session, terms))


def newest(session: Session, terms: Collection[str]) -> dict[str, list[Having]]:
    """Find for each term the newest cases that have it, among them those of this transaction."""
    expected: Mapping[str, list[Having]] = session.info.get(EXPECTED, {})
    missing = [term for term in terms if term not in expected]
    found = {**expected, **(_newest(session, missing) if missing else {})}
    return {term: [*_here(session, term), *found[term]][:NEWEST] for term in terms}


NEWEST: Final = 8  # cases that have a term, against which a new one is held


def _here(session: Session, term: str) -> list[Having]:
    kept = session.kept("event_term", term)
    return [
        (row["case_id"].hex, _event_of(session, row["case_id"]), row["part"], row["placed"])
        for row in kept[: -NEWEST - 1 : -1]
    ]


def _event_of(session: Session, case_id: uuid.UUID) -> str:
    return next((row.event_id for row in session.new_of(SameEvent, case_id)), case_id).hex


def _newest(session: Session, terms: Collection[str]) -> dict[str, list[Having]]:
    found: dict[str, list[Having]] = {term: [] for term in terms}
    hexadecimal = _HEX[session.get_bind().dialect.name]
    wanted = sorted(found)
    for start in range(0, len(wanted), MOST_TERMS):
        some = wanted[start : start + MOST_TERMS]
        asked = some + some[-1:] * ((1 << (len(some) - 1).bit_length()) - len(some))  # few questions for any number
        rows = session.connection().execute(
            _question(len(asked), hexadecimal), {f"term_{n}": term for n, term in enumerate(asked)}
        )
        for term, *having in rows:
            found[term].append((*having,))
    return found


@cache
def _question(count: int, hexadecimal: str) -> TextClause:
    """Ask for the newest of each term. As text: so many selects are taken apart anew each time."""
    case_id, event_id = hexadecimal.format("event_term.case_id"), hexadecimal.format("same_event.event_id")
    each = (
        f"SELECT * FROM (SELECT event_term.term, {case_id} AS post, COALESCE({event_id}, {case_id}) AS event, "  # noqa: S608 - our own columns
        "event_term.part, event_term.placed FROM event_term "
        "LEFT JOIN same_event ON same_event.case_id = event_term.case_id "
        f"WHERE event_term.term = :term_{n} ORDER BY event_term.case_id DESC LIMIT {NEWEST}) AS of_{n}"
        for n in range(count)
    )
    return text(" UNION ".join(each))


# SQLite keeps ids in hex; PostgreSQL has a type for them.
_HEX: Final = {"sqlite": "{}", "postgresql": "REPLACE(CAST({} AS TEXT), '-', '')"}


def keep_terms(session: Session, case_id: uuid.UUID, parts: Mapping[str, float], *, placed: bool) -> None:
    """Keep by which terms a case is found again."""
    for term, part in parts.items():
        row = {"term": term, "case_id": case_id, "part": round(part, 4), "placed": placed}
        session.put("event_term", row, row, owner=term)


def offer(session: Session, offered: SameEvent) -> None:
    """Keep what a new case is offered to join."""
    session.keep(offered)


def of_case(session: Session, case_id: uuid.UUID) -> SameEvent | None:
    """Return what a case was offered to join."""
    if session.is_new(case_id):
        return next(iter(session.new_of(SameEvent, case_id)), None)
    known = together.rows(session, SameEvent, case_id)
    rows = known if known is not None else session.exec(select(SameEvent).where(SameEvent.case_id == case_id)).all()
    return next(iter(rows), None)


def event_of(session: Session, case_id: uuid.UUID) -> uuid.UUID:
    """Return the event of a case, named by its first case."""
    found = of_case(session, case_id)
    return found.event_id if found is not None else case_id


def settle(session: Session, case_id: uuid.UUID, like_id: uuid.UUID, event_id: uuid.UUID, *, refused: bool) -> None:
    """Keep a person's word on what a case is about: the event of another, or its own."""
    found = of_case(session, case_id)
    if found is None:
        session.add(SameEvent(case_id=case_id, like_id=like_id, event_id=event_id, score=1.0, refused=refused))
    else:
        found.event_id, found.refused = event_id, refused
        session.add(found)
    session.flush()


def unite(session: Session, gone: uuid.UUID, event_id: uuid.UUID) -> None:
    """Let all that was of one event be of another."""
    session.flush()
    session.execute(_UNITE, {"gone": gone, "event": event_id})
    session.expire_all()


_UNITE: Final = (
    update(SameEvent).where(col(SameEvent.event_id) == bindparam("gone")).values(event_id=bindparam("event"))
)
