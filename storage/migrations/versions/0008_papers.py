"""Signatures on paper that somebody else recorded, and deputies until a moment."""

import sqlalchemy as sa
from alembic import op

from storage.columns import Moment

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make room for them."""
    op.create_table(
        "paper_signature",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("gate", sa.String(), nullable=False),
        sa.Column("signer_id", sa.Uuid(), nullable=False),
        sa.Column("recorder_id", sa.Uuid(), nullable=False),
        sa.Column("draft_version", sa.Integer(), nullable=False),
        sa.Column("manifest_hash", sa.String(), nullable=False),
        sa.Column("photos", sa.JSON(), nullable=False),
        sa.Column("recorded_at", Moment(timezone=True), nullable=False),
        sa.Column("due_at", Moment(timezone=True), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("answered_at", Moment(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.CheckConstraint("stage IN ('waiting', 'confirmed', 'denied', 'void')", name="paper_stage"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.ForeignKeyConstraint(["recorder_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["signer_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_paper_signature_case_id"), "paper_signature", ["case_id"], unique=False)
    op.create_table(
        "mandate",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("giver_id", sa.Uuid(), nullable=False),
        sa.Column("deputy_id", sa.Uuid(), nullable=False),
        sa.Column("rights", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("begins_at", Moment(timezone=True), nullable=False),
        sa.Column("ends_at", Moment(timezone=True), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("ended_at", Moment(timezone=True), nullable=True),
        sa.CheckConstraint("stage IN ('active', 'ended', 'revoked')", name="mandate_stage"),
        sa.ForeignKeyConstraint(["deputy_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["giver_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_mandate_giver_id"), "mandate", ["giver_id"], unique=False)
    op.create_index(op.f("ix_mandate_deputy_id"), "mandate", ["deputy_id"], unique=False)
    op.add_column("gate_step", sa.Column("stands_for", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("signature", sa.Column("acting_for", sa.Uuid(), nullable=True))


def downgrade() -> None:
    """Take them away."""
    op.drop_column("signature", "acting_for")
    op.drop_column("gate_step", "stands_for")
    op.drop_index(op.f("ix_mandate_deputy_id"), table_name="mandate")
    op.drop_index(op.f("ix_mandate_giver_id"), table_name="mandate")
    op.drop_table("mandate")
    op.drop_index(op.f("ix_paper_signature_case_id"), table_name="paper_signature")
    op.drop_table("paper_signature")
