"""What a verb about a draft leans on: the draft meant, and the words as they were typed."""

from handlers.act import Act
from handlers.drafting import words
from handlers.errors import Refusal
from storage import draft as drafts
from storage import release as releases
from storage.case import Case, StageRefused
from storage.draft import Draft


def current(act: Act, case: Case) -> Draft:
    """Return the newest version of the round in hand; refuse when there is none, or it is on its way out already."""
    newest = drafts.newest(act.session, case.id)
    if newest is None:
        raise Refusal(words.no_draft(case))
    if not case.is_open or case.stage == "release":
        raise StageRefused(case.id, case.stage, "draft")
    if newest.round in {release.round for release in releases.of_case(act.session, case.id)}:
        if act.somebody.agency:
            raise Refusal(words.agency_too_late(case, newest.version))
        raise Refusal(words.no_draft_this_round(case))
    return newest


def typed(act: Act) -> str:
    """Return the very characters that were sent; a tap has none."""
    return act.incoming.text if act.incoming and not act.tapped else ""


def name_in_group(act: Act) -> str:
    """Return who acts, where others read the answer; empty in a 1:1 chat, and for a tap, which is answered unseen."""
    return "" if act.tapped else name_before_others(act)


def name_before_others(act: Act) -> str:
    """Return who acts, where others read what is replied; empty in a 1:1 chat."""
    return act.somebody.name if act.chat is not None and act.chat.use != "direct" else ""
