"""Whether a transaction leaves something to do, and for whom: noted in the session, asked just before the commit."""

from typing import Final

from sqlmodel import Session

_LEFT: Final = "something is left to do"  # in a session's info
_SEEN_TO: Final = "whoever opened it looks on"


def leave_work(session: Session) -> None:
    """Note that this transaction stores, owes or times something that somebody must look at."""
    session.info[_LEFT] = True


def see_to_it(session: Session) -> None:
    """Note that whoever opened this transaction looks on after it: nobody else has to be woken."""
    session.info[_SEEN_TO] = True


def somebody_must_look(session: Session) -> bool:
    """Say whether somebody has to be woken for what this transaction leaves."""
    return _LEFT in session.info and _SEEN_TO not in session.info
