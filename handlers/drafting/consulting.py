"""Asking other agencies about a draft, and keeping what they said (实施方案 四.2)."""

from collections.abc import Sequence

from config.language import Said, lines
from handlers.act import APPROVAL, Act
from handlers.conversation import Button
from handlers.drafting import evidence_words as words
from handlers.drafting import showing
from handlers.drafting.agencies import press_argument
from storage import draft as drafts
from storage import person as people
from storage.case import Case
from storage.draft import AgencyWord, Draft
from storage.person import Person


def add(act: Act, case: Case, draft: Draft, names: Sequence[str]) -> None:
    """Note which agencies a draft touches; one that is noted already keeps its word."""
    known = {word.agency for word in drafts.agencies(act.session, case.id, draft.round)}
    for name in names:
        if name not in known:
            drafts.save(act.session, AgencyWord(case_id=case.id, round=draft.round, agency=name))


def strike_unasked(act: Act, case: Case, draft: Draft) -> list[str]:
    """Strike off what was named by mistake and nobody was asked about; return the agencies that stay."""
    noted = drafts.agencies(act.session, case.id, draft.round)
    reachable = known_agencies(act)
    asked = [word for word in noted if word.word != "waiting" or word.agency in reachable]
    if not asked:
        for word in noted:
            drafts.strike(act.session, word)
    return [word.agency for word in asked]


def ask_again(act: Act, case: Case, draft: Draft) -> None:
    """Let every word wait again: what was said was about another text."""
    for word in drafts.agencies(act.session, case.id, draft.round):
        word.word, word.note = "waiting", ""
        drafts.save(act.session, word)


def ask_waiting(act: Act, case: Case, draft: Draft) -> list[str]:
    """Send the text to every agency that waits and has not had it; return those whom nobody can be asked for."""
    unreached = []
    for word in drafts.agencies(act.session, case.id, draft.round):
        if word.word == "waiting" and word.asked_version != draft.version:
            word.asked_version = draft.version
            drafts.save(act.session, word)
            if not _ask_people(act, case, draft, word.agency):
                unreached.append(word.agency)
    return unreached


def ask(act: Act, case: Case, draft: Draft, person: Person, above: Said | None = None) -> bool:
    """Send somebody of an agency the text with its two answers; False when no chat reaches them."""
    question = words.ask_agency(case, draft, person.agency, act.plan_for(case).bureau.name)
    buttons = [
        [
            Button(words.AGREE, "agency_confirm", press_argument("agreed", draft.version)),
            Button(words.OBJECT, "agency_confirm", press_argument("objected", draft.version)),
        ]
    ]
    text = lines(above, question)
    return act.tell(person, text, buttons, case=case, shows=showing.shows(act, case, draft, person), lane=APPROVAL)


def known_agencies(act: Act) -> list[str]:
    """List the agencies whose people the desk knows."""
    return list(dict.fromkeys(person.agency for person in people.everybody(act.session) if person.agency))


def names(act: Act, case: Case, draft: Draft) -> list[str]:
    """List every agency that may be meant: those of the roster, and those the draft touches."""
    touched = [word.agency for word in drafts.agencies(act.session, case.id, draft.round)]
    return list(dict.fromkeys([*known_agencies(act), *touched]))


def waiting(act: Act, case: Case, draft: Draft) -> list[str]:
    """List the agencies whose word is still to come."""
    return [word.agency for word in drafts.agencies(act.session, case.id, draft.round) if word.word == "waiting"]


def _ask_people(act: Act, case: Case, draft: Draft, agency: str) -> bool:
    asked = [ask(act, case, draft, person) for person in people.everybody(act.session) if person.agency == agency]
    return any(asked)
