"""Why a limit was missed."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make room for it."""
    op.add_column("clock", sa.Column("late_why", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    """Take it away."""
    op.drop_column("clock", "late_why")
