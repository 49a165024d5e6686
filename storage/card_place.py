"""Where the live card of a case stands in a chat, and what is known of it."""

import uuid
from collections.abc import Sequence
from typing import Final, cast

from sqlalchemy import UniqueConstraint, bindparam, update
from sqlmodel import Field, col, select

from storage import together
from storage.columns import Hot, id_field
from storage.for_rows import ForRows
from storage.outbox import Outbox
from storage.session import Session


class CardPlace(Hot, table=True):
    """Where the live card of a case stands in a chat."""

    __tablename__ = "card_place"
    __table_args__ = (UniqueConstraint("case_id", "chat_id"),)
    id: uuid.UUID = id_field()
    case_id: uuid.UUID = Field(foreign_key="cases.id", index=True)
    chat_id: uuid.UUID = Field(foreign_key="chat.id")
    message_id: str | None = None
    shown: str = ""  # hash of what stands there
    pinned: bool = False
    doubted: int | None = None  # the number under which another one may stand there: it was sent, and nobody answered


together.by_case(CardPlace, in_place=True)


def at(session: Session, case_id: uuid.UUID, chat_id: uuid.UUID) -> CardPlace | None:
    """Find where a case's card stands in a chat."""
    if session.is_new(case_id):
        return next((place for place in session.new_of(CardPlace, case_id) if place.chat_id == chat_id), None)
    known = together.rows(session, CardPlace, case_id)
    if known is not None:
        return next((each for each in known if each.chat_id == chat_id), None)
    return session.exec(select(CardPlace).where(CardPlace.case_id == case_id, CardPlace.chat_id == chat_id)).first()


def of_case(session: Session, case_id: uuid.UUID) -> Sequence[CardPlace]:
    """List the chats that hold a case's card."""
    if session.is_new(case_id):
        return session.new_of(CardPlace, case_id)
    known = together.rows(session, CardPlace, case_id)
    if known is not None:
        return known
    return cast("Sequence[CardPlace]", session.ask(_PLACES, {"case": case_id}).all())


def add(session: Session, case_id: uuid.UUID, chat_id: uuid.UUID) -> CardPlace:
    """Give a case a card in a chat (once)."""
    found = at(session, case_id, chat_id)
    if found is None:
        found = CardPlace(case_id=case_id, chat_id=chat_id)
        session.keep(found)
    return found


def show(session: Session, cards: Sequence[tuple[Outbox, str | None]]) -> None:
    """Keep what cards show that stand as a message, as far as they still stand there. One plain statement."""
    rows = [
        {"of": card.case_id, "there": card.chat_id, "as": message, "what": str(card.payload.get("shown", ""))}
        for card, message in cards
    ]
    if rows:
        _SHOW.execute(session.connection(), rows)


def doubt(session: Session, row: Outbox) -> None:
    """Keep that a card may stand in its chat, under the number of this row, of which nobody here knows."""
    if row.case_id is None or row.chat_id is None:
        raise ValueError(f"no card: {row.serial}")
    found = add(session, row.case_id, row.chat_id)
    found.doubted = row.serial
    session.add(found)


def unsure(session: Session, row: Outbox) -> None:
    """Forget what the card in the chat of this row shows: it was called for, and nobody knows what came of it."""
    if row.case_id is None or row.chat_id is None:
        raise ValueError(f"no card: {row.serial}")
    found = at(session, row.case_id, row.chat_id)
    if found is not None:
        found.shown = ""
        session.add(found)


def stands(session: Session, row: Outbox) -> bool:
    """Say whether a card of this row's case is known to stand in its chat: then it is changed where it stands."""
    if row.case_id is None or row.chat_id is None:
        return False
    found = at(session, row.case_id, row.chat_id)
    return found is not None and bool(found.message_id)


_PLACES: Final = select(CardPlace).where(CardPlace.case_id == bindparam("case"))
_SHOW: Final = ForRows(
    update(CardPlace)
    .where(col(CardPlace.case_id) == bindparam("of"), col(CardPlace.chat_id) == bindparam("there"))
    .where(col(CardPlace.message_id) == bindparam("as"))
    .values(shown=bindparam("what"))
)
