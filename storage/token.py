"""Tokens by which vendors' interfaces let the desk in: shared by all replicas, each for as long as it is good."""

from datetime import datetime
from typing import Final

from sqlmodel import Field, Session, SQLModel

from storage import lease
from storage.columns import moment_field

FETCHING: Final = "token:"  # so begins the name of the lease of whoever fetches a new one


class Token(SQLModel, table=True):
    """What a vendor lets the desk in by."""

    name: str = Field(primary_key=True)  # whose: platform and account
    value: str
    until: datetime = moment_field()  # by the machine's clock, a margin taken off


def current(session: Session, name: str, now: datetime) -> str:
    """Return the token that is good now; empty when there is none."""
    kept = session.get(Token, name)
    return kept.value if kept is not None and kept.until > now else ""


def keep(session: Session, name: str, value: str, until: datetime) -> None:
    """Keep a new token in place of the one before."""
    session.merge(Token(name=name, value=value, until=until))
    session.flush()


def may_fetch(session: Session, name: str, by: str, seconds: float) -> bool:
    """Say whether this one may fetch a new token, for so many seconds: nobody else does meanwhile."""
    return lease.take(session, FETCHING + name, by, seconds)


def fetched(session: Session, name: str, by: str) -> None:
    """Let another one fetch the next."""
    lease.give_back(session, by, FETCHING + name)
