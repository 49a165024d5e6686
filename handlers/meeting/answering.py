"""What those who were called answer, and how a meeting stands."""

import re
from typing import Final

from config.language import Said
from handlers.act import Act
from handlers.errors import Refusal
from handlers.meeting import words
from storage import meeting as meetings
from storage import person as people
from storage.case import Case
from storage.meeting import Meeting, MeetingAnswer
from storage.person import Person

LONGEST_WORDS: Final = 200  # characters
CALL: Final = re.compile(r"@[0-9]+\.[0-9]+")  # what a button under a call brings


def ahead(act: Act, case: Case) -> Meeting:
    """Return the meeting that is still to come; refuse when there is none."""
    meeting = meetings.newest(act.session, case.id)
    if meeting is None:
        raise Refusal(words.none(case))
    if not meeting.is_ahead(act.now):
        raise Refusal(words.not_ahead(case))
    return meeting


def asked(meeting: Meeting) -> str:
    """Name what a button asks: which meeting, and the how manieth date of it."""
    return f"@{meeting.n}.{meeting.round}"


def own_words(act: Act, case: Case, typed: str) -> str:
    """Return what somebody typed, also when a tap told which case was meant.

    A button under a call brings no words of its own, and is refused when the call has changed.
    """
    if not (act.tapped and CALL.fullmatch(typed)):
        return typed
    if typed != asked(ahead(act, case)):
        raise Refusal(words.asked_anew(case))
    return ""


def answer(act: Act, case: Case, given: str, said: str = "") -> None:
    """Keep an answer, in place of an earlier one; the convener hears when nobody is waited for."""
    meeting = ahead(act, case)
    if len(said) > LONGEST_WORDS:
        raise Refusal(words.too_long(LONGEST_WORDS))
    rows = meetings.answers(act.session, meeting.id)
    mine = next((row for row in rows if row.person_id == act.somebody.id), None)
    if mine is None:
        raise Refusal(words.not_called(people.person(act.session, meeting.convened_by).name))
    mine.answer, mine.words, mine.answered_at = given, said, act.now
    meetings.save(act.session, mine)
    act.answer(words.answered(case, given, said), case=case)
    if all(row.answer != "waiting" for row in rows):
        convener = people.person(act.session, meeting.convened_by)
        act.tell(convener, words.all_answered(shown(act, case, meeting)), case=case)


def shown(act: Act, case: Case, meeting: Meeting) -> Said:
    """Show a meeting as it stands."""
    rows = meetings.answers(act.session, meeting.id)
    told = [
        (name, [_one(people.person(act.session, row.person_id), row) for row in rows if row.answer == answer])
        for answer, name in words.ANSWERS.items()
    ]
    return words.state(case, meeting, people.person(act.session, meeting.convened_by).name, told)


def _one(person: Person, row: MeetingAnswer) -> str:
    """Name somebody, with their agency, and whom they send or why they cannot come."""
    name = f"{person.name}({person.agency})" if person.agency else person.name
    if row.answer == "deputy":
        return f"{name}→{row.words}"
    return f"{name} {row.words}".strip()
