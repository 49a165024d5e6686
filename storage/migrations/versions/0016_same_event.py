"""Cases that may tell of the same event: their terms, what was offered, and reports by when they came."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make room for them."""
    op.create_table(
        "event_term",
        sa.Column("term", sa.String(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("part", sa.Float(), nullable=False),
        sa.Column("placed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.PrimaryKeyConstraint("term", "case_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "same_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("like_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("shared", sa.JSON(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.ForeignKeyConstraint(["like_id"], ["cases.id"]),
        sa.ForeignKeyConstraint(["event_id"], ["cases.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case_id"),
    )
    op.create_index(op.f("ix_same_event_event_id"), "same_event", ["event_id"], unique=False)
    op.add_column("attachment", sa.Column("look", sa.String(), nullable=False, server_default=""))
    op.create_index(op.f("ix_report_received_at"), "report", ["received_at"], unique=False)


def downgrade() -> None:
    """Take them away."""
    op.drop_index(op.f("ix_report_received_at"), table_name="report")
    op.drop_column("attachment", "look")
    op.drop_index(op.f("ix_same_event_event_id"), table_name="same_event")
    op.drop_table("same_event")
    op.drop_table("event_term")
