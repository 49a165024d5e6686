"""Five lanes of what is owed, and one index by which whatever is due is found, however much waits."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

OUTBOX = sa.table(
    "outbox", sa.column("kind", sa.String()), sa.column("lane", sa.Integer()), sa.column("shows", sa.JSON())
)


def upgrade() -> None:
    """Put every row into its lane: statutory, approval, answer, card, digest."""
    lets_read = sa.cast(OUTBOX.c.shows, sa.Text()) != "{}"  # a text under review, for whoever is asked about it
    by_lane = sa.case({0: sa.case((lets_read, 1), else_=0), 1: 2, 2: 4}, value=OUTBOX.c.lane)
    op.execute(OUTBOX.update().values(lane=sa.case((OUTBOX.c.kind == "card", 3), else_=by_lane)))
    op.drop_index("ix_timer_due_at", table_name="timer")
    op.drop_index("ix_timer_stage", table_name="timer")
    op.create_index("timer_due", "timer", ["stage", "due_at", "id"], unique=False)


def downgrade() -> None:
    """Go back to three lanes."""
    lane = sa.case({0: 0, 1: 0, 2: 1, 3: 1, 4: 2}, value=OUTBOX.c.lane)
    op.execute(OUTBOX.update().values(lane=lane))
    op.drop_index("timer_due", table_name="timer")
    op.create_index("ix_timer_stage", "timer", ["stage"], unique=False)
    op.create_index("ix_timer_due_at", "timer", ["due_at"], unique=False)
