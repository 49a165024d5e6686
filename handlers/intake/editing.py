"""The original post was edited: its later words are a version, and the judgement is proposed anew (R1, R3)."""

from handlers.act import Act
from handlers.conversation import Incoming
from handlers.intake import attaching, opening, words, worsening
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
    case = reports.case_to_change(act.session, report)
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


def _reword(act: Act, case: Case, report: Report, text: str) -> None:
    n = reports.add_version(act.session, report, text, act.now)
    before, read = worsening.Before.of(case), act.reading.grade if act.reading is not None else None
    opening.judge_again(act, case)
    if before.is_surpassed(case, read):
        if case.is_open:
            worsening.tell_staff(act, case, words.graver_edit(case, n), read)
        else:
            worsening.tell_of_ended(act, case, words.graver_edit_of_ended(case, n))
        if act.chat is None or act.chat.use == "staff":
            return
    act.reply(words.new_version(case, n), case=case)
