"""Occasions to speak in a group of WeCom's AI bot."""

import sqlalchemy as sa
from alembic import op

from storage.columns import Moment

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make room for them."""
    op.create_table(
        "occasion",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("chat", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("card", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("heard_at", Moment(timezone=True), nullable=False),
        sa.Column("waits_until", Moment(timezone=True), nullable=False),
        sa.Column("reply", sa.JSON(), nullable=False),
        sa.Column("taken_at", Moment(timezone=True), nullable=True),
        sa.Column("used_at", Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("ix_occasion_chat", "occasion", ["chat"])


def downgrade() -> None:
    """Take them away."""
    op.drop_index("ix_occasion_chat", "occasion")
    op.drop_table("occasion")
