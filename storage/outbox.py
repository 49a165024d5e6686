"""What the desk owes the world: a row each, until a platform or channel has taken it."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import CheckConstraint, Index, bindparam, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Field, SQLModel, col, select

from storage.columns import map_field, moment_field
from storage.for_rows import ForRows
from storage.session import WRITERS, Session
from storage.waking import leave_work

PAYLOAD_VERSION = 1
LANES = ("statutory", "approval", "answer", "card", "digest")  # in the order in which they go out
LAST: Final = len(LANES) - 1
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
    _PUT_ALL[connection.dialect.name].execute(connection, owed)


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
        _CLAIM.execute(session.connection(), [{"row": row.serial, "by": by, "at": at} for row in rows])
    for row in rows:  # they say so as well, and need not be written again
        set_committed_value(row, "stage", "sending")
        set_committed_value(row, "held_by", by)
        set_committed_value(row, "claimed_at", at)
        set_committed_value(row, "attempts", row.attempts + 1)


def still_held(session: Session, serials: Collection[int], by: str) -> set[int]:
    """Return those of these rows that a worker is still sending: others were taken up by somebody else."""
    query = select(Outbox.serial).where(col(Outbox.serial).in_(serials), Outbox.stage == "sending")
    return {serial or 0 for serial in session.exec(query.where(Outbox.held_by == by).with_for_update())}


def went_out(session: Session, sent: Sequence[tuple[int, datetime, str | None]]) -> None:
    """Keep that claimed rows went out: serial, when, and the message's id. The hot path: one plain statement."""
    # By serial, so that no two writers wait crosswise.
    rows = [{"row": serial, "at": at, "message": message_id} for serial, at, message_id in sorted(sent)]
    if rows:
        _WENT_OUT.execute(session.connection(), rows)


def load(session: Session, serial: int) -> Outbox:
    """Load an owed row."""
    return session.get_one(Outbox, serial)


def load_all(session: Session, serials: Collection[int]) -> dict[int, Outbox]:
    """Load owed rows by serial, locked."""
    if not serials:
        return {}
    return {row.serial or 0: row for row in session.exec(_LOAD_ALL, params={"serials": list(serials)})}


def of_case(session: Session, case_id: uuid.UUID) -> Sequence[Outbox]:
    """List everything owed or sent about a case."""
    return session.exec(select(Outbox).where(Outbox.case_id == case_id).order_by(col(Outbox.serial))).all()


def on_channels(session: Session, case_id: uuid.UUID) -> Sequence[Outbox]:
    """List what is owed to channels about a case, or went out there: few rows, where a long case has many messages."""
    return session.exec(_ON_CHANNELS, params={"case": case_id}).all()


def said_about(session: Session, case_id: uuid.UUID, platforms: Sequence[str]) -> Sequence[Outbox]:
    """List the messages about a case that have gone out on some platforms."""
    query = select(Outbox).where(Outbox.case_id == case_id, Outbox.kind == "message", Outbox.stage == "sent")
    return session.exec(query.where(col(Outbox.platform).in_(platforms))).all()


def fresher_card(session: Session, row: Outbox) -> bool:
    """Say whether another card of the same case is owed to the same chat by now."""
    asked = {"than": row.serial, "case": row.case_id, "chat": row.chat_id}
    return session.exec(_FRESHER_CARD, params=asked).first() is not None


def stands_already(session: Session, row: Outbox, now: datetime) -> None:
    """Settle a card that stands in its chat as it would be shown: nothing is to be sent."""
    row.stage, row.sent_at = "sent", now
    session.add(row)


def save(session: Session, *rows: Outbox) -> None:
    """Keep owed rows."""
    session.add_all(rows)
    session.flush()


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
    "sqlite": ForRows(sqlite.insert(Outbox).on_conflict_do_nothing(**_CARD)),
    "postgresql": ForRows(postgresql.insert(Outbox).on_conflict_do_update(**_CARD, set_={"version": Outbox.version})),
}
WRITERS["outbox"] = _write
_CLAIM: Final = ForRows(
    update(Outbox)
    .where(col(Outbox.serial) == bindparam("row"))
    .values(stage="sending", held_by=bindparam("by"), claimed_at=bindparam("at"), attempts=col(Outbox.attempts) + 1)
)
_WENT_OUT: Final = ForRows(
    update(Outbox)
    .where(col(Outbox.serial) == bindparam("row"))
    .values(stage="sent", sent_at=bindparam("at"), message_id=bindparam("message"), trouble="")
)
# The hot path: built once.
_ON_CHANNELS: Final = (
    select(Outbox).where(Outbox.case_id == bindparam("case"), Outbox.platform == "channel").order_by(col(Outbox.serial))
)
_FRESHER_CARD: Final = (
    select(Outbox.serial)
    .where(text("outbox.kind = 'card' AND outbox.stage = 'pending'"), Outbox.serial != bindparam("than"))
    .where(Outbox.case_id == bindparam("case"), Outbox.chat_id == bindparam("chat"))
)
_LOAD_ALL: Final = (
    select(Outbox)
    .where(col(Outbox.serial).in_(bindparam("serials", expanding=True)))
    .order_by(col(Outbox.serial))
    .with_for_update()
)
