"""Texts that wait for their writer's word, and when numbers without facts were pointed out."""

import sqlalchemy as sa
from alembic import op

from storage.columns import Moment

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make room for them."""
    op.add_column("draft", sa.Column("numbers_told_at", Moment(timezone=True), nullable=True))
    op.create_table(
        "pending_draft",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("over_version", sa.Integer(), nullable=False),
        sa.Column("voids", sa.JSON(), nullable=False),
        sa.Column("asked_at", Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case_id", "author_id"),
    )
    op.create_index(op.f("ix_pending_draft_case_id"), "pending_draft", ["case_id"], unique=False)


def downgrade() -> None:
    """Take them away."""
    op.drop_index(op.f("ix_pending_draft_case_id"), table_name="pending_draft")
    op.drop_table("pending_draft")
    op.drop_column("draft", "numbers_told_at")
