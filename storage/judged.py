"""Cases a person has judged, with the post as it first came: what the desk learns from (R3)."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sqlmodel import col, select

from storage.case import Case
from storage.case_event import CaseEvent
from storage.correction import Correction
from storage.report import Report
from storage.session import Session

_BATCH: Final = 500


@dataclass(frozen=True, slots=True)
class Judged:
    """A case and what of it a person's word stands behind."""

    case: Case
    text: str
    confirmed: bool  # somebody said it is true as it was judged
    topic_set: bool  # somebody said what field it is


def judged(session: Session) -> Iterator[Judged]:
    """Yield every case that was not merged into another, the one that came first at the beginning."""
    confirmed = set(session.exec(select(CaseEvent.case_id).where(_REGISTERED, col(CaseEvent.by).is_not(None))))
    topics = set(session.exec(select(Correction.case_id).where(Correction.field == "topic")))
    kept = select(Case).where(Case.stage != "merged").order_by(col(Case.received_at), col(Case.id))
    for batch in session.exec(kept.execution_options(yield_per=_BATCH)).partitions():
        texts = _first_texts(session, [case.id for case in batch])
        for case in batch:
            if texts.get(case.id):
                yield Judged(case, texts[case.id], case.id in confirmed, case.id in topics)


def _first_texts(session: Session, case_ids: list[uuid.UUID]) -> dict[uuid.UUID, str]:
    found: dict[uuid.UUID, str] = {}
    of_cases = select(Report.case_id, Report.text).where(col(Report.case_id).in_(case_ids), Report.text != "")
    for case_id, text in session.exec(of_cases.order_by(col(Report.received_at), col(Report.id))):
        found.setdefault(case_id, text)
    return found


_REGISTERED: Final = CaseEvent.event == "registered"
