"""What came of fetching a file: it is kept by its content, or it is not taken, and the case's cards say so."""

import uuid

from config.language import Said
from handlers.act import Act
from handlers.intake import words
from handlers.intake.files import Trouble
from handlers.sameness import pictures
from storage import person as people
from storage import report as reports
from storage.blobs import Blob
from storage.case import Case
from storage.report import Attachment, Report


def fetched(act: Act, attachment_id: uuid.UUID, blob: Blob, media_type: str, look: str = "") -> None:
    """Keep a file that is here now; the first content stays, whatever a repeated fetch brings."""
    file = reports.attachment(act.session, attachment_id)
    if file.stage != "owed":
        return
    file.keep(blob.sha256, blob.size, media_type, look)
    _, case = _kept(act, file)
    pictures.offer(act, case, file)
    act.note(file=str(file.id), fetched=blob.sha256, bytes=blob.size)
    act.refresh(case)


def not_taken(act: Act, attachment_id: uuid.UUID, why: Trouble) -> None:
    """Give up a file; the card says why, and whoever sent it is told."""
    file = reports.attachment(act.session, attachment_id)
    if file.stage != "owed":
        return
    file.refuse(why)
    report, case = _kept(act, file)
    act.note(file=str(file.id), not_taken=why)
    act.refresh(case)
    act.happened("file_lost", case)
    if report.forwarded_by is not None:
        sender = people.person(act.session, report.forwarded_by)
        act.tell(sender, _refused(act, case, report, file), case=case)


def _refused(act: Act, case: Case, report: Report, file: Attachment) -> Said:
    kept = reports.has_content(act.session, report)
    rest = words.what_is_left(case, kept=kept, more_may_come=report.album_key is not None)
    return words.files_refused([(file.name, file.trouble)], act.house.file_limit, rest)


def _kept(act: Act, file: Attachment) -> tuple[Report, Case]:
    act.session.add(file)
    report = reports.load(act.session, file.report_id)
    return report, reports.case_to_change(act.session, report)
