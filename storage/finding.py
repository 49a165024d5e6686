"""Cases found by their number or by words in them, open or ended."""

from collections.abc import Sequence

from sqlmodel import Session, col, or_, select

from storage.case import Case
from storage.report import Report

ENDED = ("closed", "merged")
ESCAPE = "\\"


def ended(session: Session, limit: int = 200) -> Sequence[Case]:
    """List the cases that wait for nothing any more, the one that came last first."""
    query = select(Case).where(col(Case.stage).in_(ENDED)).order_by(col(Case.received_at).desc())
    return session.exec(query.limit(limit)).all()


def with_words(session: Session, words: str, limit: int = 200) -> Sequence[Case]:
    """List the cases whose title, number or reports hold these words, the one that came last first."""
    like = f"%{_literal(words)}%"
    reported = select(Report.case_id).where(col(Report.text).ilike(like, escape=ESCAPE))
    query = select(Case).where(
        or_(
            col(Case.title).ilike(like, escape=ESCAPE),
            col(Case.number).ilike(like, escape=ESCAPE),
            col(Case.id).in_(reported),
        )
    )
    return session.exec(query.order_by(col(Case.received_at).desc()).limit(limit)).all()


def _literal(words: str) -> str:
    """Take the meaning off the signs that stand for others in a pattern."""
    for sign in (ESCAPE, "%", "_"):
        words = words.replace(sign, ESCAPE + sign)
    return words
