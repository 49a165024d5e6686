"""The outbox as it is looked after: what is owed and how it stands, what was cut off, held back, given up, let go."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select

from storage import lease
from storage.card_place import doubt, stands
from storage.outbox import Outbox
from storage.session import Session


def counts(session: Session) -> dict[tuple[str, int], int]:
    """Count the rows by stage and lane."""
    query = select(Outbox.stage, Outbox.lane, func.count()).group_by(col(Outbox.stage), col(Outbox.lane))
    return {(stage, lane): count for stage, lane, count in session.exec(query)}


def oldest_due(session: Session, now: datetime) -> dict[int, datetime]:
    """Return by lane since when the oldest row could go out that still is owed, whatever it waits for."""
    query = select(Outbox.lane, func.min(Outbox.not_before)).where(Outbox.stage == "pending", Outbox.not_before <= now)
    return dict(session.exec(query.group_by(col(Outbox.lane))).all())


def in_stages(session: Session, *stages: str, limit: int = 200) -> Sequence[Outbox]:
    """List rows in some stages, the newest first."""
    query = select(Outbox).where(col(Outbox.stage).in_(stages)).order_by(col(Outbox.serial).desc())
    return session.exec(query.limit(limit)).all()


def stranded(session: Session) -> Sequence[Outbox]:
    """List rows whose sender lives no more, or was the desk before this one: nobody knows whether they went out."""
    query = select(Outbox).where(Outbox.stage == "sending", col(Outbox.held_by).not_in(lease.living()))
    return session.exec(query.order_by(col(Outbox.serial)).with_for_update(skip_locked=True)).all()


def being_sent(session: Session, serials: Collection[int]) -> Sequence[Outbox]:
    """List those of these rows that are being sent, whoever sends them."""
    query = select(Outbox).where(Outbox.stage == "sending", col(Outbox.serial).in_(serials))
    return session.exec(query.order_by(col(Outbox.serial)).with_for_update(skip_locked=True)).all()


def any_stranded(session: Session) -> bool:
    """Say whether there are such rows."""
    query = select(Outbox.serial).where(Outbox.stage == "sending", col(Outbox.held_by).not_in(lease.living()))
    return session.exec(query.limit(1)).first() is not None


def owe_again(session: Session, serial: int, now: datetime) -> Outbox | None:
    """Owe a row anew that was given up or is held back; None when there is none, or it is neither."""
    row = session.get(Outbox, serial)
    if row is None or row.kind in ("card", "toast") or row.stage not in ("failed", "expired", "unknown"):
        return None
    if row.stage == "unknown":  # it may have gone out, and says so
        row.payload = {**row.payload, "again": int(row.payload.get("again", 0)) + 1}
    row.stage, row.not_before, row.attempts, row.expires_at = "pending", now, 0, None
    session.add(row)
    return row


def settle(session: Session, serial: int) -> Outbox | None:
    """Let a row go that was given up or is held back: a person saw to it; None when there is none, or it is neither."""
    row = session.get(Outbox, serial)
    if row is None or row.stage not in ("failed", "unknown"):
        return None
    row.stage = "expired"
    session.add(row)
    return row


def hold(session: Session, why: str) -> Sequence[Outbox]:
    """Hold back the words that are owed and may have gone out; return them, what the law wants told first.

    A card that stands somewhere is changed where it stands, which repeats nothing; one that stands nowhere yet comes
    with the next change of its case. A toast is of no use any more.
    """
    query = select(Outbox).where(col(Outbox.stage).in_(("pending", "sending")))
    query = query.where(col(Outbox.kind).in_(("message", "card", "toast")))
    held = []
    for row in session.exec(query.order_by(col(Outbox.lane), col(Outbox.serial))):
        if row.kind == "message":
            row.stage, row.trouble, row.payload = "unknown", why, unpacked(row.payload)
            held.append(row)
        elif row.kind == "toast" or not stands(session, row):
            row.stage = "expired"
            if row.kind == "card":
                doubt(session, row)
        session.add(row)
    return held


def held(session: Session) -> Sequence[Outbox]:
    """List what is held back until a person looks, what the law wants told first."""
    return session.exec(
        select(Outbox).where(Outbox.stage == "unknown").order_by(col(Outbox.lane), col(Outbox.serial))
    ).all()


def unpacked(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row's payload as it was before it became part of a list."""
    return {key: value for key, value in payload.items() if key not in ("list", "in_list")}
