"""What people corrected in judgements: the desk learns from it."""

import uuid
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam
from sqlmodel import Field, SQLModel, select

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
    return set(session.ask(_CORRECTED, {"case": case_id}))


_CORRECTED: Final = select(Correction.field).where(Correction.case_id == bindparam("case"))
