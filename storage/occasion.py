"""Occasions to speak in a group of WeCom's AI bot: whatever is said to it there opens one, and nothing else does.

Each takes one reply, while whoever delivered it waits for the answer, and one message more at its address within the
hour. What is replied is handed over here, since who speaks and who was called need not be the same process.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import and_, or_
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, SQLModel, col, delete, select

from storage.board import is_handled
from storage.columns import map_field, moment_field
from storage.outbox import Outbox
from storage.session import Session

# https://developer.work.weixin.qq.com/document/path/101138: an hour; a minute less, since a call takes its time
ADDRESS_LIVES: Final = timedelta(minutes=59)
REPEATED_FOR: Final = timedelta(seconds=30)  # WeCom repeats what was not answered up to three times, after 5 s each
KEPT_FOR: Final = timedelta(days=1)  # who asked is known for so long


class Occasion(SQLModel, table=True):
    """One thing that was said to the bot in a group, or one tap on its card there."""

    key: str = Field(primary_key=True)  # of the event
    chat: str = Field(index=True)
    by: str  # the member who spoke or tapped
    message: str = ""  # what the vendor calls it
    card: str = ""  # the card that was tapped; empty: words were said
    address: str = ""  # where one more message may be said, once; whoever knows it can say it
    heard_at: datetime = moment_field()  # by the machine's clock, as all that is said here
    waits_until: datetime = moment_field()
    reply: dict[str, Any] = map_field()  # what is to be answered to whoever waits
    taken_at: datetime | None = moment_field(nullable=True)
    used_at: datetime | None = moment_field(nullable=True)  # the address was


def hear(session: Session, occasion: Occasion) -> None:
    """Keep an occasion; delivered again at once, it waits anew. What is a day old is forgotten.

    Delivered again much later it does not come from WeCom: nothing is handed to whoever replays it.
    """
    session.execute(delete(Occasion).where(col(Occasion.heard_at) < occasion.heard_at - KEPT_FOR))
    known = _locked(session, occasion.key) or _kept(session, occasion)
    if occasion.heard_at - known.heard_at <= REPEATED_FOR:
        known.waits_until = occasion.waits_until
    session.add(known)
    session.flush()


def offer(
    session: Session, chat: str, reply: dict[str, Any], now: datetime, *, card: str = "", to: str = ""
) -> Occasion | None:
    """Hand a reply to whoever waits in a chat; return whose it is, none: nobody's.

    to: it answers this message, and nobody else's. card: it changes this card, for whoever tapped it.
    """
    query = select(Occasion).where(Occasion.chat == chat, Occasion.card == card, col(Occasion.taken_at).is_(None))
    query = query.where(col(Occasion.waits_until) > now).order_by(col(Occasion.heard_at).desc())
    waiting = session.exec(query.with_for_update()).all()
    found = next((each for each in waiting if not each.reply and each.message == (to or each.message)), None)
    if found is not None:
        found.reply = reply
        session.add(found)
        session.flush()
    return found


def need_wait_no_more(session: Session, platform: str, key: str) -> bool:
    """Say whether a reply is there, or none will come."""
    found = session.get(Occasion, key)
    return found is None or bool(found.reply) or _comes_nothing(session, platform, found)


def _comes_nothing(session: Session, platform: str, occasion: Occasion) -> bool:
    """Say whether what was said is handled, and nothing is owed to its chat that was not tried yet."""
    if not is_handled(session, platform, occasion.key):
        return False
    owed = select(Outbox.serial).where(Outbox.destination == f"{platform}:{occasion.chat}")
    new = and_(col(Outbox.stage) == "pending", col(Outbox.attempts) == 0)
    return session.exec(owed.where(or_(col(Outbox.stage) == "sending", new)).limit(1)).first() is None


def take(session: Session, key: str, now: datetime) -> dict[str, Any]:
    """Take the reply, however often; where there is none, nobody waits for one any more."""
    found = _locked(session, key)
    if found is None:
        return {}
    if found.reply:
        found.taken_at = found.taken_at or now
    else:
        found.waits_until = now
    session.add(found)
    session.flush()
    return found.reply


def was_taken(session: Session, key: str) -> bool:
    """Say whether a reply was taken."""
    found = session.get(Occasion, key)
    return found is not None and found.taken_at is not None


def withdraw(session: Session, key: str, now: datetime) -> bool:
    """Take a reply back that nobody took; False when somebody did."""
    found = _locked(session, key)
    if found is None or found.taken_at is not None:
        return found is None
    found.reply, found.waits_until = {}, now
    session.add(found)
    session.flush()
    return True


def has_address(session: Session, chat: str, now: datetime) -> bool:
    """Say whether one more message may be said in a chat."""
    return session.exec(_open(chat, now).limit(1)).first() is not None


def use_address(session: Session, chat: str, now: datetime, *, to: str = "") -> Occasion | None:
    """Return an occasion whose address is used now, once: that of the message it answers, else what ends first."""
    found = session.exec(_open(chat, now).order_by(col(Occasion.heard_at)).with_for_update()).all()
    chosen = next((each for each in found if each.message == (to or each.message)), None)
    if chosen is not None:
        chosen.used_at = now
        session.add(chosen)
        session.flush()
    return chosen


def give_back(session: Session, key: str) -> None:
    """Let an address be used after all: nothing was said there."""
    found = _locked(session, key)
    if found is not None:
        found.used_at = None
        session.add(found)
        session.flush()


def who_said(session: Session, chat: str, message: str) -> str:
    """Return the member who said something in a chat; empty when nobody knows any more."""
    query = select(Occasion.by).where(Occasion.chat == chat, Occasion.message == message)
    return session.exec(query).first() or ""


def _kept(session: Session, occasion: Occasion) -> Occasion:
    """Keep an occasion; return it, or what another delivery of it kept at the same moment."""
    try:
        with session.begin_nested():
            session.add(occasion)
            session.flush()
    except IntegrityError:
        return session.exec(select(Occasion).where(Occasion.key == occasion.key).with_for_update()).one()
    return occasion


def _open(chat: str, now: datetime) -> Any:  # noqa: ANN401 - a query over one table
    query = select(Occasion).where(Occasion.chat == chat, Occasion.address != "", col(Occasion.used_at).is_(None))
    return query.where(col(Occasion.heard_at) > now - ADDRESS_LIVES)


def _locked(session: Session, key: str) -> Occasion | None:
    return session.exec(select(Occasion).where(Occasion.key == key).with_for_update()).first()
