"""What a case shows of its meetings: tasks and texts that were agreed."""

from config.language import Said, joined
from handlers.act import Act
from handlers.meeting import agreed_words as words
from storage import meeting as meetings
from storage import person as people
from storage.case import Case
from storage.database import Session


def agreed_on(act: Act, case: Case) -> list[Said]:
    """Show the newest texts whole, and each task with how it stands."""
    texts = [meetings.text(act.session, case.id, kind) for kind in words.KINDS]
    shown: list[Said] = [
        words.text(case, row, people.person(act.session, row.written_by).name) for row in texts if row is not None
    ]
    rows = meetings.tasks(act.session, case.id)
    owners = [people.person(act.session, row.owner_id).name for row in rows]
    return [*shown, *([words.task_list(rows, owners)] if rows else [])]


def card_line(session: Session, case: Case) -> Said | None:
    """Put on a case's card what was agreed: the plan of dissemination, and how many tasks are open."""
    text, left = meetings.text(session, case.id, "dissemination"), meetings.open_tasks(session, case.id)
    parts = [
        words.agreed_line(text.version) if text is not None else None,
        words.open_tasks_line(len(left)) if left else None,
    ]
    return joined(parts) if any(parts) else None
