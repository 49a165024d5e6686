"""The original post was edited: its later words are a version, and the judgement is proposed anew (R1, R3)."""

from dataclasses import dataclass

from config.language import t
from handlers.act import STATUTORY, Act
from handlers.conversation import Button, Incoming
from handlers.intake import attaching, opening, words
from handlers.judgement.finding import is_graver
from handlers.judgement.naming import grade_names
from handlers.on_hand import duty_officer
from storage import case as cases
from storage import report as reports
from storage.case import Case
from storage.report import Report


def take_edit(act: Act, incoming: Incoming) -> str:
    """Keep what an edit brought: other words as a version, other files beside the earlier ones."""
    report, own = _edited(act, incoming)
    if report is None:
        return "overheard"
    reworded = reports.newest_words(act.session, report) != incoming.text and (own or incoming.text != "")
    files = attaching.new_files(act, report, incoming)
    if not reworded and not files:
        return "overheard"
    case = cases.load(act.session, reports.case_of(act.session, report).id)
    replaced = files and not attaching.look_alike(act, report, files)
    attaching.attach(act, case, report, incoming.model_copy(update={"files": files}))
    act.changed(case)
    if reworded:
        _reword(act, case, report, incoming.text)
    elif replaced:
        act.reply(words.other_files(case), case=case)
    return "edited"


def is_unknown(act: Act, incoming: Incoming) -> bool:
    """Say whether no report is known that an edited message became or went with."""
    return _edited(act, incoming)[0] is None


def _edited(act: Act, incoming: Incoming) -> tuple[Report | None, bool]:
    """Find the report an edited message became, or, for a later part of an album, went with; say which it is."""
    key = opening.message_key(incoming, incoming.message_id)
    report = reports.by_message(act.session, incoming.platform, key)
    if report is not None or incoming.album is None:
        return report, True
    return reports.by_album(act.session, incoming.platform, incoming.album), False


@dataclass(frozen=True)
class _Before:
    """How a case was judged before the edit."""

    grade: str
    toll: dict[str, int]

    def is_surpassed(self, act: Act, case: Case) -> bool:
        """Say whether the new words tell of more; a grade that a person set is held against them, too."""
        if not case.is_open:
            return act.reading is not None and is_graver(act.reading.grade, case.grade)
        return case.toll != self.toll or is_graver(_proposed(act, case), self.grade)


def _reword(act: Act, case: Case, report: Report, text: str) -> None:
    n = reports.add_version(act.session, report, text, act.now)
    before = _Before(case.grade, dict(case.toll))
    opening.judge_again(act, case)
    if before.is_surpassed(act, case):
        _tell_staff(act, case, n)
        if act.chat is None or act.chat.use == "staff":
            return
    act.reply(words.new_version(case, n), case=case)


def _tell_staff(act: Act, case: Case, n: int) -> None:
    """Tell the staff chats in one line; what a person graded is not raised, but offered for re-grading."""
    if not case.is_open:
        act.announce(
            "staff", words.graver_edit_of_ended(case, n), [[Button(t("重开"), "reopen")]], case=case,
            names=duty_officer(act), lane=STATUTORY,
        )  # fmt: skip
        return
    names, grade = grade_names(act.plan_for(case)), _proposed(act, case)
    asks = case.grade_set_by is None or is_graver(grade, case.grade)
    offer = [Button(words.regrade(names[grade]), "grade", grade)] if asks else []
    act.announce(
        "staff", words.graver_edit(case, n, names, grade), [[*offer, Button(t("改判"), "rejudge")]], case=case,
        names=duty_officer(act), lane=STATUTORY,
    )  # fmt: skip


def _proposed(act: Act, case: Case) -> str:
    """Return the grade the new words speak for, or the case's own where it is graver."""
    read = act.reading.grade if act.reading is not None else None
    return read if read is not None and is_graver(read, case.grade) else case.grade
