"""One-time codes: an invitation for a person's account, or for a group to be bound."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field, Session, SQLModel, col, select

from storage.columns import id_field, moment_field


class Invitation(SQLModel, table=True):
    """A code somebody was given; only its hash is kept."""

    __table_args__ = (CheckConstraint("kind IN ('person', 'chat')", name="invitation_kind"),)
    id: uuid.UUID = id_field()
    code_hash: str = Field(unique=True)
    kind: str
    platform: str
    person_id: uuid.UUID | None = Field(default=None, foreign_key="person.id")  # whose account it will be
    use: str = ""  # what the chat will be used for
    created_by: uuid.UUID = Field(foreign_key="person.id")
    created_at: datetime = moment_field()
    expires_at: datetime = moment_field()
    used_at: datetime | None = moment_field(nullable=True)
    used_by: str = ""  # the account or chat that said it


def by_hash(session: Session, code_hash: str) -> Invitation | None:
    """Find an invitation by the hash of its code, locked."""
    return session.exec(select(Invitation).where(Invitation.code_hash == code_hash).with_for_update()).first()


def open_ones(session: Session, kind: str, platform: str, now: datetime) -> Sequence[Invitation]:
    """List the codes of a kind that were not used and still hold."""
    query = select(Invitation).where(Invitation.kind == kind, Invitation.platform == platform)
    return session.exec(query.where(col(Invitation.used_at).is_(None), col(Invitation.expires_at) > now)).all()


def save(session: Session, *invitations: Invitation) -> None:
    """Keep invitations."""
    session.add_all(invitations)
    session.flush()
