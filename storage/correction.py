"""What people corrected in judgements: the desk learns from it."""

import uuid
from collections.abc import Collection
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam
from sqlmodel import Field, SQLModel, col, select

from storage import together
from storage.columns import id_field, moment_field
from storage.session import Session


class Correction(SQLModel, table=True):
    """What a person corrected in a judgement."""

    id: uuid.UUID = id_field()
    case_id: uuid.UUID = Field(foreign_key="cases.id", index=True)
    field: str
    before: str
    after: str
    by: uuid.UUID = Field(foreign_key="person.id")
    at: datetime = moment_field()


def record(session: Session, correction: Correction) -> None:
    """Put a person's correction of a judgement on record."""
    session.forget_new(correction.case_id)
    session.add(correction)
    session.flush()


def fields(session: Session, case_id: uuid.UUID) -> set[str]:
    """List what a person has already corrected in a case."""
    if session.is_new(case_id):
        return set()
    known: set[str] | None = together.known(session, CORRECTED, case_id)
    return known if known is not None else set(session.ask(_CORRECTED, {"case": case_id}))


def look_together(session: Session, case_ids: Collection[uuid.UUID]) -> None:
    """Look up what was corrected in several cases."""
    found: dict[uuid.UUID, set[str]] = {case_id: set() for case_id in case_ids}
    for case_id, corrected in session.ask(_CORRECTED_IN, {"cases": list(found)}):
        found[case_id].add(corrected)
    together.learn(session, CORRECTED, found)


CORRECTED: Final = "corrected in cases"
together.HANGS_ON[Correction] = CORRECTED
_CORRECTED_IN: Final = select(Correction.case_id, Correction.field).where(
    col(Correction.case_id).in_(bindparam("cases", expanding=True))
)


_CORRECTED: Final = select(Correction.field).where(Correction.case_id == bindparam("case"))
