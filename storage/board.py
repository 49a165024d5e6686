"""The staff board's doors: one-time links, and the sessions they open. Of either only a hash is kept."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Field, Session, SQLModel, col, func, select

from storage.columns import id_field, moment_field
from storage.inbox import Inbox
from storage.outbox import Outbox


class BoardLink(SQLModel, table=True):
    """A one-time link that lets one person in."""

    __tablename__ = "board_link"
    id: uuid.UUID = id_field()
    token_hash: str = Field(unique=True)
    person_id: uuid.UUID = Field(foreign_key="person.id", index=True)
    created_at: datetime = moment_field()
    expires_at: datetime = moment_field()
    used_at: datetime | None = moment_field(nullable=True)  # opened, or called back


class BoardSession(SQLModel, table=True):
    """One browser in which somebody is logged in."""

    __tablename__ = "board_session"
    id: uuid.UUID = id_field()
    token_hash: str = Field(unique=True)
    person_id: uuid.UUID = Field(foreign_key="person.id", index=True)
    began_at: datetime = moment_field()
    seen_at: datetime = moment_field()
    ended_at: datetime | None = moment_field(nullable=True)


def link(session: Session, token_hash: str) -> BoardLink | None:
    """Find a link by the hash of its token, locked."""
    return session.exec(select(BoardLink).where(BoardLink.token_hash == token_hash).with_for_update()).first()


def open_links(session: Session, person_id: uuid.UUID) -> Sequence[BoardLink]:
    """List a person's links that were not used."""
    query = select(BoardLink).where(BoardLink.person_id == person_id, col(BoardLink.used_at).is_(None))
    return session.exec(query.with_for_update()).all()


def by_token(session: Session, token_hash: str) -> BoardSession | None:
    """Find a session that was not ended by the hash of its token."""
    query = select(BoardSession).where(BoardSession.token_hash == token_hash, col(BoardSession.ended_at).is_(None))
    return session.exec(query).first()


def sessions_of(session: Session, person_id: uuid.UUID) -> Sequence[BoardSession]:
    """List a person's sessions that were not ended."""
    query = select(BoardSession).where(BoardSession.person_id == person_id, col(BoardSession.ended_at).is_(None))
    return session.exec(query.with_for_update()).all()


def shut(session: Session, person_id: uuid.UUID) -> None:
    """Let every door that is open to somebody be gone: no session goes on, no link opens one."""
    for row in (*open_links(session, person_id), *sessions_of(session, person_id)):
        session.delete(row)
    session.flush()


def is_handled(session: Session, platform: str, key: str) -> bool:
    """Say whether an event was handled."""
    query = select(Inbox.stage).where(Inbox.platform == platform, Inbox.key == key)
    return session.exec(query).first() not in (None, "waiting")


def last_said(session: Session, chat_id: uuid.UUID) -> int:
    """Return the serial of the newest row owed to a chat; 0 when there is none."""
    return session.exec(select(func.max(Outbox.serial)).where(Outbox.chat_id == chat_id)).one() or 0


def said_since(session: Session, chat_id: uuid.UUID, serial: int, limit: int = 10) -> Sequence[Outbox]:
    """List what was owed to a chat after a serial, in order."""
    query = select(Outbox).where(Outbox.chat_id == chat_id, col(Outbox.serial) > serial)
    query = query.where(col(Outbox.kind).in_(("message", "toast", "card")))
    return session.exec(query.order_by(col(Outbox.serial)).limit(limit)).all()


def asked_of(session: Session, chat_ids: Sequence[uuid.UUID], case_id: uuid.UUID, limit: int = 5) -> Sequence[Outbox]:
    """List the newest messages about a case that went to some chats, the newest first."""
    query = select(Outbox).where(col(Outbox.chat_id).in_(chat_ids), Outbox.case_id == case_id)
    query = query.where(Outbox.kind == "message", Outbox.stage == "sent")
    return session.exec(query.order_by(col(Outbox.serial).desc()).limit(limit)).all()


def save(session: Session, *rows: SQLModel) -> None:
    """Keep rows of this family."""
    session.add_all(rows)
    session.flush()
