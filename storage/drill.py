"""The drill room's own chats and clock: what a chat vendor would keep on its servers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Field, Session, SQLModel, col, func, select

from storage.columns import list_field, map_field, moment_field


class DrillMessage(SQLModel, table=True):
    """One message in a drill chat."""

    __tablename__ = "drill_message"
    id: int | None = Field(default=None, primary_key=True)
    chat: str = Field(index=True)  # staff, joint, channel, or the key of the person of a 1:1 chat
    author: str  # a cast member's key, or `desk`
    text: str
    at: datetime = moment_field()
    edited_at: datetime | None = moment_field(nullable=True)
    reply_to: int | None = None
    buttons: list[Any] = list_field()
    origin: dict[str, Any] = map_field()  # a forward: who posted it, where, when
    files: list[Any] = list_field()  # name, media type, sha256, size
    only_for: str = ""  # a toast: shown to one person


class DrillValue(SQLModel, table=True):
    """A setting of the drill room: where its clock stands, how far the example has played."""

    __tablename__ = "drill_value"
    key: str = Field(primary_key=True)
    value: dict[str, Any] = map_field()


def add(session: Session, message: DrillMessage) -> DrillMessage:
    """Put a message into a chat."""
    session.add(message)
    session.flush()
    return message


def remove(session: Session, message: DrillMessage) -> None:
    """Take a message away."""
    session.delete(message)
    session.flush()


def load(session: Session, message_id: int) -> DrillMessage | None:
    """Load a message."""
    return session.get(DrillMessage, message_id)


def messages(session: Session, chat: str, after: int = 0, limit: int = 500) -> Sequence[DrillMessage]:
    """List a chat's messages in order: the newest `limit` of them."""
    query = select(DrillMessage).where(DrillMessage.chat == chat, col(DrillMessage.id) > after)
    newest = session.exec(query.order_by(col(DrillMessage.id).desc()).limit(limit)).all()
    return list(reversed(newest))


def all_messages(session: Session) -> Sequence[DrillMessage]:
    """List every message of every chat in order."""
    return session.exec(select(DrillMessage).order_by(col(DrillMessage.id))).all()


def value(session: Session, key: str) -> dict[str, Any]:
    """Return a setting; an empty one when it was never made."""
    found = session.get(DrillValue, key)
    return {} if found is None else dict(found.value)


def set_value(session: Session, key: str, new: dict[str, Any]) -> None:
    """Make or change a setting."""
    found = session.get(DrillValue, key) or DrillValue(key=key)
    found.value = new
    session.add(found)
    session.flush()


def count_after(session: Session, chat: str, after: int, reader: str) -> int:
    """Count the messages of a chat that a reader has not seen and did not write; toasts to others do not count."""
    query = (
        select(func.count()).select_from(DrillMessage).where(DrillMessage.chat == chat, col(DrillMessage.id) > after)
    )
    query = query.where(DrillMessage.author != reader, col(DrillMessage.only_for).in_(("", reader)))
    return session.exec(query).one()


def newest_at(session: Session) -> datetime | None:
    """Return the moment of the newest message of all chats."""
    return session.exec(select(func.max(DrillMessage.at))).one()


def latest(session: Session) -> dict[str, DrillMessage]:
    """Return the newest message of each chat; toasts apart."""
    newest = select(func.max(DrillMessage.id)).where(DrillMessage.only_for == "").group_by(col(DrillMessage.chat))
    found = session.exec(select(DrillMessage).where(col(DrillMessage.id).in_(newest)))
    return {message.chat: message for message in found}
