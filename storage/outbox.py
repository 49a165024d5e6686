"""What the desk owes the world: a row each, until a platform or channel has taken it."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final, cast

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ColumnElement,
    Index,
    Integer,
    Text,
    UniqueConstraint,
    and_,
    bindparam,
    case,
    false,
    func,
    or_,
    text,
    true,
    type_coerce,
    union,
    update,
)
from sqlalchemy import cast as cast_to
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Field, SQLModel, col, select

from storage import together
from storage.case import Case
from storage.columns import Hot, Moment, id_field, map_field, moment_field
from storage.destination import Destination
from storage.holding import DESTINATION, hold
from storage.session import WRITERS, Session
from storage.waking import leave_work

PAYLOAD_VERSION = 1
LANES = ("statutory", "approval", "answer", "card", "digest")  # in the order in which they go out
LAST: Final = len(LANES) - 1
MOST: Final = 200  # destinations looked at together
OWED = "something is owed"  # in a session's info
UNCOUNTED = ("toast", "file", "leave", "release", "withdrawal")  # what no limit of a platform counts
KINDS = ("message", "card", "toast", "release", "withdrawal", "file", "pin", "delete", "leave")


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
        Index("outbox_turn", "stage", "destination", "lane", "serial"),
        Index("outbox_rest", "stage", "destination", "not_before"),
    )
    serial: int | None = Field(default=None, primary_key=True)
    kind: str
    platform: str  # a chat platform, or `channel` for a release
    destination: str  # platform and chat, or the channel: one stuck destination delays no other
    chat_id: uuid.UUID | None = Field(default=None, foreign_key="chat.id")
    case_id: uuid.UUID | None = Field(default=None, foreign_key="cases.id", index=True)
    person_id: uuid.UUID | None = Field(default=None, foreign_key="person.id")  # whom it names
    lane: int = LANES.index("answer")
    payload: dict[str, Any] = map_field()  # rendered and frozen, but for a card
    version: int = PAYLOAD_VERSION
    shows: dict[str, Any] = map_field()  # the draft version and manifest this lets the reader see
    created_at: datetime = moment_field()
    not_before: datetime = moment_field()
    expires_at: datetime | None = moment_field(nullable=True)
    stage: str = "pending"
    held_by: str = ""  # the worker that is sending it, or sent it last; empty: the one desk there is
    attempts: int = 0
    claimed_at: datetime | None = moment_field(nullable=True)  # since when it is being sent, or was last
    sent_at: datetime | None = moment_field(nullable=True)
    message_id: str | None = Field(default=None, index=True)
    trouble: str = ""


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


class MessagePart(SQLModel, table=True):
    """One of several messages a long text was split into: whoever replies to it replies to the whole."""

    __tablename__ = "message_part"
    __table_args__ = (UniqueConstraint("chat_id", "message_id"),)
    id: uuid.UUID = id_field()
    chat_id: uuid.UUID = Field(foreign_key="chat.id")
    message_id: str
    serial: int = Field(foreign_key="outbox.serial")


def put(session: Session, owed: Outbox) -> Outbox:
    """Owe something."""
    session.info[OWED] = True
    leave_work(session)
    session.add(owed)
    return owed


def put_all(session: Session, owed: Sequence[Mapping[str, Any]]) -> None:
    """Owe several things in order, given by column; what they refer to must be flushed. The hot path: no objects."""
    for row in owed:
        session.info[OWED] = True
        leave_work(session)
        session.put("outbox", {**_UNLESS_GIVEN, **row})


def _write(session: Session, owed: Sequence[Mapping[str, Any]]) -> None:
    """Write what is owed, in its order; a card that is owed already is owed once: edits coalesce."""
    connection = session.connection()
    connection.execute(_PUT_ALL[connection.dialect.name], owed)


def look_again(session: Session) -> None:
    """Look in this transaction at what is owed, although nothing new may be."""
    session.info[OWED] = True


def anything_owed(session: Session) -> bool:
    """Say whether anything was owed in this transaction."""
    return OWED in session.info


def claim(session: Session, rows: Sequence[Outbox], at: datetime, by: str = "") -> None:
    """Mark rows as being sent by a worker; what else changed in them is kept too. The hot path: one plain statement."""
    session.flush()
    if rows:
        session.connection().execute(_CLAIM, [{"row": row.serial, "by": by, "at": at} for row in rows])
    for row in rows:  # they say so as well, and need not be written again
        set_committed_value(row, "stage", "sending")
        set_committed_value(row, "held_by", by)
        set_committed_value(row, "claimed_at", at)
        set_committed_value(row, "attempts", row.attempts + 1)


def went_out(session: Session, sent: Sequence[tuple[int, datetime, str | None]]) -> None:
    """Keep that claimed rows went out: serial, when, and the message's id. The hot path: one plain statement."""
    # By serial, so that no two writers wait crosswise.
    rows = [{"row": serial, "at": at, "message": message_id} for serial, at, message_id in sorted(sent)]
    if rows:
        session.connection().execute(_WENT_OUT, rows)


