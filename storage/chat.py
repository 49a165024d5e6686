"""Chats the desk speaks in, and what each is used for."""

import uuid
from collections.abc import Sequence

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, Session, SQLModel, col, select

from storage.columns import id_field


class Chat(SQLModel, table=True):
    """One chat on one platform, bound to one use."""

    __table_args__ = (
        UniqueConstraint("platform", "account"),
        CheckConstraint(
            "use IN ('staff', 'joint_meeting', 'release_channel', 'direct', 'intake', 'unbound')", name="chat_use"
        ),
    )
    id: uuid.UUID = id_field()
    platform: str
    account: str  # the platform's own name for the chat
    use: str
    title: str = ""
    language: str = ""  # empty: the desk's language
    person_id: uuid.UUID | None = Field(default=None, foreign_key="person.id", index=True)  # whose 1:1 chat this is


def by_account(session: Session, platform: str, account: str) -> Chat | None:
    """Find a bound chat by the platform's own name for it."""
    return session.exec(select(Chat).where(Chat.platform == platform, Chat.account == account)).first()


def used_for(session: Session, use: str) -> Sequence[Chat]:
    """List the chats with one use."""
    return session.exec(select(Chat).where(Chat.use == use)).all()


def direct(session: Session, person_id: uuid.UUID) -> Sequence[Chat]:
    """List a person's 1:1 chats."""
    return session.exec(select(Chat).where(Chat.use == "direct", Chat.person_id == person_id)).all()


def reached(session: Session, platforms: Sequence[str]) -> set[uuid.UUID]:
    """List the people whom a 1:1 chat on one of these platforms reaches."""
    query = select(Chat.person_id).where(Chat.use == "direct", col(Chat.platform).in_(platforms))
    return {person_id for person_id in session.exec(query) if person_id is not None}


def on_platform(session: Session, platform: str) -> Sequence[Chat]:
    """List the chats of one platform."""
    return session.exec(select(Chat).where(Chat.platform == platform)).all()


def groups(session: Session) -> Sequence[Chat]:
    """List the bound group chats."""
    return session.exec(select(Chat).where(col(Chat.use).in_(("staff", "joint_meeting", "release_channel")))).all()


def unbind(session: Session, chat: Chat) -> None:
    """Let a chat be nothing to the desk any more; what was said there stays on record."""
    chat.use = "unbound"
    session.add(chat)
    session.flush()
