"""What the desk finds undone when it looks after itself, indexes for that look, and from where its content came."""

import sqlalchemy as sa
from alembic import op

from storage.columns import Moment

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

OPEN = sa.text("ended_at IS NULL")
ORDERED = {
    "clock_due": ("clock", ["outcome", "due_at", "id"]),
    "clock_owed": ("clock", ["outcome", "ended_at", "lapsed_why"]),
    "inbox_waiting": ("inbox", ["stage", "received_at", "id"]),
}
REPLACED = {
    "ix_clock_outcome": ("clock", ["outcome"]),
    "ix_clock_due_at": ("clock", ["due_at"]),  # PostgreSQL would take it, and read through all that ended long ago
    "ix_inbox_stage": ("inbox", ["stage"]),
}


def upgrade() -> None:
    """Make room for them."""
    op.create_table(
        "incident",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("since", Moment(timezone=True), nullable=False),
        sa.Column("seen_at", Moment(timezone=True), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("ended_at", Moment(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('timers', 'clocks', 'inbox', 'outbox', 'sending')", name="incident_kind"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("one_open_incident", "incident", ["kind"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_table(
        "house_move",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("began_at", Moment(timezone=True), nullable=False),
        sa.Column("ended_at", Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("source"),
    )
    for name, (table, columns) in ORDERED.items():
        op.create_index(name, table, columns, unique=False)
    for name, (table, _) in REPLACED.items():
        op.drop_index(op.f(name), table_name=table)


def downgrade() -> None:
    """Take them away."""
    for name, (table, columns) in REPLACED.items():
        op.create_index(op.f(name), table, columns, unique=False)
    for name, (table, _) in ORDERED.items():
        op.drop_index(name, table_name=table)
    op.drop_table("house_move")
    op.drop_index("one_open_incident", table_name="incident")
    op.drop_table("incident")
