"""Meetings of the joint meeting: the call and its answers, and what was agreed."""

import sqlalchemy as sa
from alembic import op

from storage.columns import Moment

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make room for them."""
    op.create_table(
        "meeting",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("begins_at", Moment(timezone=True), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("agenda", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("convened_by", sa.Uuid(), nullable=False),
        sa.Column("convened_at", Moment(timezone=True), nullable=False),
        sa.Column("called_off_at", Moment(timezone=True), nullable=True),
        sa.Column("called_off_why", sa.String(), nullable=False),
        sa.CheckConstraint("(called_off_at IS NULL) = (called_off_why = '')", name="called_off_with_reason"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.ForeignKeyConstraint(["convened_by"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case_id", "n"),
    )
    op.create_index(op.f("ix_meeting_case_id"), "meeting", ["case_id"], unique=False)
    op.create_table(
        "meeting_answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("answered_at", Moment(timezone=True), nullable=True),
        sa.CheckConstraint("answer IN ('waiting', 'attends', 'deputy', 'absent')", name="meeting_answer_known"),
        sa.CheckConstraint("(answer IN ('deputy', 'absent')) = (words <> '')", name="meeting_answer_words"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("meeting_id", "person_id"),
    )
    op.create_index(op.f("ix_meeting_answer_case_id"), "meeting_answer", ["case_id"], unique=False)
    op.create_index(op.f("ix_meeting_answer_meeting_id"), "meeting_answer", ["meeting_id"], unique=False)
    op.create_table(
        "meeting_text",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("written_at", Moment(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('minutes', 'dissemination')", name="meeting_text_kind"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.ForeignKeyConstraint(["written_by"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case_id", "kind", "version"),
    )
    op.create_index(op.f("ix_meeting_text_case_id"), "meeting_text", ["case_id"], unique=False)
    op.create_table(
        "meeting_task",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("due_at", Moment(timezone=True), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.Column("set_at", Moment(timezone=True), nullable=False),
        sa.Column("done_at", Moment(timezone=True), nullable=True),
        sa.Column("done_by", sa.Uuid(), nullable=True),
        sa.Column("result", sa.String(), nullable=False),
        sa.CheckConstraint("(done_at IS NULL) = (done_by IS NULL)", name="meeting_task_done_by_somebody"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"]),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["set_by"], ["person.id"]),
        sa.ForeignKeyConstraint(["done_by"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case_id", "n"),
    )
    op.create_index(op.f("ix_meeting_task_case_id"), "meeting_task", ["case_id"], unique=False)
    op.create_index(op.f("ix_meeting_task_meeting_id"), "meeting_task", ["meeting_id"], unique=False)


def downgrade() -> None:
    """Take them away."""
    op.drop_index(op.f("ix_meeting_task_meeting_id"), table_name="meeting_task")
    op.drop_index(op.f("ix_meeting_task_case_id"), table_name="meeting_task")
    op.drop_table("meeting_task")
    op.drop_index(op.f("ix_meeting_text_case_id"), table_name="meeting_text")
    op.drop_table("meeting_text")
    op.drop_index(op.f("ix_meeting_answer_meeting_id"), table_name="meeting_answer")
    op.drop_index(op.f("ix_meeting_answer_case_id"), table_name="meeting_answer")
    op.drop_table("meeting_answer")
    op.drop_index(op.f("ix_meeting_case_id"), table_name="meeting")
    op.drop_table("meeting")
