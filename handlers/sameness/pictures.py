"""The same picture in another case: offered for merging; what has its words as well joins by itself, by the words."""

import uuid

from handlers.act import Act
from handlers.reading.picture import alike, look_bands
from handlers.sameness.words import PICTURE
from storage import report as reports
from storage import same_event
from storage.case import Case
from storage.report import Attachment
from storage.same_event import SameEvent


def offer(act: Act, case: Case, file: Attachment) -> None:
    """Keep how a picture looks, and offer its case the earlier one that has the same; a person's word stands."""
    if not file.look:
        return
    bands = look_bands(file.look)
    found = same_event.newest(act.session, bands)
    same_event.keep_terms(act.session, case.id, dict.fromkeys(bands, 0.0), placed=False)
    others = dict.fromkeys(other for having in found.values() for other, *_ in having if other != case.id.hex)
    like = next((other for other in map(uuid.UUID, others) if _has(act, other, file.look)), None)
    if like is None:
        return
    offered = same_event.of_case(act.session, case.id)
    if offered is None:
        event = same_event.event_of(act.session, like)
        same_event.offer(
            act.session, SameEvent(case_id=case.id, like_id=like, event_id=event, shared=[PICTURE], score=1.0)
        )
    elif not offered.refused and offered.like_id == like and PICTURE not in offered.shared:
        offered.shared = [PICTURE, *offered.shared]
        act.session.add(offered)
    act.refresh(case)


def _has(act: Act, case_id: uuid.UUID, look: str) -> bool:
    return any(alike(look, file.look) for file in reports.files_of_case(act.session, case_id))
