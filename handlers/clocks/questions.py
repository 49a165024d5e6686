"""Who has an online question, and what follows once it is answered or passed on (实施方案 三.3)."""

from collections.abc import Sequence
from typing import Final

from config.language import Said, t
from handlers.act import Act
from handlers.conversation import Button
from handlers.on_hand import on_hand
from storage import case_event
from storage import person as people
from storage.case import Case
from storage.database import Session
from storage.person import Person

SETTLED: Final = ("replied", "passed_on")
CLOSE: Final = Button(t("办结"), "close")


def take(act: Act, case: Case) -> None:
    """Let whoever handles a question have it, so that nobody else is asked to take it."""
    if case.allows("accept"):
        case.move("accept")
    elif not _is_handed_on(act, case):
        return
    case.spokesperson_id, case.accepted_at = act.somebody.id, act.now
    act.happened("accepted", case)


def _is_handed_on(act: Act, case: Case) -> bool:
    """Say whether a network spokesperson takes a question from somebody who took it as public opinion."""
    if case.track != "question" or case.stage != "draft" or case.spokesperson_id is None:
        return False
    holder = people.person(act.session, case.spokesperson_id)
    return act.somebody.has("network_spokesperson") and not holder.has("network_spokesperson")


def was_recorded(session: Session, case: Case, *events: str) -> bool:
    """Say whether one of these milestones is on record."""
    return any(happened.event in events for happened in case_event.of_case(session, case.id))


def close_button(session: Session, case: Case) -> Button | None:
    """Offer to close a question that was answered or passed on and has no draft under way."""
    settled = case.track == "question" and case.stage == "draft" and was_recorded(session, case, *SETTLED)
    return CLOSE if settled else None


def offer_close(act: Act, case: Case, text: Said) -> None:
    """Answer that a writer has their reply; whoever may close the case is offered to."""
    roles, use = frozenset(act.somebody.roles), act.chat.use if act.chat else ""
    if use != "direct" or act.house.rights.may(roles, "close", use):
        act.reply(text, [[CLOSE]], case=case)
        return
    act.reply(text, case=case)
    for person in _closers(act):
        act.tell(person, text, [[CLOSE]], case=case)


def _closers(act: Act) -> Sequence[Person]:
    here = on_hand(act)
    found = here.first((*here.among(here.duty), *here.with_role("duty_officer"), *here.duty_leaders))
    return [found] if found else []
