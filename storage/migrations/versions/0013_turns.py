"""What waits to be sent is found destination by destination, however much of it there is."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None
NEW = {
    "outbox_turn": ["stage", "destination", "lane", "serial"],
    "outbox_rest": ["stage", "destination", "not_before"],
}
OLD = {"outbox_due": ["stage", "lane", "serial"], "outbox_destination": ["stage", "destination"]}


def upgrade() -> None:
    """Index what waits for each destination in the order in which it goes, and by the moment at which it may."""
    _replace(OLD, NEW)


def downgrade() -> None:
    """Find what goes next among all that waits."""
    _replace(NEW, OLD)


def _replace(these: dict[str, list[str]], those: dict[str, list[str]]) -> None:
    for name, columns in those.items():
        op.create_index(name, "outbox", columns, unique=False)
    for name in these:
        op.drop_index(name, table_name="outbox")
