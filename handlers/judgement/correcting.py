"""What a person says about a judgement, put on record: it counts from now on, and the desk learns from it (R3)."""

from handlers.act import Act
from handlers.errors import Refusal
from handlers.judgement.finding import is_unconfirmed_grave
from handlers.words import wrong_stage
from storage import correction as corrections
from storage.case import Case
from storage.correction import Correction


def corrected(act: Act, case: Case, field: str, before: str, after: str) -> None:
    """Keep a correction of one field, and let follow what follows from a new judgement."""
    keep_correction(act, case, field, before, after)
    act.happened("judged", case)


def keep_correction(act: Act, case: Case, field: str, before: str, after: str) -> None:
    """Keep a correction; saying what the desk had found anyway corrects nothing."""
    if before == after:
        return
    made = Correction(case_id=case.id, field=field, before=before, after=after, by=act.somebody.id, at=act.now)
    corrections.record(act.session, made)


def confirm_grade(act: Act, case: Case) -> bool:
    """Let a person's word stand behind the machine's grave grade; False: there is none to confirm."""
    if not is_unconfirmed_grave(case):
        return False
    case.grade_set_by = act.somebody.id
    act.happened("judged", case)
    return True


def only_open(case: Case) -> None:
    """Refuse to judge a case that has ended."""
    if not case.is_open:
        raise Refusal(wrong_stage(case))


def end(act: Act, case: Case, how: str, reason: str) -> None:
    """Close a case by one of its exits: recorded, and taken back by reopening."""
    case.move("close")
    case.exit, case.exit_reason, case.closed_at = how, reason, act.now
    if how != "done":
        keep_correction(act, case, "exit", "", how)
    act.happened("closed", case)
