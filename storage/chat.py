"""Chats the desk speaks in, and what each is used for."""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import CheckConstraint, String, UniqueConstraint, bindparam, cast
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, SQLModel, col, select

from storage.columns import id_field, list_field, moment_field
from storage.session import Session

FOUND_TOGETHER = "chats found together"


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
    topic: str = ""  # the part of the chat in which the desk speaks of itself
    language: str = ""  # empty: the desk's language
    former_accounts: list[str] = list_field()  # what the platform called it before it moved
    bound_by: str = "roster"  # roster, code, setting, or start (a first word): a roster lets go only of what it bound
    unreachable_since: datetime | None = moment_field(nullable=True)  # blocked, or the desk was put out
    person_id: uuid.UUID | None = Field(default=None, foreign_key="person.id", index=True)  # whose 1:1 chat this is


def by_account(session: Session, platform: str, account: str) -> Chat | None:
    """Find a chat by the platform's own name for it, or by one it had before it moved."""
    known: Chat | None = session.info.get(FOUND_TOGETHER, {}).get((platform, account))
    if known is not None and known in session:
        return known
    found = at(session, platform, account)
    if found is not None:
        return found
    moved = select(Chat).where(Chat.platform == platform, cast(col(Chat.former_accounts), String) != "[]")
    return next((chat for chat in session.exec(moved) if account in chat.former_accounts), None)


def find_together(session: Session, platform: str, accounts: Collection[str]) -> None:
    """Find several chats at once, so that this transaction need not ask for each of them."""
    found = session.exec(_TOGETHER, params={"platform": platform, "accounts": list(accounts)})
    session.info.setdefault(FOUND_TOGETHER, {}).update({(platform, chat.account): chat for chat in found})


_TOGETHER: Final = (  # the hot path: built once
    select(Chat)
    .where(Chat.platform == bindparam("platform"))
    .where(col(Chat.account).in_(bindparam("accounts", expanding=True)))
)


def with_ids(session: Session, chat_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Chat]:
    """Load chats by id; those that were found together are known."""
    known = {chat.id: chat for chat in session.info.get(FOUND_TOGETHER, {}).values() if chat.id in chat_ids}
    missing = set(chat_ids) - known.keys()
    if missing:
        known |= {chat.id: chat for chat in session.exec(_WITH_IDS, params={"ids": list(missing)})}
    return known


_WITH_IDS: Final = select(Chat).where(col(Chat.id).in_(bindparam("ids", expanding=True)))


def known(session: Session, chat_id: uuid.UUID) -> Chat:
    """Load a chat that is there; several acts in one transaction ask but once."""
    return session.once(f"chat {chat_id}", lambda: session.get_one(Chat, chat_id))


def at(session: Session, platform: str, account: str) -> Chat | None:
    """Find a chat by the platform's present name for it."""
    return session.exec(_AT, params={"platform": platform, "account": account}).first()


_AT: Final = select(Chat).where(Chat.platform == bindparam("platform"), Chat.account == bindparam("account"))


def used_for(session: Session, use: str) -> Sequence[Chat]:
    """List the chats with one use."""
    return session.once(f"chats {use}", lambda: session.ask(_USED_FOR, {"use": use}).all())


_USED_FOR: Final = select(Chat).where(Chat.use == bindparam("use"))  # the hot path: built once


def direct(session: Session, person_id: uuid.UUID) -> Sequence[Chat]:
    """List the 1:1 chats in which a person can be reached, the newest last."""
    return session.once(f"direct {person_id}", lambda: session.ask(_DIRECT, {"person": person_id}).all())


_DIRECT: Final = (
    select(Chat)
    .where(Chat.use == "direct", Chat.person_id == bindparam("person"), col(Chat.unreachable_since).is_(None))
    .order_by(col(Chat.id))
)


def reached(session: Session, platforms: Sequence[str]) -> set[uuid.UUID]:
    """List the people whom a 1:1 chat on one of these platforms reaches."""
    return session.once(f"reached {platforms}", lambda: set(session.ask(_REACHED, {"platforms": platforms})) - {None})


_REACHED: Final = (
    select(Chat.person_id)
    .where(Chat.use == "direct", col(Chat.platform).in_(bindparam("platforms", expanding=True)))
    .where(col(Chat.unreachable_since).is_(None))
)


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


def direct_on(session: Session, person_id: uuid.UUID, platform: str) -> Sequence[Chat]:
    """List the 1:1 chats with a person on one platform, reachable or not."""
    query = select(Chat).where(Chat.use == "direct", Chat.person_id == person_id, Chat.platform == platform)
    return session.exec(query).all()


def meet(session: Session, chat: Chat) -> Chat:
    """Keep a chat that was not known; return the one that another worker kept at the same moment, if so."""
    try:
        with session.begin_nested():
            session.add(chat)
            session.flush()
    except IntegrityError:
        return session.exec(select(Chat).where(Chat.platform == chat.platform, Chat.account == chat.account)).one()
    return chat


def by_id(session: Session, chat_id: str) -> Chat | None:
    """Find a chat by id; None for a garbled or unknown one."""
    try:
        return session.get(Chat, uuid.UUID(chat_id))
    except ValueError:
        return None