def show(session: Session, cards: Sequence[tuple[Outbox, str | None]]) -> None:
    """Keep what cards show that stand as a message, as far as they still stand there. One plain statement."""
    rows = [
        {"of": card.case_id, "there": card.chat_id, "as": message, "what": str(card.payload.get("shown", ""))}
        for card, message in cards
    ]
    if rows:
        session.connection().execute(_SHOW, rows)


def load_all(session: Session, serials: Collection[int]) -> dict[int, Outbox]:
    """Load owed rows by serial, locked."""
    if not serials:
        return {}
    return {row.serial or 0: row for row in session.exec(_LOAD_ALL, params={"serials": list(serials)})}


_UNLESS_GIVEN: Final[Mapping[str, Any]] = {
    name: field.get_default(call_default_factory=True)
    for name, field in Outbox.model_fields.items()
    if name != "serial" and not field.is_required()
}
_CARD: Final[dict[str, Any]] = {
    "index_elements": ["case_id", "chat_id"],
    "index_where": text("kind = 'card' AND stage = 'pending'"),
}
# Where others send too, the card that is owed already is held until the end: a worker that has just rendered it shows
# the case as it was before this act, so that another card has to be owed; one that has not, shows it as it will be.
_PUT_ALL: Final = {
    "sqlite": sqlite.insert(Outbox).on_conflict_do_nothing(**_CARD),
    "postgresql": postgresql.insert(Outbox).on_conflict_do_update(**_CARD, set_={"version": Outbox.version}),
}
WRITERS["outbox"] = _write
_CLAIM: Final = (
    update(Outbox)
    .where(col(Outbox.serial) == bindparam("row"))
    .values(stage="sending", held_by=bindparam("by"), claimed_at=bindparam("at"), attempts=col(Outbox.attempts) + 1)
)
_WENT_OUT: Final = (
    update(Outbox)
    .where(col(Outbox.serial) == bindparam("row"))
    .values(stage="sent", sent_at=bindparam("at"), message_id=bindparam("message"), trouble="")
)
_SHOW: Final = (
    update(CardPlace)
    .where(col(CardPlace.case_id) == bindparam("of"), col(CardPlace.chat_id) == bindparam("there"))
    .where(col(CardPlace.message_id) == bindparam("as"))
    .values(shown=bindparam("what"))
)
_LOAD_ALL: Final = (  # the hot path: built once
    select(Outbox)
    .where(col(Outbox.serial).in_(bindparam("serials", expanding=True)))
    .order_by(col(Outbox.serial))
    .with_for_update()
)


def fresher_card(session: Session, row: Outbox) -> bool:
    """Say whether another card of the same case is owed to the same chat by now."""
    query = select(Outbox.serial).where(Outbox.kind == "card", Outbox.stage == "pending", Outbox.serial != row.serial)
    query = query.where(Outbox.case_id == row.case_id, Outbox.chat_id == row.chat_id)
    return session.exec(query).first() is not None


def due(
    session: Session,
    platforms: Sequence[str],
    now: datetime,
    *,
    busy: Collection[str] = (),
    lowest: int = LAST,
    each: int = 50,
    limit: int = 200,
) -> Sequence[Outbox]:
    """List what may be sent now, statutory messages first, at most `each` of one destination, down to a lowest lane.

    Busy and paused destinations are passed over, and so are rows that another worker holds.
    """
    names = _destinations(session, platforms, now, busy, lowest)
    return due_at(session, names, now, lowest=lowest, each=each, limit=limit)


