"""Until when a destination takes only what is statutory."""

import sqlalchemy as sa
from alembic import op

from storage.columns import Moment

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let a chat keep places for what is statutory."""
    op.add_column("destination", sa.Column("reserved_until", Moment(timezone=True), nullable=True))


def downgrade() -> None:
    """Let all wait for places alike."""
    op.drop_column("destination", "reserved_until")
