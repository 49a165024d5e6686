"""Mandates: what somebody handed over to a deputy, until a moment."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import CheckConstraint, bindparam
from sqlmodel import Field, SQLModel, col, select

from storage.columns import id_field, list_field, moment_field
from storage.session import Session


class Mandate(SQLModel, table=True):
    """One person acts in another's stead, for some of what that person answers for."""

    __table_args__ = (CheckConstraint("stage IN ('active', 'ended', 'revoked')", name="mandate_stage"),)
    id: uuid.UUID = id_field()
    giver_id: uuid.UUID = Field(foreign_key="person.id", index=True)
    deputy_id: uuid.UUID = Field(foreign_key="person.id", index=True)
    rights: list[str] = list_field()  # gates, the signature, spokesperson
    reason: str = ""
    begins_at: datetime = moment_field()
    ends_at: datetime = moment_field()
    stage: str = "active"
    ended_at: datetime | None = moment_field(nullable=True)


def active(session: Session, now: datetime) -> Sequence[Mandate]:
    """List the mandates that hold at a moment, the oldest first."""
    return session.once(f"mandates {now}", lambda: session.ask(_ACTIVE, {"now": now}).all())


_ACTIVE: Final = (
    select(Mandate)
    .where(Mandate.stage == "active", col(Mandate.ends_at) > bindparam("now"))
    .order_by(col(Mandate.begins_at))
)


def load(session: Session, mandate_id: uuid.UUID) -> Mandate:
    """Load one, locked."""
    return session.exec(select(Mandate).where(Mandate.id == mandate_id).with_for_update()).one()


def save(session: Session, *rows: SQLModel) -> None:
    """Keep rows of this family."""
    session.add_all(rows)
    session.flush()
