"""The messages of ours that stand in a chat: which case one is about, what its buttons say, who was told of what."""

import uuid
from collections.abc import Collection, Sequence

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, Session, SQLModel, col, select

from storage.case import Case
from storage.columns import id_field
from storage.outbox import Outbox


class MessagePart(SQLModel, table=True):
    """One of several messages a long text was split into: whoever replies to it replies to the whole."""

    __tablename__ = "message_part"
    __table_args__ = (UniqueConstraint("chat_id", "message_id"),)
    id: uuid.UUID = id_field()
    chat_id: uuid.UUID = Field(foreign_key="chat.id")
    message_id: str
    serial: int = Field(foreign_key="outbox.serial")


def case_of(session: Session, chat_id: uuid.UUID, message_id: str) -> uuid.UUID | None:
    """Find the case that a message of ours was about; None when it was about none, or about several."""
    query = select(Outbox.case_id).where(Outbox.chat_id == chat_id, Outbox.message_id == message_id)
    found = set(session.exec(query.where(col(Outbox.case_id).is_not(None)).distinct().limit(2)))
    if not found:
        whole = select(Outbox.case_id).join(MessagePart, col(MessagePart.serial) == Outbox.serial)
        whole = whole.where(MessagePart.chat_id == chat_id, MessagePart.message_id == message_id)
        found = set(session.exec(whole))
    return found.pop() if len(found) == 1 else None


def press(session: Session, serial: int, chat_id: uuid.UUID, row: int, column: int) -> tuple[str, uuid.UUID | None]:
    """Return what the button at this place of a message says, empty when there is none, and the message's case."""
    sent = session.get(Outbox, serial)
    if sent is None or sent.chat_id != chat_id:
        return "", None
    shown = sent.payload.get("list") or sent.payload
    try:
        return str(shown["buttons"][row][column]["press"]), sent.case_id
    except (LookupError, TypeError):
        return "", sent.case_id


def add_parts(session: Session, chat_id: uuid.UUID, serial: int, message_ids: Sequence[str]) -> None:
    """Keep the messages that a long text was split into."""
    query = select(MessagePart.message_id).where(MessagePart.chat_id == chat_id)
    known = set(session.exec(query.where(col(MessagePart.message_id).in_(message_ids))))
    new = [name for name in message_ids if name not in known]
    session.add_all(MessagePart(chat_id=chat_id, message_id=name, serial=serial) for name in new)


def open_cases(session: Session, chat_id: uuid.UUID) -> Sequence[Case]:
    """List the open cases a chat was told of, the newest first."""
    told = select(Outbox.case_id).where(Outbox.chat_id == chat_id, col(Outbox.case_id).is_not(None))
    query = select(Case).where(col(Case.id).in_(told), col(Case.stage).not_in(("closed", "merged")))
    return session.exec(query.order_by(col(Case.received_at).desc())).all()


def was_told(session: Session, case_id: uuid.UUID, chats: Collection[uuid.UUID]) -> bool:
    """Say whether any of these chats was told of a case."""
    query = select(Outbox.serial).where(Outbox.case_id == case_id, col(Outbox.chat_id).in_(chats))
    return session.exec(query.limit(1)).first() is not None
