"""Meetings of the joint meeting about a case: who was called, and what they answer."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, Session, SQLModel, col, select

from storage import together
from storage.columns import id_field, moment_field


class Meeting(SQLModel, table=True):
    """One call of the joint meeting: when, where, about what."""

    __table_args__ = (
        UniqueConstraint("case_id", "n"),
        CheckConstraint("(called_off_at IS NULL) = (called_off_why = '')", name="called_off_with_reason"),
    )
    id: uuid.UUID = id_field()
    case_id: uuid.UUID = Field(foreign_key="cases.id", index=True)
    n: int  # the how manieth of its case
    begins_at: datetime = moment_field()
    place: str
    agenda: str = ""
    round: int = 1  # how often answers were asked: a meeting that is moved asks anew
    convened_by: uuid.UUID = Field(foreign_key="person.id")
    convened_at: datetime = moment_field()
    called_off_at: datetime | None = moment_field(nullable=True)
    called_off_why: str = ""

    def has_begun(self, now: datetime) -> bool:
        """Say whether it has begun."""
        return self.begins_at <= now

    def is_ahead(self, now: datetime) -> bool:
        """Say whether it is still to come."""
        return self.called_off_at is None and not self.has_begun(now)


class MeetingAnswer(SQLModel, table=True):
    """What one of those who were called answers; words: who comes instead, or why nobody does."""

    __tablename__ = "meeting_answer"
    __table_args__ = (
        UniqueConstraint("meeting_id", "person_id"),
        CheckConstraint("answer IN ('waiting', 'attends', 'deputy', 'absent')", name="meeting_answer_known"),
        CheckConstraint("(answer IN ('deputy', 'absent')) = (words <> '')", name="meeting_answer_words"),
    )
    id: uuid.UUID = id_field()
    case_id: uuid.UUID = Field(foreign_key="cases.id", index=True)
    meeting_id: uuid.UUID = Field(foreign_key="meeting.id", index=True)
    person_id: uuid.UUID = Field(foreign_key="person.id")
    position: int  # in the order in which they were called
    answer: str = "waiting"
    words: str = ""
    answered_at: datetime | None = moment_field(nullable=True)


class MeetingText(SQLModel, table=True):
    """A version of the minutes, or of the agreed plan of release and dissemination 发布和传播方案."""

    __tablename__ = "meeting_text"
    __table_args__ = (
        UniqueConstraint("case_id", "kind", "version"),
        CheckConstraint("kind IN ('minutes', 'dissemination')", name="meeting_text_kind"),
    )
    id: uuid.UUID = id_field()
    case_id: uuid.UUID = Field(foreign_key="cases.id", index=True)
    kind: str
    version: int
    text: str
    written_by: uuid.UUID = Field(foreign_key="person.id")
    written_at: datetime = moment_field()


class MeetingTask(SQLModel, table=True):
    """What somebody is to do until when, as a meeting agreed."""

    __tablename__ = "meeting_task"
    __table_args__ = (
        UniqueConstraint("case_id", "n"),
        CheckConstraint("(done_at IS NULL) = (done_by IS NULL)", name="meeting_task_done_by_somebody"),
    )
    id: uuid.UUID = id_field()
    case_id: uuid.UUID = Field(foreign_key="cases.id", index=True)
    meeting_id: uuid.UUID = Field(foreign_key="meeting.id", index=True)
    n: int  # the how manieth of its case
    owner_id: uuid.UUID = Field(foreign_key="person.id")
    due_at: datetime = moment_field()
    what: str
    set_by: uuid.UUID = Field(foreign_key="person.id")
    set_at: datetime = moment_field()
    done_at: datetime | None = moment_field(nullable=True)
    done_by: uuid.UUID | None = Field(default=None, foreign_key="person.id")
    result: str = ""


def load(session: Session, meeting_id: uuid.UUID) -> Meeting:
    """Load a meeting by id."""
    return session.get_one(Meeting, meeting_id)


def newest(session: Session, case_id: uuid.UUID) -> Meeting | None:
    """Return the meeting of a case that was called last."""
    query = select(Meeting).where(Meeting.case_id == case_id)
    return session.exec(query.order_by(col(Meeting.n).desc()).limit(1)).first()


def answers(session: Session, meeting_id: uuid.UUID) -> Sequence[MeetingAnswer]:
    """List those who were called, in order, with what they answer."""
    query = select(MeetingAnswer).where(MeetingAnswer.meeting_id == meeting_id)
    return session.exec(query.order_by(col(MeetingAnswer.position))).all()


together.by_case(MeetingText, col(MeetingText.version))
together.by_case(MeetingTask, col(MeetingTask.n))


def text(session: Session, case_id: uuid.UUID, kind: str) -> MeetingText | None:
    """Return the newest version of a text of a case."""
    known = together.rows(session, MeetingText, case_id)
    if known is not None:
        return next((row for row in reversed(known) if row.kind == kind), None)
    query = select(MeetingText).where(MeetingText.case_id == case_id, MeetingText.kind == kind)
    return session.exec(query.order_by(col(MeetingText.version).desc()).limit(1)).first()


def tasks(session: Session, case_id: uuid.UUID) -> Sequence[MeetingTask]:
    """List a case's tasks, in the order in which they were given."""
    known = together.rows(session, MeetingTask, case_id)
    if known is not None:
        return known
    return session.exec(select(MeetingTask).where(MeetingTask.case_id == case_id).order_by(col(MeetingTask.n))).all()


def open_tasks(session: Session, case_id: uuid.UUID) -> Sequence[MeetingTask]:
    """List a case's tasks that are not done."""
    return [task for task in tasks(session, case_id) if task.done_at is None]


def task(session: Session, task_id: uuid.UUID) -> MeetingTask:
    """Load a task by id."""
    return session.get_one(MeetingTask, task_id)


def save(session: Session, *rows: SQLModel) -> None:
    """Keep rows of this family."""
    session.add_all(rows)
    session.flush()
