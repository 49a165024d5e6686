"""Where a database's content came from, when it was carried here from another: half of it is no desk."""

from datetime import datetime

from sqlmodel import Field, Session, SQLModel, col, select

from storage.columns import moment_field


class HouseMove(SQLModel, table=True):
    """One move into this database."""

    __tablename__ = "house_move"
    source: str = Field(primary_key=True)  # the digest of all that is to be carried
    began_at: datetime = moment_field()
    ended_at: datetime | None = moment_field(nullable=True)  # every row was carried and found the same


def unfinished(session: Session) -> HouseMove | None:
    """Return the move that began and has not ended; nothing may run on its half."""
    return session.exec(select(HouseMove).where(col(HouseMove.ended_at).is_(None)).limit(1)).first()


def newest(session: Session) -> HouseMove | None:
    """Return the last move into this database."""
    return session.exec(select(HouseMove).order_by(col(HouseMove.began_at).desc()).limit(1)).first()


def save(session: Session, move: HouseMove) -> None:
    """Keep a move."""
    session.add(move)
    session.flush()
