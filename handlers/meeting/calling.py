"""Calling a meeting: what is typed, who is called, and the reminders that follow."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from config.language import Said
from handlers.act import Act
from handlers.conversation import Button
from handlers.errors import Refusal
from handlers.meeting import answering, words
from handlers.on_hand import on_hand
from handlers.reading.moment import coming_at
from storage import chat as chats
from storage import meeting as meetings
from storage import person as people
from storage.case import Case
from storage.meeting import Meeting, MeetingAnswer
from storage.person import Person

ANSWER, START = "meeting_answer", "meeting_start"
LONGEST_PLACE, LONGEST_AGENDA = 100, 2000  # characters


@dataclass(frozen=True)
class Called:
    """When, where and about what a meeting is to be."""

    at: datetime
    place: str
    agenda: str


def read(act: Act, case: Case, typed: str, before: Meeting | None = None) -> Called:
    """Read time and place from the first line and the agenda from those below; refuse what is missing.

    A meeting that is moved keeps the place and the agenda that nobody names anew.
    """
    first, _, agenda = typed.partition("\n")
    found = coming_at(first, act.today, act.house.zone)
    if found is None:
        raise Refusal(words.no_new_time(case) if before else words.no_time(case))
    if found.at <= act.now:
        raise Refusal(words.past(found.at))
    place = found.rest.strip() or (before.place if before else "")
    if not place:
        raise Refusal(words.no_place(case))
    for said, most in ((found.rest, LONGEST_PLACE), (agenda, LONGEST_AGENDA)):
        if len(said) > most:
            raise Refusal(words.too_long(most))
    return Called(found.at, place, agenda.strip() or (before.agenda if before else ""))


def refuse_without_group(act: Act) -> None:
    """Refuse where no group of the joint meeting is bound."""
    if not chats.used_for(act.session, "joint_meeting"):
        raise Refusal(words.no_group())


def members(act: Act, case: Case) -> tuple[Sequence[Person], Sequence[Person]]:
    """List who is called, members of the joint meeting and the case's spokesperson: those reached, those not."""
    here = on_hand(act)
    wanted = [person for person in here.people if person.has("joint_member") or person.id == case.spokesperson_id]
    return [one for one in wanted if one.id in here.reached], [one for one in wanted if one.id not in here.reached]


def keep(act: Act, case: Case, what: Called, reached: Sequence[Person], *, n: int) -> Meeting:
    """Keep the case's nth meeting, of which nobody who is called has answered."""
    meeting = Meeting(
        case_id=case.id,
        n=n,
        begins_at=what.at,
        place=what.place,
        agenda=what.agenda,
        convened_by=act.somebody.id,
        convened_at=act.now,
    )
    meetings.save(act.session, meeting)
    rows = [
        MeetingAnswer(case_id=case.id, meeting_id=meeting.id, person_id=person.id, position=position)
        for position, person in enumerate(reached)
    ]
    meetings.save(act.session, *rows)
    return meeting


def set_reminders(act: Act, case: Case, meeting: Meeting) -> None:
    """Remind who has not answered (called late: at half the time that is left), and who comes before it begins."""
    rule, left = act.plan_for(case).meetings, meeting.begins_at - act.now
    ask = max(meeting.begins_at - timedelta(minutes=rule.answer_reminder_minutes), act.now + left / 2)
    act.later(ANSWER, ask, case=case, subject=str(meeting.id))
    start = meeting.begins_at - timedelta(minutes=rule.start_reminder_minutes)
    act.no_longer(START, str(meeting.id))
    if start > act.now:
        act.later(START, start, case=case, subject=str(meeting.id))


def buttons(meeting: Meeting) -> list[list[Button]]:
    """Offer the three answers to a call as it stands: those of an earlier date count no more."""
    asked = answering.asked(meeting)
    return [
        [Button(words.ANSWERS["attends"], "attend", asked), Button(words.ANSWERS["deputy"], "deputy", asked)],
        [Button(words.ANSWERS["absent"], "absent", asked)],
    ]


def tell_everybody(act: Act, case: Case, meeting: Meeting, told: Said, *, ask: bool) -> None:
    """Say something in the group of the joint meeting and to each who was called."""
    rows = buttons(meeting) if ask else []
    act.announce("joint_meeting", told, rows, case=case)
    for answer in meetings.answers(act.session, meeting.id):
        act.tell(people.person(act.session, answer.person_id), told, rows, case=case)
