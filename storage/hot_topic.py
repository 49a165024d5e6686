"""What was reported of each event over some days, counted in the database."""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import case as when
from sqlalchemy import distinct
from sqlalchemy import select as columns
from sqlmodel import col, func, select

from storage.case import Case
from storage.report import Report
from storage.same_event import SameEvent
from storage.session import Session


class Counted(NamedTuple):
    """How much was reported of an event, named by its first case."""

    event_id: uuid.UUID
    reports: int
    lately: int
    likes: int
    reposts: int
    groups: int
    wordings: int  # slips that it was opened under


def counted(session: Session, since: datetime, lately: datetime, least: int, most: int) -> Sequence[Counted]:
    """Count the reports of each event since a moment, of those that have so many; the most reported first."""
    event = func.coalesce(SameEvent.event_id, Report.first_case_id)
    number = func.count(col(Report.id))
    query: Any = (
        columns(
            event,
            number,
            func.sum(when((col(Report.received_at) >= lately, 1), else_=0)),
            func.sum(col(Report.likes)),
            func.sum(col(Report.reposts)),
            func.count(distinct(col(Report.chat_id))),
            func.count(distinct(col(Report.first_case_id))),
        )
        .join(SameEvent, col(SameEvent.case_id) == Report.first_case_id, isouter=True)
        .where(col(Report.received_at) >= since)
        .group_by(event)
        .having(number >= least)
        .order_by(number.desc())
        .limit(most)
    )
    return [Counted(*row) for row in session.exec(query)]


def cases_of(session: Session, event_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, list[tuple[Case, list[str]]]]:
    """List the cases of events with what each shared when it was offered, the first received first."""
    found: dict[uuid.UUID, list[tuple[Case, list[str]]]] = {event_id: [] for event_id in event_ids}
    for case in session.exec(select(Case).where(col(Case.id).in_(found))):
        found[case.id].append((case, []))
    query = select(SameEvent, Case).join(Case, col(Case.id) == SameEvent.case_id)
    for offered, case in session.exec(query.where(col(SameEvent.event_id).in_(found))):
        if case.id != offered.event_id:
            found[offered.event_id].append((case, offered.shared))
    return {event_id: sorted(each, key=lambda pair: pair[0].received_at) for event_id, each in found.items()}
