"""Which link's page is fetched: the one that a short report is about, once, where the bureau wants that."""

from typing import Final

from handlers import sites
from handlers.act import Act
from handlers.conversation import Incoming
from handlers.post_keys import LONGEST_REMARK
from handlers.text.canonical import canonical_text
from handlers.text.links import find_links
from storage import linked_page as linked_pages
from storage.case import Case
from storage.linked_page import LinkedPage
from storage.report import Report

KNOWN: Final = ("same_origin", "same_url", "same_text")  # what the desk has already, word for word or link for link


def owe_page(act: Act, case: Case, report: Report, incoming: Incoming) -> None:
    """Owe the page of a report that is hardly more than its link."""
    if not act.house.fetches_links or report.url is None or report.joined in KNOWN or not _is_about_link(incoming):
        return
    try:
        sites.host_of(report.url)
    except ValueError:
        return
    page = LinkedPage(report_id=report.id, asked=report.url, at=act.now)
    linked_pages.save(act.session, page)
    sites.owe(act, report.url, {"page": str(page.id)}, case=case)


def _is_about_link(incoming: Incoming) -> bool:
    """Say whether a message says little beside its link; a forward's own address leads back to its words."""
    found = find_links(incoming.text)
    if incoming.url is None and (incoming.origin is not None or not found):
        return False
    return len(canonical_text(incoming.text)) - sum(map(len, found)) <= LONGEST_REMARK
