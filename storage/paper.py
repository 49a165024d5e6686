"""Signatures that were given on paper and recorded by somebody else, with a photo."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import CheckConstraint, bindparam
from sqlmodel import Field, Session, SQLModel, col, select

from storage.columns import id_field, list_field, moment_field
from storage.draft import GateStep, Signature


class PaperSignature(SQLModel, table=True):
    """One signature on paper: for which text, who gave it, who recorded it, and what the signer says of it."""

    __tablename__ = "paper_signature"
    __table_args__ = (CheckConstraint("stage IN ('waiting', 'confirmed', 'denied', 'void')", name="paper_stage"),)
    id: uuid.UUID = id_field()
    case_id: uuid.UUID = Field(foreign_key="cases.id", index=True)
    round: int
    gate: str
    signer_id: uuid.UUID = Field(foreign_key="person.id")
    recorder_id: uuid.UUID = Field(foreign_key="person.id")
    draft_version: int  # what was printed
    manifest_hash: str
    photos: list[str] = list_field()  # the files that show it: by hash, or as their platform calls them
    recorded_at: datetime = moment_field()
    due_at: datetime = moment_field()  # until when the signer has to confirm it
    stage: str = "waiting"  # void: the text was changed, or no photo could be kept
    answered_at: datetime | None = moment_field(nullable=True)
    reason: str = ""


def of_case(session: Session, case_id: uuid.UUID) -> Sequence[PaperSignature]:
    """List the signatures on paper of a case, in order."""
    query = select(PaperSignature).where(PaperSignature.case_id == case_id)
    return session.exec(query.order_by(col(PaperSignature.recorded_at))).all()


def load(session: Session, paper_id: uuid.UUID) -> PaperSignature:
    """Load one, locked."""
    return session.exec(select(PaperSignature).where(PaperSignature.id == paper_id).with_for_update()).one()


def behind(session: Session, step: GateStep) -> PaperSignature | None:
    """Return the signature on paper that a signed gate rests on; None for one that was given to the desk."""
    if step.stage != "signed" or _given_last(session, step) != "paper":
        return None
    query = select(PaperSignature).where(PaperSignature.case_id == step.case_id, PaperSignature.round == step.round)
    query = query.where(PaperSignature.gate == step.gate, PaperSignature.signer_id == step.signed_by)
    return session.exec(query.where(PaperSignature.recorded_at == step.signed_at)).first()


def _given_last(session: Session, step: GateStep) -> str:
    """Return how a gate was signed last: one moment may hold a paper, its denial and a signature given to the desk."""
    asked = {"case": step.case_id, "round": step.round, "gate": step.gate}
    return session.exec(_GIVEN_LAST, params=asked).first() or ""


_GIVEN_LAST: Final = (  # the hot path: built once
    select(Signature.act)
    .where(Signature.case_id == bindparam("case"), Signature.round == bindparam("round"))
    .where(Signature.gate == bindparam("gate"), col(Signature.act).in_(("signed", "paper", "denied")))
    .order_by(col(Signature.at).desc(), col(Signature.id).desc())
)


def save(session: Session, *rows: SQLModel) -> None:
    """Keep rows of this family."""
    session.add_all(rows)
    session.flush()
