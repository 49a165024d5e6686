"""Since when something is being sent, and under which number a card may stand in a chat twice."""

import sqlalchemy as sa
from alembic import op

from storage.columns import Moment

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make room for it."""
    op.add_column("outbox", sa.Column("claimed_at", Moment(timezone=True), nullable=True))
    op.add_column("card_place", sa.Column("doubted", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Take it away."""
    op.drop_column("card_place", "doubted")
    op.drop_column("outbox", "claimed_at")
