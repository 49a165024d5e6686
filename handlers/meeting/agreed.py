"""What a meeting agreed: its minutes, the plan of release and dissemination 发布和传播方案, and who does what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from config.language import Said
from handlers.act import ANSWER, STATUTORY, Act
from handlers.clocks.nudges import next_nudge
from handlers.conversation import Button
from handlers.errors import Refusal
from handlers.meeting import agreed_words as words
from handlers.meeting.words import too_long
from handlers.reading.moment import coming_at
from storage import meeting as meetings
from storage import person as people
from storage.case import Case
from storage.meeting import Meeting, MeetingTask, MeetingText
from storage.person import Person

TASK: Final = "meeting_task"
LONGEST_TEXT, LONGEST_TASK, MOST_TASKS = 4000, 200, 20  # characters, characters, lines at once


@dataclass(frozen=True)
class Wanted:
    """A task as it was typed: who, until when, what."""

    owner: Person
    due_at: datetime
    what: str


def held(act: Act, case: Case) -> Meeting:
    """Return the newest meeting of a case if it has begun; refuse otherwise."""
    meeting = meetings.newest(act.session, case.id)
    if meeting is None or meeting.called_off_at is not None or not meeting.has_begun(act.now):
        raise Refusal(words.not_held(case))
    return meeting


def keep(act: Act, case: Case, kind: str, text: str) -> MeetingText:
    """Keep a text as the next version of its kind; the joint meeting reads it."""
    if len(text) > LONGEST_TEXT:
        raise Refusal(too_long(LONGEST_TEXT))
    before = meetings.text(act.session, case.id, kind)
    version = before.version + 1 if before else 1
    row = MeetingText(
        case_id=case.id, kind=kind, version=version, text=text, written_by=act.somebody.id, written_at=act.now
    )
    meetings.save(act.session, row)
    act.announce("joint_meeting", words.text(case, row, act.somebody.name), case=case)
    act.changed(case)
    return row


def read(act: Act, case: Case, typed: str) -> list[Wanted]:
    """Read tasks, one on a line: who, until when, what; refuse all of them when one cannot be read."""
    rows = [line.strip() for line in typed.splitlines() if line.strip()]
    if not rows or len(rows) > MOST_TASKS:
        raise Refusal(words.how_to_task(case, MOST_TASKS))
    return [_wanted(act, case, line) for line in rows]


def _wanted(act: Act, case: Case, line: str) -> Wanted:
    name, _, rest = line.partition(" ")
    owner = people.by_name(act.session, name)
    if owner is None or not owner.active:
        raise Refusal(words.no_such_person(case, name[:20]))
    found = coming_at(rest.strip(), act.today, act.house.zone)
    if found is None or not found.rest.strip():
        raise Refusal(words.unread_task(case, line[:LONGEST_TASK]))
    if found.at <= act.now:
        raise Refusal(words.past(found.at))
    if len(found.rest) > LONGEST_TASK:
        raise Refusal(too_long(LONGEST_TASK))
    return Wanted(owner, found.at, found.rest.strip())


def give(act: Act, case: Case, meeting: Meeting, wanted: Sequence[Wanted]) -> list[MeetingTask]:
    """Give tasks to their owners: each hears it, 1:1 or by name in the group, and is reminded in time."""
    n = len(meetings.tasks(act.session, case.id))
    rows = [
        MeetingTask(
            case_id=case.id, meeting_id=meeting.id, n=n + place, owner_id=each.owner.id, due_at=each.due_at,
            what=each.what, set_by=act.somebody.id, set_at=act.now,
        )
        for place, each in enumerate(wanted, 1)
    ]  # fmt: skip
    meetings.save(act.session, *rows)
    for row in rows:
        tell_owner(act, case, row, words.yours(case, row))
        wait(act, case, row)
    act.changed(case)
    return rows


def tell_owner(act: Act, case: Case, row: MeetingTask, told: Said, *, lane: int = ANSWER) -> None:
    """Say something to whoever has a task: 1:1, else by name in the joint meeting's group."""
    owner, buttons = people.person(act.session, row.owner_id), done_button(row)
    act.tell_or_name(owner, "joint_meeting", told, buttons, case=case, lane=lane)


def done_button(row: MeetingTask) -> list[list[Button]]:
    """Return the one tap that says that a task is done."""
    return [[Button(words.DONE, "done", str(row.n), urgent=True)]]


def wait(act: Act, case: Case, row: MeetingTask) -> None:
    """Set the one timer of a task: its next reminder, else its limit."""
    fractions = (*act.plan_for(case).meetings.task_nudges, 1.0)
    nudge = next_nudge(row.set_at, row.due_at, fractions, act.now)
    if nudge is not None:
        act.later(TASK, nudge[0], case=case, subject=str(row.id))


def finish(act: Act, case: Case, number: int, said: str) -> MeetingTask:
    """Note that a task is done, by whoever has it or gave it, or by the duty officer for them; its giver hears it."""
    row = next((each for each in meetings.tasks(act.session, case.id) if each.n == number), None)
    if row is None:
        raise Refusal(words.no_such_task(case, number))
    by = act.somebody
    if by.id not in (row.owner_id, row.set_by) and not by.has("duty_officer", "office_head"):
        raise Refusal(words.not_your_task(people.person(act.session, row.owner_id).name))
    if row.done_at is not None:
        raise Refusal(words.done_already(row))
    if len(said) > LONGEST_TASK:
        raise Refusal(too_long(LONGEST_TASK))
    row.done_at, row.done_by, row.result = act.now, by.id, said
    meetings.save(act.session, row)
    act.no_longer(TASK, str(row.id))
    if row.set_by != by.id:
        act.tell(people.person(act.session, row.set_by), words.done(case, row, by.name), case=case)
    act.changed(case)
    return row


def overdue(act: Act, case: Case, row: MeetingTask) -> None:
    """Tell whoever has a task, whoever gave it and the staff that its limit has passed."""
    owner, giver = people.person(act.session, row.owner_id), people.person(act.session, row.set_by)
    told = words.overdue(case, row, owner.name)
    tell_owner(act, case, row, told, lane=STATUTORY)
    if giver.id != owner.id:
        act.tell(giver, told, done_button(row), case=case, lane=STATUTORY)
    act.announce("staff", told, case=case, lane=STATUTORY)
