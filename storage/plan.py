"""The plans that were ever in force, by the hash of their content."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Field, Session, SQLModel, col, select

from storage.columns import map_field, moment_field


class PlanText(SQLModel, table=True):
    """A plan's files, word for word: a running case keeps the plan it was registered under."""

    __tablename__ = "plan_text"
    hash: str = Field(primary_key=True)
    texts: dict[str, Any] = map_field()
    first_used_at: datetime = moment_field()


def keep(session: Session, plan_hash: str, texts: Mapping[str, str], at: datetime) -> None:
    """Keep a plan's text, once."""
    if session.get(PlanText, plan_hash) is None:
        session.add(PlanText(hash=plan_hash, texts=dict(texts), first_used_at=at))
        session.flush()


def texts(session: Session, plan_hash: str) -> dict[str, str]:
    """Return the files of a plan; KeyError when it was never in force here."""
    found = session.get(PlanText, plan_hash)
    if found is None:
        raise KeyError(plan_hash)
    return found.texts


def newest(session: Session) -> dict[str, str] | None:
    """Return the files of the plan that came into force last; None when there was none yet."""
    found = session.exec(select(PlanText).order_by(col(PlanText.first_used_at).desc()).limit(1)).first()
    return found.texts if found else None
