"""Releases: what was signed, on which channels it went out, and the proof."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import CheckConstraint, UniqueConstraint, bindparam, func
from sqlmodel import Field, Session, SQLModel, col, select

from storage import together
from storage.columns import id_field, map_field, moment_field


class Release(SQLModel, table=True):
    """One signed text on its way to the public."""

    __table_args__ = (UniqueConstraint("case_id", "round"),)
    id: uuid.UUID = id_field()
    case_id: uuid.UUID = Field(foreign_key="cases.id", index=True)
    round: int
    public_id: str = Field(unique=True)
    title: str
    text: str
    manifest: dict[str, Any] = map_field()
    manifest_hash: str
    issued_by: uuid.UUID = Field(foreign_key="person.id")
    issued_at: datetime = moment_field()
    visible_at: datetime | None = moment_field(nullable=True, index=True)  # readable on the website since
    corrects_id: uuid.UUID | None = Field(default=None, foreign_key="release.id")  # the release this one puts right
    withdrawn_at: datetime | None = moment_field(nullable=True)
    withdrawn_by: uuid.UUID | None = Field(default=None, foreign_key="person.id")
    withdrawn_why: str = ""  # as the public reads it


class ChannelRelease(SQLModel, table=True):
    """A release on one channel, with its proof."""

    __tablename__ = "channel_release"
    __table_args__ = (
        UniqueConstraint("release_id", "channel"),
        CheckConstraint("stage IN ('waiting', 'proved', 'failing', 'withdrawing', 'withdrawn')", name="channel_stage"),
    )
    id: uuid.UUID = id_field()
    release_id: uuid.UUID = Field(foreign_key="release.id", index=True)
    channel: str
    position: int
    stage: str = "waiting"
    attempts: int = 0
    trouble: str = ""
    proof: dict[str, Any] = map_field()  # url, id, at, sha256 of what is readable there; posts and left, by chat
    proved_at: datetime | None = moment_field(nullable=True)


def load(session: Session, release_id: uuid.UUID) -> Release:
    """Load a release by id."""
    return session.get_one(Release, release_id)


def locked(session: Session, release_id: uuid.UUID) -> Release:
    """Lock a release and read it anew: what this transaction saw before the lock may be old."""
    return session.exec(_LOCKED, params={"release": release_id}).one()


_LOCKED: Final = (  # the hot path: built once, like all that is asked at each attempt and for each card
    select(Release)
    .where(Release.id == bindparam("release"))
    .with_for_update()
    .execution_options(populate_existing=True)
)


together.by_case(Release, col(Release.round))


def of_case(session: Session, case_id: uuid.UUID) -> Sequence[Release]:
    """List a case's releases in order."""
    known = together.rows(session, Release, case_id)
    if known is not None:
        return known
    return session.exec(_OF_CASE, params={"case": case_id}).all()


_OF_CASE: Final = select(Release).where(Release.case_id == bindparam("case")).order_by(col(Release.round))


def by_public_id(session: Session, public_id: str) -> Release | None:
    """Find a release by its public address, visible or not."""
    return session.exec(select(Release).where(Release.public_id == public_id)).first()


def visible(session: Session, limit: int = 50, offset: int = 0) -> Sequence[Release]:
    """List what the public can read, newest first."""
    query = select(Release).where(col(Release.visible_at).is_not(None), col(Release.withdrawn_at).is_(None))
    query = query.order_by(col(Release.visible_at).desc(), col(Release.id).desc())
    return session.exec(query.limit(limit).offset(offset)).all()


def count_visible(session: Session) -> int:
    """Count what the public can read."""
    query = select(func.count()).select_from(Release).where(col(Release.visible_at).is_not(None))
    return session.exec(query.where(col(Release.withdrawn_at).is_(None))).one()


def recent(session: Session, limit: int = 50) -> Sequence[Release]:
    """List what came out or was withdrawn last, the newest first."""
    moment = func.coalesce(col(Release.withdrawn_at), col(Release.visible_at)).desc()
    query = select(Release).where(col(Release.visible_at).is_not(None))
    return session.exec(query.order_by(moment, col(Release.id).desc()).limit(limit)).all()


def issued_between(session: Session, since: datetime, until: datetime) -> Sequence[Release]:
    """List the releases that were issued in a span, its end not included, in order."""
    query = select(Release).where(col(Release.issued_at) >= since, col(Release.issued_at) < until)
    return session.exec(query.order_by(col(Release.issued_at))).all()