def may_go(
    session: Session, platforms: Sequence[str], now: datetime, *, busy: Collection[str] = (), limit: int = 200
) -> Sequence[Outbox]:
    """Look at what `due` would give, without holding it."""
    serials = _first(session, _destinations(session, platforms, now, busy, LAST), now, LAST, each=limit, limit=limit)
    return session.exec(_MAY_GO, params={"serials": serials}).all() if serials else ()


def hold_due(
    session: Session, platforms: Sequence[str], now: datetime, *, busy: Collection[str], by: str, lowest: int = LAST
) -> Collection[str]:
    """Hold, until the transaction ends, the destinations of what may be sent now; return what is held and free.

    Where another worker's call is under way nothing may go out beside it, so that all arrives in order. Held before its
    rows are read: what is read then is what stands.
    """
    names = hold(session, DESTINATION, set(_destinations(session, platforms, now, busy, lowest)))
    if not names:
        return names
    calling = session.connection().execute(_CALLING, {"names": sorted(names), "by": by}).scalars()
    return names - set(calling)


def any_due(
    session: Session, platforms: Sequence[str], now: datetime, *, busy: Collection[str] = (), lowest: int = LAST
) -> bool:
    """Say whether anything may be sent now, whoever is at it."""
    return bool(_destinations(session, platforms, now, busy, lowest))


def due_at(
    session: Session, names: Collection[str], now: datetime, *, lowest: int = LAST, each: int = 50, limit: int = 200
) -> Sequence[Outbox]:
    """List what may be sent now to these destinations, which are held, as due does."""
    serials = _first(session, names, now, lowest, each=each, limit=limit)
    return session.exec(_TAKE, params={"serials": serials, "now": now}).all() if serials else ()


def _destinations(
    session: Session, platforms: Sequence[str], now: datetime, busy: Collection[str], lowest: int
) -> list[str]:
    """List the destinations of what may be sent now, the most urgent first."""
    asked = {"now": now, "busy": list(busy), "lowest": lowest}
    return list(session.connection().execute(_with_turn(tuple(platforms)), asked).scalars())


def _first(session: Session, names: Collection[str], now: datetime, lowest: int, *, each: int, limit: int) -> list[int]:
    """List the first of what may go to some destinations, by serial."""
    if not names:
        return []
    asked = {"now": now, "lowest": lowest, "each": each, "most": limit}
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        return list(connection.execute(_FIRST_OF_EACH, {**asked, "names": sorted(names)}).scalars())
    filled = [*sorted(names)]
    filled += filled[-1:] * ((1 << (len(filled) - 1).bit_length()) - len(filled))  # few questions for any number
    bound = {f"name_{n}": name for n, name in enumerate(filled)}
    return list(connection.execute(_first_rows(len(filled)), {**asked, **bound}).scalars())


def still_held(session: Session, serials: Collection[int], by: str) -> set[int]:
    """Return those of these rows that a worker is still sending: others were taken up by somebody else."""
    query = select(Outbox.serial).where(col(Outbox.serial).in_(serials), Outbox.stage == "sending")
    return {serial or 0 for serial in session.exec(query.where(Outbox.held_by == by).with_for_update())}


# What need not wait although its platform takes no more of all chats together.
_PASSES: Final = text(f"(outbox.kind IN {UNCOUNTED} OR outbox.lane = {LANES.index('statutory')})")
_WAITS: Final = col(Outbox.stage) == "pending"
_LANE: Final = 10**12  # serials: more than there will ever be


def _is_free() -> ColumnElement[bool]:
    """Say of what waits that it may go now, as far as its moment and a pause of its whole platform go.

    The moment is wrapped up, so that rows are looked through in the order in which they go until there are enough.
    """
    whole = or_((col(Outbox.platform) + ":").not_in(_paused()), _PASSES)
    moment = func.coalesce(Outbox.not_before, Outbox.not_before)
    lane = col(Outbox.lane) <= bindparam("lowest", type_=Integer())
    return and_(_WAITS, lane, moment <= bindparam("now", type_=Moment()), whole)


def _paused() -> Any:  # noqa: ANN401 - part of a question
    return select(Destination.name).where(col(Destination.paused_until) > bindparam("now"))


def _names(platforms: Sequence[str]) -> Any:  # noqa: ANN401 - part of a question
    """Step from one destination for which anything waits to the next: many rows for one of them cost no more."""
    least = select(Outbox.destination).where(_WAITS).order_by(col(Outbox.destination)).limit(1)
    first = select(least.scalar_subquery().label("name")).cte("waiting", recursive=True)
    later = least.where(col(Outbox.destination) > first.c.name).correlate(first)
    every = first.union_all(select(later.scalar_subquery()).where(first.c.name.is_not(None)))
    here = or_(*(every.c.name.startswith(f"{platform}:", autoescape=True) for platform in platforms))
    return select(every.c.name).where(here if platforms else false())


