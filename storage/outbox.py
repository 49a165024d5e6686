"""What the desk owes the world: a row each, until a platform or channel has taken it."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, func, text
from sqlmodel import Field, Session, SQLModel, col, select

from storage.case import Case
from storage.columns import id_field, map_field, moment_field

PAYLOAD_VERSION = 1
KINDS = ("message", "card", "toast", "release")


class Outbox(SQLModel, table=True):
    """One thing to send. Sending has four ends: sent, failed for good, to be retried, unknown."""

    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS}", name="outbox_kind"),
        CheckConstraint("stage IN ('pending', 'sending', 'sent', 'failed', 'unknown', 'expired')", name="outbox_stage"),
        Index(
            "one_pending_card",
            "case_id",
            "chat_id",
            unique=True,
            sqlite_where=text("kind = 'card' AND stage = 'pending'"),
            postgresql_where=text("kind = 'card' AND stage = 'pending'"),
        ),
        Index("outbox_due", "stage", "lane", "serial"),
    )
    serial: int | None = Field(default=None, primary_key=True)
    kind: str
    platform: str  # a chat platform, or `channel` for a release
    destination: str  # platform and chat, or the channel: one stuck destination delays no other
    chat_id: uuid.UUID | None = Field(default=None, foreign_key="chat.id")
    case_id: uuid.UUID | None = Field(default=None, foreign_key="cases.id", index=True)
    person_id: uuid.UUID | None = Field(default=None, foreign_key="person.id")  # whom it names
    lane: int = 1  # 0 statutory, 1 answers, 2 digests
    payload: dict[str, Any] = map_field()  # rendered and frozen, but for a card
    version: int = PAYLOAD_VERSION
    shows: dict[str, Any] = map_field()  # the draft version and manifest this lets the reader see
    created_at: datetime = moment_field()
    not_before: datetime = moment_field()
    expires_at: datetime | None = moment_field(nullable=True)
    stage: str = "pending"
    attempts: int = 0
    sent_at: datetime | None = moment_field(nullable=True)
    message_id: str | None = Field(default=None, index=True)
    trouble: str = ""


class CardPlace(SQLModel, table=True):
    """Where the live card of a case stands in a chat."""

    __tablename__ = "card_place"
    __table_args__ = (UniqueConstraint("case_id", "chat_id"),)
    id: uuid.UUID = id_field()
    case_id: uuid.UUID = Field(foreign_key="cases.id", index=True)
    chat_id: uuid.UUID = Field(foreign_key="chat.id")
    message_id: str | None = None


def put(session: Session, owed: Outbox) -> Outbox:
    """Owe something."""
    session.add(owed)
    return owed


def put_card(session: Session, owed: Outbox) -> None:
    """Owe a fresh card, unless one is owed already: edits coalesce."""
    query = select(Outbox.serial).where(Outbox.kind == "card", Outbox.stage == "pending")
    query = query.where(Outbox.case_id == owed.case_id, Outbox.chat_id == owed.chat_id)
    if session.exec(query).first() is None:
        put(session, owed)


def any_due(session: Session, platforms: Sequence[str], now: datetime) -> bool:
    """Say whether anything may be sent now."""
    query = select(Outbox.serial).where(Outbox.stage == "pending", Outbox.not_before <= now)
    return session.exec(query.where(col(Outbox.platform).in_(platforms)).limit(1)).first() is not None


def claim(session: Session, platforms: Sequence[str], now: datetime, limit: int = 50) -> Sequence[Outbox]:
    """Mark what may be sent now as being sent: statutory messages first; rows another worker holds are passed over."""
    query = select(Outbox).where(Outbox.stage == "pending", Outbox.not_before <= now)
    query = query.where(col(Outbox.platform).in_(platforms)).order_by(col(Outbox.lane), col(Outbox.serial)).limit(limit)
    claimed = session.exec(query.with_for_update(skip_locked=True)).all()
    for row in claimed:
        row.stage, row.attempts = "sending", row.attempts + 1
        session.add(row)
    session.flush()
    return claimed


def next_due(session: Session, platforms: Sequence[str]) -> datetime | None:
    """Return when the next owed row of these platforms may be sent."""
    query = select(func.min(Outbox.not_before)).where(Outbox.stage == "pending", col(Outbox.platform).in_(platforms))
    return session.exec(query).one()


def stranded(session: Session) -> Sequence[Outbox]:
    """List rows that were being sent when the desk stopped: nobody knows whether they went out."""
    return session.exec(select(Outbox).where(Outbox.stage == "sending")).all()


def load(session: Session, serial: int) -> Outbox:
    """Load an owed row."""
    return session.get_one(Outbox, serial)


def place(session: Session, case_id: uuid.UUID, chat_id: uuid.UUID) -> CardPlace | None:
    """Find where a case's card stands in a chat."""
    return session.exec(select(CardPlace).where(CardPlace.case_id == case_id, CardPlace.chat_id == chat_id)).first()


def places(session: Session, case_id: uuid.UUID) -> Sequence[CardPlace]:
    """List the chats that hold a case's card."""
    return session.exec(select(CardPlace).where(CardPlace.case_id == case_id)).all()


def add_place(session: Session, case_id: uuid.UUID, chat_id: uuid.UUID) -> CardPlace:
    """Give a case a card in a chat (once)."""
    found = place(session, case_id, chat_id)
    if found is None:
        found = CardPlace(case_id=case_id, chat_id=chat_id)
        session.add(found)
        session.flush()
    return found


def case_of_message(session: Session, chat_id: uuid.UUID, message_id: str) -> uuid.UUID | None:
    """Find the case that a message of ours was about."""
    query = select(Outbox.case_id).where(Outbox.chat_id == chat_id, Outbox.message_id == message_id)
    return session.exec(query.where(col(Outbox.case_id).is_not(None))).first()


def open_cases_of_chat(session: Session, chat_id: uuid.UUID) -> Sequence[Case]:
    """List the open cases a chat was told of, the newest first."""
    told = select(Outbox.case_id).where(Outbox.chat_id == chat_id, col(Outbox.case_id).is_not(None))
    query = select(Case).where(col(Case.id).in_(told), col(Case.stage).not_in(("closed", "merged")))
    return session.exec(query.order_by(col(Case.received_at).desc())).all()


def of_case(session: Session, case_id: uuid.UUID) -> Sequence[Outbox]:
    """List everything owed or sent about a case."""
    return session.exec(select(Outbox).where(Outbox.case_id == case_id).order_by(col(Outbox.serial))).all()


def save(session: Session, *rows: SQLModel) -> None:
    """Keep rows of this family."""
    session.add_all(rows)
    session.flush()
