"""Whoever reported something 1:1 hears what became of it; in a group everybody sees the case's card."""

from collections.abc import Iterator, Sequence

from handlers.act import Act
from handlers.intake import words
from handlers.registry import on
from storage import case as cases
from storage import person as people
from storage import report as reports
from storage.case import Case
from storage.chat import Chat
from storage.person import Person
from storage.report import Report


@on("registered")
def tell_number(act: Act, case: Case) -> None:
    """Tell under which number the desk acts on it."""
    for person in _who(act, reports.of_case(act.session, case.id)):
        act.tell(person, words.yours_registered(case), case=case)


@on("merged")
def tell_survivor(act: Act, gone: Case) -> None:
    """Tell with which case it goes on: its reports are there already."""
    if gone.merged_into is not None:
        survivor = cases.load(act.session, gone.merged_into)
        came = [one for one in reports.of_case(act.session, survivor.id) if one.first_case_id == gone.id]
        for person in _who(act, came):
            act.tell(person, words.yours_merged(gone, survivor), case=survivor)


@on("closed")
def tell_end(act: Act, case: Case) -> None:
    """Tell how it ended."""
    for person in _who(act, reports.of_case(act.session, case.id)):
        act.tell(person, words.yours_ended(case), case=case)


def _who(act: Act, of_case: Sequence[Report]) -> Iterator[Person]:
    """List who reported 1:1, each once; whoever decided it knows."""
    told = {act.person.id} if act.person is not None else set()
    for report in of_case:
        by, chat = report.forwarded_by, act.session.get(Chat, report.chat_id) if report.chat_id is not None else None
        if by is not None and by not in told and chat is not None and chat.use == "direct":
            told.add(by)
            yield people.person(act.session, by)
