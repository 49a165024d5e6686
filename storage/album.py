"""Albums whose words were said to the desk: a platform delivers each picture by itself, and only one has the words."""

import uuid

from sqlmodel import Field, Session, SQLModel


class Album(SQLModel, table=True):
    """An album that is no post of its own."""

    platform: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    case_id: uuid.UUID | None = Field(default=None, foreign_key="cases.id")  # none: its pictures go nowhere


def find(session: Session, platform: str, key: str) -> Album | None:
    """Find an album whose words were said before."""
    return session.get(Album, (platform, key))


def remember(session: Session, platform: str, key: str, case_id: uuid.UUID | None) -> None:
    """Keep which case the words of an album were about; what is known already stays."""
    if find(session, platform, key) is None:
        session.add(Album(platform=platform, key=key, case_id=case_id))
        session.flush()
