"""The first report of the same post is found without reading all of them."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None
KEYS = {"report_origin": "origin_key", "report_url": "url_key", "report_text": "text_key"}


def upgrade() -> None:
    """Add the moment to what reports are looked up by; a band is looked up by its constraint."""
    for name, column in KEYS.items():
        op.create_index(name, "report", [column, "received_at"], unique=False)
        op.drop_index(op.f(f"ix_report_{column}"), table_name="report")
    op.drop_index(op.f("ix_near_key_band"), table_name="near_key")


def downgrade() -> None:
    """Look them up by their keys alone."""
    op.create_index(op.f("ix_near_key_band"), "near_key", ["band"], unique=False)
    for name, column in KEYS.items():
        op.create_index(op.f(f"ix_report_{column}"), "report", [column], unique=False)
        op.drop_index(name, table_name="report")
