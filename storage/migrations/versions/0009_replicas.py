"""Several replicas on one PostgreSQL: leases, who is sending a row, where an event came from, and Procrastinate's tables."""

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

PROCRASTINATE = Path(__file__).parents[1] / "procrastinate_3_4.sql"
# Everything of Procrastinate's has its name: tables (with their triggers and indices) first, then functions, then types.
GONE = r"""
DO $$
DECLARE thing record;
BEGIN
  FOR thing IN SELECT oid::regclass AS name FROM pg_class
    WHERE relkind = 'r' AND relname LIKE 'procrastinate\_%' AND relnamespace = current_schema()::regnamespace
  LOOP EXECUTE format('DROP TABLE %s CASCADE', thing.name); END LOOP;
  FOR thing IN SELECT oid::regprocedure AS name FROM pg_proc
    WHERE proname LIKE 'procrastinate\_%' AND pronamespace = current_schema()::regnamespace
  LOOP EXECUTE format('DROP FUNCTION %s', thing.name); END LOOP;
  FOR thing IN SELECT oid::regtype AS name FROM pg_type
    WHERE typname LIKE 'procrastinate\_%' AND typtype IN ('e', 'c') AND typnamespace = current_schema()::regnamespace
  LOOP EXECUTE format('DROP TYPE %s', thing.name); END LOOP;
END $$
"""


def upgrade() -> None:
    """Make room for them."""
    op.create_table(
        "lease",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("until", sa.Float(), nullable=False),
        sa.Column("renewed_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.add_column("outbox", sa.Column("held_by", sa.String(), nullable=False, server_default=""))
    op.add_column("inbox", sa.Column("place", sa.String(), nullable=False, server_default=""))
    if op.get_bind().dialect.name == "postgresql":
        _say(PROCRASTINATE.read_text(encoding="utf-8"))


def downgrade() -> None:
    """Take them away."""
    if op.get_bind().dialect.name == "postgresql":
        _say(GONE)
    op.drop_column("inbox", "place")
    op.drop_column("outbox", "held_by")
    op.drop_table("lease")


def _say(statements: str) -> None:
    """Say several statements as they are: SQLAlchemy would read the signs of a format in them."""
    driver: Any = op.get_bind().connection.driver_connection
    driver.execute(statements)
