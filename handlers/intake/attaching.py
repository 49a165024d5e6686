"""The files of a message: kept with a report at once, owed until they are fetched, or not taken."""

from collections.abc import Sequence

from handlers.act import DIGEST, Act
from handlers.conversation import File, Incoming
from handlers.intake import words
from handlers.intake.files import refusal
from handlers.sameness import pictures
from storage import case as cases
from storage import outbox
from storage import report as reports
from storage.case import Case
from storage.outbox import Outbox
from storage.report import Attachment, Report


def attach(act: Act, case: Case, report: Report, incoming: Incoming) -> bool:
    """Keep the files of a message with a report; who sent one that is not taken is told once.

    Return whether anything of the message is kept: its words, or one of its files.
    """
    if not incoming.files:
        return bool(incoming.text.strip())
    told = {row.trouble for row in reports.files(act.session, report.id)}
    rows = [_row(act, report, file) for file in incoming.files]
    act.session.add_all(rows)
    act.session.flush()
    for row in rows:
        if row.stage == "owed":
            _owe(act, case, incoming.platform, row)
        pictures.offer(act, case, row)
    kept = bool(incoming.text.strip()) or any(row.stage != "refused" for row in rows)
    refused = [(row.name, row.trouble) for row in rows if row.stage == "refused" and row.trouble not in told]
    if refused:
        rest = words.what_is_left(case, kept=kept, more_may_come=incoming.album is not None)
        act.aside(words.files_refused(refused, act.house.file_limit, rest), case=case)
    return kept


def refused_at_once(act: Act, incoming: Incoming) -> list[words.Refused]:
    """List the files of a message that are not taken, by what is told of them."""
    found = [(file.name, refusal(file, act.house.file_limit)) for file in incoming.files if not file.sha256]
    return [(name, trouble) for name, trouble in found if trouble]


def attach_to_case(act: Act, case: Case) -> bool:
    """Keep the files that came with words about a case: they go with the first report, where a merge took it.

    Return whether anything is kept.
    """
    while case.merged_into is not None:
        case = cases.load(act.session, case.merged_into)
    first = next(iter(reports.of_case(act.session, case.id)), None)
    if act.incoming is None or not act.incoming.files or first is None:
        return False
    act.changed(case)
    return attach(act, case, first, act.incoming)


def new_files(act: Act, report: Report, incoming: Incoming) -> tuple[File, ...]:
    """Return the files of an edited message that its report does not have yet."""
    known = {name for row in reports.files(act.session, report.id) for name in (row.source, row.sha256) if name}
    return tuple(file for file in incoming.files if file.source not in known and file.sha256 not in known)


def look_alike(act: Act, report: Report, files: Sequence[File]) -> bool:
    """Say whether each file may be one that is there already: a platform can name one file differently each time."""
    known = {(row.name, row.media_type, row.size) for row in reports.files(act.session, report.id)}
    return all((file.name, file.media_type, file.size) in known for file in files)


def _row(act: Act, report: Report, file: File) -> Attachment:
    trouble = None if file.sha256 else refusal(file, act.house.file_limit)
    stage = "kept" if file.sha256 else "refused" if trouble else "owed"
    return Attachment(
        report_id=report.id, stage=stage, source=file.source, trouble=trouble or "", sha256=file.sha256,
        name=file.name, media_type=file.media_type, size=file.size, look=file.look,
    )  # fmt: skip


def _owe(act: Act, case: Case, platform: str, row: Attachment) -> None:
    owed = Outbox(
        kind="file",
        platform=platform,
        destination=f"{platform}:files",
        case_id=case.id,
        lane=DIGEST,  # a download waits for every message
        payload={
            "attachment": str(row.id),
            "source": row.source,
            "name": row.name,
            "size": row.size,
            "media_type": row.media_type,
            **act.wanted_of_file,
        },
        created_at=act.now,
        not_before=act.now,
    )
    outbox.put(act.session, owed)