@cache
def _with_turn(platforms: tuple[str, ...]) -> Any:  # noqa: ANN401 - a statement
    """Ask which destinations have something that may go now, by their most urgent row."""
    names = _names(platforms).subquery("named")
    turn = cast_to(Outbox.lane, BigInteger) * _LANE + col(Outbox.serial)
    own = select(turn).where(_is_free(), Outbox.destination == names.c.name)
    first = own.order_by(col(Outbox.lane), col(Outbox.serial)).limit(1).scalar_subquery()
    free = and_(names.c.name.not_in(_paused()), names.c.name.not_in(bindparam("busy", expanding=True)))
    found = select(names.c.name, first.label("turn")).where(free).subquery("found")
    return select(found.c.name).where(found.c.turn.is_not(None)).order_by(found.c.turn).limit(MOST)


def _first_of(name: Any) -> Any:  # noqa: ANN401 - parts of a question
    """Ask for the first rows of a destination, so that what waits behind them is not read."""
    rows = select(Outbox.lane, Outbox.serial).where(_is_free(), Outbox.destination == name)
    return rows.order_by(col(Outbox.lane), col(Outbox.serial)).limit(bindparam("each", type_=Integer()))


def _in_turn(serial: Any, lane: Any) -> Any:  # noqa: ANN401 - as above
    return select(serial).order_by(lane, serial).limit(bindparam("most", type_=Integer()))


@cache
def _first_rows(count: int) -> Any:  # noqa: ANN401 - a statement about so many destinations
    """Ask one destination after the other: SQLite knows no question that hangs on each row of another."""
    firsts = [select(_first_of(bindparam(f"name_{n}")).subquery()) for n in range(count)]
    rows = union(*firsts).subquery("rows")
    return _in_turn(rows.c.serial, rows.c.lane)


def _first_of_each() -> Any:  # noqa: ANN401 - a statement
    names = func.unnest(bindparam("names", type_=postgresql.ARRAY(Text()))).table_valued("name").render_derived()
    rows = _first_of(names.c.name).lateral("rows")
    return _in_turn(rows.c.serial, rows.c.lane).select_from(names.join(rows, true()))


_FIRST_OF_EACH: Final = _first_of_each()
_MAY_GO: Final = (
    select(Outbox)
    .where(col(Outbox.serial).in_(bindparam("serials", expanding=True)))
    .order_by(col(Outbox.lane), col(Outbox.serial))
)
_TAKE: Final = _MAY_GO.where(  # as they stand once they are held; the stage wrapped up: they are found by serial
    func.lower(Outbox.stage) == "pending", col(Outbox.destination).not_in(_paused())
).with_for_update(skip_locked=True)
_CALLING: Final = select(Outbox.destination).where(
    Outbox.stage == "sending",
    col(Outbox.held_by) != bindparam("by"),
    col(Outbox.destination).in_(bindparam("names", expanding=True)),
)


def next_due(session: Session, platforms: Sequence[str]) -> datetime | None:
    """Return when the next owed row of these platforms may be sent, pauses counted."""
    moments = session.connection().execute(_next_due(tuple(platforms)))
    return min((moment for (moment,) in moments), default=None)


@cache
def _next_due(platforms: tuple[str, ...]) -> Any:  # noqa: ANN401 - a statement
    """Ask of each destination when its next row may be sent."""
    names = _names(platforms).subquery("named")
    whole = aliased(Destination)
    own = select(func.min(Outbox.not_before)).where(_WAITS, Outbox.destination == names.c.name)
    pause, pause_of_all = col(Destination.paused_until), col(whole.paused_until)
    first, urgent = own.scalar_subquery(), own.where(_PASSES).scalar_subquery()
    at = _later(first, pause)
    passing = _later(urgent, pause)
    waits_on = case((passing < pause_of_all, passing), else_=pause_of_all)
    query = select(type_coerce(case((pause_of_all > at, waits_on), else_=at), Moment())).select_from(names)
    query = query.join(Destination, col(Destination.name) == names.c.name, isouter=True)
    of_all = case(*((names.c.name.startswith(f"{each}:", autoescape=True), f"{each}:") for each in platforms), else_="")
    return query.join(whole, col(whole.name) == of_all, isouter=True)


