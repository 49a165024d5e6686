"""Meetings of the joint meeting: the call and its answers."""

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


def downgrade() -> None:
    """Take them away."""
    op.drop_index(op.f("ix_meeting_answer_meeting_id"), table_name="meeting_answer")
    op.drop_index(op.f("ix_meeting_answer_case_id"), table_name="meeting_answer")
    op.drop_table("meeting_answer")
    op.drop_index(op.f("ix_meeting_case_id"), table_name="meeting")
    op.drop_table("meeting")
