"""What happened to a case, as far as it starts or stops clocks."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Field, col, select

from storage import together
from storage.columns import Hot, id_field, moment_field
from storage.session import Session


class CaseEvent(Hot, table=True):
    """Something that happened to a case and that starts or stops clocks."""

    __tablename__ = "case_event"
    id: uuid.UUID = id_field()
    case_id: uuid.UUID = Field(foreign_key="cases.id", index=True)
    event: str
    at: datetime = moment_field()
    by: uuid.UUID | None = Field(default=None, foreign_key="person.id")
    note: str = ""


def record(session: Session, happened: CaseEvent) -> None:
    """Put an event of a case on record."""
    session.keep(happened)


together.by_case(CaseEvent, col(CaseEvent.at))


def of_case(session: Session, case_id: uuid.UUID) -> Sequence[CaseEvent]:
    """List what happened to a case, in order."""
    if session.is_new(case_id):
        return sorted(session.new_of(CaseEvent, case_id), key=lambda happened: happened.at)
    known = together.rows(session, CaseEvent, case_id)
    if known is not None:
        return known
    return session.exec(select(CaseEvent).where(CaseEvent.case_id == case_id).order_by(col(CaseEvent.at))).all()


def count(session: Session, event: str, since: datetime, until: datetime) -> int:
    """Count what happened of one kind to any case in a span, its end not included."""
    query = select(func.count()).select_from(CaseEvent).where(CaseEvent.event == event)
    return session.exec(query.where(col(CaseEvent.at) >= since, col(CaseEvent.at) < until)).one()