def _later(moment: Any, pause: Any) -> Any:  # noqa: ANN401 - parts of a question
    return case((pause > moment, pause), else_=moment)


def stands_already(session: Session, row: Outbox, now: datetime) -> None:
    """Settle a card that stands in its chat as it would be shown: nothing is to be sent."""
    row.stage, row.sent_at = "sent", now
    session.add(row)


def load(session: Session, serial: int) -> Outbox:
    """Load an owed row."""
    return session.get_one(Outbox, serial)


def place(session: Session, case_id: uuid.UUID, chat_id: uuid.UUID) -> CardPlace | None:
    """Find where a case's card stands in a chat."""
    if session.is_new(case_id):
        return next((place for place in session.new_of(CardPlace, case_id) if place.chat_id == chat_id), None)
    known = together.rows(session, CardPlace, case_id)
    if known is not None:
        return next((each for each in known if each.chat_id == chat_id), None)
    return session.exec(select(CardPlace).where(CardPlace.case_id == case_id, CardPlace.chat_id == chat_id)).first()


def places(session: Session, case_id: uuid.UUID) -> Sequence[CardPlace]:
    """List the chats that hold a case's card."""
    if session.is_new(case_id):
        return session.new_of(CardPlace, case_id)
    known = together.rows(session, CardPlace, case_id)
    if known is not None:
        return known
    return cast("Sequence[CardPlace]", session.ask(_PLACES, {"case": case_id}).all())


def add_place(session: Session, case_id: uuid.UUID, chat_id: uuid.UUID) -> CardPlace:
    """Give a case a card in a chat (once)."""
    found = place(session, case_id, chat_id)
    if found is None:
        found = CardPlace(case_id=case_id, chat_id=chat_id)
        session.keep(found)
    return found


def doubt(session: Session, row: Outbox) -> None:
    """Keep that a card may stand in its chat, under the number of this row, of which nobody here knows."""
    if row.case_id is None or row.chat_id is None:
        raise ValueError(f"no card: {row.serial}")
    found = add_place(session, row.case_id, row.chat_id)
    found.doubted = row.serial
    session.add(found)


def unsure(session: Session, row: Outbox) -> None:
    """Forget what the card in the chat of this row shows: it was called for, and nobody knows what came of it."""
    if row.case_id is None or row.chat_id is None:
        raise ValueError(f"no card: {row.serial}")
    found = place(session, row.case_id, row.chat_id)
    if found is not None:
        found.shown = ""
        session.add(found)


def stands(session: Session, row: Outbox) -> bool:
    """Say whether a card of this row's case is known to stand in its chat: then it is changed where it stands."""
    if row.case_id is None or row.chat_id is None:
        return False
    found = place(session, row.case_id, row.chat_id)
    return found is not None and bool(found.message_id)


_PLACES: Final = select(CardPlace).where(CardPlace.case_id == bindparam("case"))


def case_of_message(session: Session, chat_id: uuid.UUID, message_id: str) -> uuid.UUID | None:
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


def open_cases_of_chat(session: Session, chat_id: uuid.UUID) -> Sequence[Case]:
    """List the open cases a chat was told of, the newest first."""
    told = select(Outbox.case_id).where(Outbox.chat_id == chat_id, col(Outbox.case_id).is_not(None))
    query = select(Case).where(col(Case.id).in_(told), col(Case.stage).not_in(("closed", "merged")))
    return session.exec(query.order_by(col(Case.received_at).desc())).all()


def was_told(session: Session, case_id: uuid.UUID, chats: Collection[uuid.UUID]) -> bool:
    """Say whether any of these chats was told of a case."""
    query = select(Outbox.serial).where(Outbox.case_id == case_id, col(Outbox.chat_id).in_(chats))
    return session.exec(query.limit(1)).first() is not None


def of_case(session: Session, case_id: uuid.UUID) -> Sequence[Outbox]:
    """List everything owed or sent about a case."""
    return session.exec(select(Outbox).where(Outbox.case_id == case_id).order_by(col(Outbox.serial))).all()


def save(session: Session, *rows: SQLModel) -> None:
    """Keep rows of this family."""
    session.add_all(rows)
    session.flush()
