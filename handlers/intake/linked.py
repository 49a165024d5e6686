"""What came of fetching a linked page: its words are judged like the report's own, and shown as what a site said."""

import uuid

from handlers.act import STATUTORY, Act
from handlers.conversation import Button
from handlers.intake import linked_words as words
from handlers.intake import opening
from handlers.judgement.finding import is_graver
from handlers.judgement.naming import grade_names
from handlers.on_hand import duty_officer
from handlers.text.canonical import canonical_text
from handlers.text.links import find_links, normal_url
from handlers.words import reference
from storage import linked_page as linked_pages
from storage import report as reports
from storage.case import Case
from storage.linked_page import LinkedPage
from storage.report import Report


def came(act: Act, page_id: uuid.UUID, url: str, title: str, text: str) -> None:
    """Keep a page that is here now; the first content stays, whatever a repeated fetch brings."""
    page = linked_pages.to_change(act.session, page_id)
    if page.stage != "owed":
        return
    page.keep(url, _key(url), title, text, act.now)
    linked_pages.save(act.session, page)
    report = reports.load(act.session, page.report_id)
    case = reports.case_to_change(act.session, report)
    act.note(page=str(page.id), fetched=url[:300])
    _name(act, case, report, page)
    before = case.grade
    opening.judge_again(act, case)
    _tell(act, case, before)
    _offer(act, case, report, page)
    act.refresh(case)


def not_taken(act: Act, page_id: uuid.UUID, why: words.Trouble) -> None:
    """Give up a page; the card says why."""
    page = linked_pages.to_change(act.session, page_id)
    if page.stage != "owed":
        return
    page.refuse(why, act.now)
    linked_pages.save(act.session, page)
    act.note(page=str(page.id), not_taken=why)
    act.refresh(reports.case_to_change(act.session, reports.load(act.session, page.report_id)))


def _key(url: str) -> str | None:
    try:
        return normal_url(url)
    except ValueError:
        return None


def _name(act: Act, case: Case, report: Report, page: LinkedPage) -> None:
    """Name a case by the page where its first report is a bare link."""
    said = canonical_text(report.text)
    for link in find_links(report.text):
        said = said.replace(link, "")
    first = next(iter(reports.of_case(act.session, case.id)), None)
    if first is not None and first.id == report.id and len(said.strip()) < opening.SHORTEST_TITLE:
        case.title = opening.title_from(page.title) or opening.title_from(page.text) or case.title
        act.changed(case)


def _tell(act: Act, case: Case, before: str) -> None:
    """Tell the staff of a page that is graver than what was reported; an ended case is offered to be taken up again."""
    read = act.reading.grade if act.reading is not None else None
    if read is None or not is_graver(read, before):
        return
    names = grade_names(act.plan_for(case))
    open_, offered = case.is_open, is_graver(read, case.grade)
    buttons = [Button(words.regrade(names[read]), "grade", read)] if open_ and offered else []
    again = [Button(words.REOPEN, "reopen")] if not open_ else [Button(words.REJUDGE, "rejudge")]
    act.announce(
        "staff", words.graver_page(case, names[read]), [[*buttons, *again]], case=case, names=duty_officer(act),
        lane=STATUTORY,
    )  # fmt: skip


def _offer(act: Act, case: Case, report: Report, page: LinkedPage) -> None:
    """Offer to merge with the case that has this very page under another address: a person decides."""
    other = linked_pages.same_post(act.session, page.url_key, report.id) if page.url_key else None
    if other is None:
        return
    there = reports.case_of(act.session, other)
    if there.id != case.id and there.is_open and case.is_open:
        merge = Button(words.MERGE, "merge", reference(there))
        act.announce("staff", words.same_page(case, there), [[merge]], case=case)
