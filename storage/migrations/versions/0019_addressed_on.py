"""Where somebody with several accounts is written to first."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None
NAMES = ("addressed_on", "spoke_on")


def upgrade() -> None:
    """Let people choose, and remember where they spoke last."""
    with op.batch_alter_table("person") as table:
        for name in NAMES:
            table.add_column(sa.Column(name, sa.String(), nullable=False, server_default=""))
    for name in ("identity", "chat"):  # on WeCom capitals make no difference; what stands there twice is left to people
        op.execute(
            f"UPDATE {name} SET account = lower(account) WHERE platform = 'wecom' AND account <> lower(account) "  # noqa: S608 - our own tables
            f"AND NOT EXISTS (SELECT 1 FROM {name} AS other WHERE other.platform = 'wecom' "
            f"AND other.id <> {name}.id AND lower(other.account) = lower({name}.account))"
        )


def downgrade() -> None:
    """Write to everybody where the desk prefers."""
    with op.batch_alter_table("person") as table:
        for name in NAMES:
            table.drop_column(name)
