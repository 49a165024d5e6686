"""The feeds that the desk watches: what is asked for when, and how it went."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel, col, func, select

from storage.columns import id_field, list_field, moment_field
from storage.session import Session

STAGES = ("watched", "stopped", "gone")


class Feed(SQLModel, table=True):
    """One RSS or Atom feed."""

    __table_args__ = (CheckConstraint(f"stage IN {STAGES}", name="feed_stage"),)
    id: uuid.UUID = id_field()
    name: str = Field(unique=True)
    url: str  # where it is now: a feed that moved for good is asked for there
    host: str = Field(index=True)
    every_minutes: int
    topic: str | None = None  # of what it brings, where the words themselves tell none
    sifts: bool = False  # only what concerns the bureau is taken
    stage: str = "watched"
    added_at: datetime = moment_field()
    added_by: uuid.UUID = Field(foreign_key="person.id")
    asked_at: datetime | None = moment_field(nullable=True)  # when a look was owed last
    looked_at: datetime | None = moment_field(nullable=True)  # when it answered last, well or not
    fine_at: datetime | None = moment_field(nullable=True)  # when it was read last
    etag: str = ""
    modified: str = ""  # what the site calls the moment of its last change
    failures: int = 0  # in a row
    trouble: str = ""  # what the last one was
    told: bool = False  # the administrators know of it
    taken: int = 0  # items that became reports
    seen: list[str] = list_field()  # the items of its newest edition, by the beginning of their hash


def named(session: Session, name: str) -> Feed | None:
    """Find a feed by its name, whatever became of it."""
    return session.exec(select(Feed).where(Feed.name == name)).first()


def at(session: Session, url: str) -> Feed | None:
    """Find a watched feed by its address."""
    return session.exec(select(Feed).where(Feed.url == url, Feed.stage == "watched")).first()


def load(session: Session, feed_id: uuid.UUID) -> Feed | None:
    """Load a feed, locked; None for one that is no more."""
    return session.exec(select(Feed).where(Feed.id == feed_id).with_for_update()).first()


def every(session: Session) -> Sequence[Feed]:
    """List all feeds by name, those that are watched first."""
    return session.exec(select(Feed).order_by(col(Feed.stage) != "watched", col(Feed.name))).all()


def last_asked(session: Session, host: str) -> datetime | None:
    """Return when anything was asked of a host last."""
    return session.exec(select(func.max(Feed.asked_at)).where(Feed.host == host)).one()


def counts(session: Session) -> dict[str, int]:
    """Count the feeds by how they are: watched, failing (among these), stopped, gone."""
    found = dict(session.exec(select(Feed.stage, func.count()).group_by(col(Feed.stage))).all())
    failing = session.exec(select(func.count()).select_from(Feed).where(Feed.stage == "watched", Feed.failures > 0))
    return {**dict.fromkeys(STAGES, 0), **found, "failing": failing.one()}


def save(session: Session, *rows: Feed) -> None:
    """Keep rows of this family."""
    session.add_all(rows)
    session.flush()
