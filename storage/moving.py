"""A chat that moves to another account, or is let go: everything keyed by it follows, in one transaction."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import delete, update
from sqlmodel import SQLModel, col, select

from storage import chat as chats
from storage.card_place import CardPlace
from storage.chat import Chat
from storage.destination import Destination
from storage.message import MessagePart
from storage.outbox import Outbox
from storage.report import Report
from storage.session import Session

OWED: Final = ("pending", "sending")
OF_ONE_MESSAGE: Final = ("delete", "pin")  # they name a message by an id that a chat loses when it moves


@dataclass(frozen=True)
class Moved:
    """What a move came to: the chat at its new account, and the uses of two bound chats that became one."""

    chat: Chat
    both: tuple[str, str] | None = None  # the use that was given up, the use that stays


def move(session: Session, platform: str, old: str, new: str) -> Moved | None:
    """Let a chat be at its new account; None when no chat is at the old one (any more). What is owed follows anyway."""
    if old == new:
        return None
    _redirect(session, f"{platform}:{old}", f"{platform}:{new}")
    chat, other = chats.at(session, platform, old), chats.at(session, platform, new)
    if chat is None:
        return None
    _forget_messages(session, chat, old)
    if other is None or other.use == "unbound":
        if other is not None:
            _absorb(session, other, chat)
        _rename(session, chat, old, new)
        return Moved(chat)
    both = None if chat.use == "unbound" else (chat.use, other.use)
    if chat.use != other.use:
        let_go(session, chat)
    _absorb(session, chat, other)
    _rename(session, other, old, new)
    return Moved(other, both)


def let_go(session: Session, chat: Chat) -> None:
    """Unbind a chat: nothing that is owed there goes out any more, and no card is kept there."""
    owed = update(Outbox).where(col(Outbox.chat_id) == chat.id, col(Outbox.stage) == "pending")
    session.execute(owed.where(col(Outbox.kind) != "delete").values(stage="expired"))
    session.execute(delete(CardPlace).where(col(CardPlace.chat_id) == chat.id))
    chats.unbind(session, chat)


def _redirect(session: Session, old: str, new: str) -> None:
    owed = update(Outbox).where(col(Outbox.destination) == old, col(Outbox.stage).in_(OWED))
    session.execute(owed.values(destination=new))
    session.execute(delete(Destination).where(col(Destination.name) == old))


def _rename(session: Session, chat: Chat, old: str, new: str) -> None:
    chat.account = new
    chat.former_accounts = [*dict.fromkeys([*chat.former_accounts, old])]
    session.add(chat)
    session.flush()


def _forget_messages(session: Session, chat: Chat, old: str) -> None:
    """Let no message of the old chat be taken for one of the new: there the ids of messages start anew."""
    session.flush()
    sent = update(Outbox).where(col(Outbox.chat_id) == chat.id, col(Outbox.message_id).is_not(None))
    session.execute(sent.values(message_id=old + "/" + col(Outbox.message_id)))
    session.execute(delete(MessagePart).where(col(MessagePart.chat_id) == chat.id))
    places = update(CardPlace).where(col(CardPlace.chat_id) == chat.id)
    session.execute(places.values(message_id=None, shown="", pinned=False))
    for row in session.exec(select(Outbox).where(Outbox.chat_id == chat.id, col(Outbox.stage).in_(OWED))):
        if row.kind in OF_ONE_MESSAGE:
            row.stage = "expired"
        elif row.payload.get("reply_to"):
            row.payload = {**row.payload, "reply_to": None}
        session.add(row)
    session.flush()


def _absorb(session: Session, gone: Chat, kept: Chat) -> None:
    """Let one row stand for two chats that turned out to be one."""
    _expire_twins(session, gone, kept)
    _merge_places(session, gone, kept)
    for table in (Outbox, MessagePart, Report):
        _point(session, table, gone, kept)
    kept.former_accounts = [*dict.fromkeys([*kept.former_accounts, *gone.former_accounts])]
    session.delete(gone)
    session.flush()


def _point(session: Session, table: type[SQLModel], gone: Chat, kept: Chat) -> None:
    chat_id: Any = table.chat_id  # type: ignore[attr-defined]  # all three tables have the column
    session.execute(update(table).where(chat_id == gone.id).values(chat_id=kept.id))


def _expire_twins(session: Session, gone: Chat, kept: Chat) -> None:
    """Owe each card once: the kept chat's own owed card shows the same."""
    cards = select(Outbox).where(Outbox.kind == "card", Outbox.stage == "pending")
    own = {row.case_id for row in session.exec(cards.where(Outbox.chat_id == kept.id))}
    for row in session.exec(cards.where(Outbox.chat_id == gone.id)):
        if row.case_id in own:
            row.stage = "expired"
            session.add(row)
    session.flush()


def _merge_places(session: Session, gone: Chat, kept: Chat) -> None:
    own = set(session.exec(select(CardPlace.case_id).where(CardPlace.chat_id == kept.id)))
    for place in session.exec(select(CardPlace).where(CardPlace.chat_id == gone.id)):
        if place.case_id in own:
            session.delete(place)
        else:
            place.chat_id = kept.id
            session.add(place)
    session.flush()