def corrections(session: Session, release_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Release]:
    """Return the newest readable correction of each of these releases that has one."""
    found = session.exec(_CORRECTIONS, params={"of": list(release_ids)}).all()
    return {one.corrects_id: one for one in found if one.corrects_id is not None}


_CORRECTIONS: Final = (
    select(Release)
    .where(col(Release.corrects_id).in_(bindparam("of", expanding=True)))
    .where(col(Release.visible_at).is_not(None), col(Release.withdrawn_at).is_(None))
    .order_by(col(Release.visible_at))
)


def corrected(session: Session, release: Release) -> Sequence[Release]:
    """List what a release puts right, nearest first: what it corrects, what that one corrected, and so on."""
    found: list[Release] = []
    while release.corrects_id is not None:
        release = load(session, release.corrects_id)
        found.append(release)
    return found


def called_off(session: Session, release_id: uuid.UUID) -> str:
    """Say why a release must not go out any more: it was `withdrawn`, or `superseded` by its correction; empty: it may.

    Locks the release, so that it is not withdrawn before what depends on this is noted.
    """
    release = locked(session, release_id)
    if release.withdrawn_at is not None:
        return "withdrawn"
    return "superseded" if session.exec(_SUPERSEDED, params={"release": release_id}).first() is not None else ""


_SUPERSEDED: Final = (
    select(Release.id).where(Release.corrects_id == bindparam("release"), col(Release.withdrawn_at).is_(None)).limit(1)
)


def on_their_way(session: Session, *, but: str) -> Sequence[ChannelRelease]:
    """List what is not out yet on the channels other than one, of releases that were not withdrawn."""
    query = select(ChannelRelease).join(Release, col(Release.id) == ChannelRelease.release_id)
    query = query.where(col(ChannelRelease.stage).in_(("waiting", "failing")), ChannelRelease.channel != but)
    return session.exec(query.where(col(Release.withdrawn_at).is_(None))).all()


def awaiting(session: Session, job: str) -> Sequence[ChannelRelease]:
    """List what is not out yet, or not off, and waits for a job of this number to end on its channel."""
    query = select(ChannelRelease).where(col(ChannelRelease.stage).in_(("waiting", "failing", "withdrawing")))
    return [row for row in session.exec(query) if any(job in noted.split() for noted in _jobs(row))]


def _jobs(row: ChannelRelease) -> list[str]:
    return [str(noted).rpartition(":")[2] for noted in row.proof.get("posts", {}).values()]


def show(session: Session, release_id: uuid.UUID, at: datetime) -> bool:
    """Let the public read a release; False when it can already."""
    release = locked(session, release_id)
    if release.visible_at is not None:
        return False
    release.visible_at = at
    save(session, release)
    return True


def hide(session: Session, release_id: uuid.UUID) -> None:
    """Take a release off the website."""
    release = locked(session, release_id)
    release.visible_at = None
    save(session, release)


def channel(session: Session, release_id: uuid.UUID, name: str) -> ChannelRelease:
    """Load a release on one channel, locked."""
    return session.exec(_CHANNEL, params={"release": release_id, "name": name}).one()


_CHANNEL: Final = (
    select(ChannelRelease)
    .where(ChannelRelease.release_id == bindparam("release"), ChannelRelease.channel == bindparam("name"))
    .with_for_update()
)


def note_posts(session: Session, release_id: uuid.UUID, name: str, posts: Mapping[str, str]) -> None:
    """Keep which chats of a channel have the post: its message id, or empty when nobody knows yet."""
    _note(session, release_id, name, posts=dict(posts))


def note_left(session: Session, release_id: uuid.UUID, name: str, chat: str, title: str) -> bool:
    """Keep that a post stands in a chat that only a person can take away; False when that is known already."""
    left = channel(session, release_id, name).proof.get("left", {})
    if chat in left:
        return False
    _note(session, release_id, name, left={**left, chat: title})
    return True


def _note(session: Session, release_id: uuid.UUID, name: str, **noted: Mapping[str, str]) -> None:
    row = channel(session, release_id, name)
    row.proof = {**row.proof, **noted}
    save(session, row)


def channels(session: Session, release_id: uuid.UUID) -> Sequence[ChannelRelease]:
    """List a release's channels in the plan's order."""
    return session.exec(_CHANNELS, params={"release": release_id}).all()


_CHANNELS: Final = (
    select(ChannelRelease)
    .where(ChannelRelease.release_id == bindparam("release"))
    .order_by(col(ChannelRelease.position))
)


def save(session: Session, *rows: SQLModel) -> None:
    """Keep rows of this family."""
    session.add_all(rows)
    session.flush()
