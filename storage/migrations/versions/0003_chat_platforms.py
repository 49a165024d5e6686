"""Real chat platforms: bound chats that move, invitations, pace, files still to be fetched, corrections, withdrawals."""

import re
from collections.abc import Mapping

import sqlalchemy as sa
from alembic import op

from storage.columns import Moment

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

OLD_KINDS = "kind IN ('message', 'card', 'toast', 'release')"
NEW_KINDS = "kind IN ('message', 'card', 'toast', 'release', 'withdrawal', 'file', 'pin', 'delete', 'leave')"
OLD_STAGES = "stage IN ('waiting', 'proved', 'failing')"
ATTACHMENT_STAGE = (
    "stage VARCHAR DEFAULT 'kept' NOT NULL CONSTRAINT attachment_stage CHECK (stage IN ('kept', 'owed', 'refused'))"
)
NEW_STAGES = "stage IN ('waiting', 'proved', 'failing', 'withdrawing', 'withdrawn')"


def upgrade() -> None:
    """Make room for them."""
    op.add_column("chat", sa.Column("topic", sa.String(), nullable=False, server_default=""))
    op.add_column("chat", sa.Column("former_accounts", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("chat", sa.Column("bound_by", sa.String(), nullable=False, server_default="roster"))
    op.add_column("chat", sa.Column("unreachable_since", Moment(timezone=True), nullable=True))
    op.add_column("identity", sa.Column("given_by", sa.String(), nullable=False, server_default="roster"))
    op.add_column("card_place", sa.Column("shown", sa.String(), nullable=False, server_default=""))
    op.add_column("card_place", sa.Column("pinned", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("attachment", sa.Column("source", sa.String(), nullable=False, server_default=""))
    op.add_column("attachment", sa.Column("trouble", sa.String(), nullable=False, server_default=""))
    op.execute(f"ALTER TABLE attachment ADD COLUMN {ATTACHMENT_STAGE}")
    op.add_column("release", sa.Column("withdrawn_at", Moment(timezone=True), nullable=True))
    op.add_column("release", sa.Column("withdrawn_why", sa.String(), nullable=False, server_default=""))
    op.execute(f"ALTER TABLE release ADD COLUMN {_references('corrects_id', 'release')}")
    op.execute(f"ALTER TABLE release ADD COLUMN {_references('withdrawn_by', 'person')}")
    _replace_check("channel_release", "channel_stage", OLD_STAGES, NEW_STAGES)
    _replace_check("outbox", "outbox_kind", OLD_KINDS, NEW_KINDS)
    op.create_index("outbox_destination", "outbox", ["stage", "destination"], unique=False)
    op.create_table(
        "message_part",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("chat_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["chat_id"], ["chat.id"]),
        sa.ForeignKeyConstraint(["serial"], ["outbox.serial"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("chat_id", "message_id"),
    )
    op.create_table(
        "destination",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("paused_until", Moment(timezone=True), nullable=True),
        sa.Column("recent", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_index(op.f("ix_destination_paused_until"), "destination", ["paused_until"], unique=False)
    op.create_table(
        "invitation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("use", sa.String(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", Moment(timezone=True), nullable=False),
        sa.Column("expires_at", Moment(timezone=True), nullable=False),
        sa.Column("used_at", Moment(timezone=True), nullable=True),
        sa.Column("used_by", sa.String(), nullable=False),
        sa.CheckConstraint("kind IN ('person', 'chat')", name="invitation_kind"),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code_hash"),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("invitation")
    op.drop_index(op.f("ix_destination_paused_until"), table_name="destination")
    op.drop_table("destination")
    op.drop_table("message_part")
    op.drop_index("outbox_destination", table_name="outbox")
    op.execute("DELETE FROM outbox WHERE kind NOT IN ('message', 'card', 'toast', 'release')")
    _replace_check("outbox", "outbox_kind", NEW_KINDS, OLD_KINDS)
    op.execute("UPDATE channel_release SET stage = 'proved' WHERE stage IN ('withdrawing', 'withdrawn')")
    _replace_check("channel_release", "channel_stage", NEW_STAGES, OLD_STAGES)
    _drop_references("release", withdrawn_by="person", corrects_id="release")
    op.drop_column("release", "withdrawn_why")
    op.drop_column("release", "withdrawn_at")
    op.execute("DELETE FROM attachment WHERE stage <> 'kept'")
    for column in ("stage", "trouble", "source"):
        op.drop_column("attachment", column)
    op.drop_column("card_place", "pinned")
    op.drop_column("card_place", "shown")
    op.drop_column("identity", "given_by")
    for column in ("unreachable_since", "bound_by", "former_accounts", "topic"):
        op.drop_column("chat", column)


def _on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _references(column: str, table: str) -> str:
    return f"{column} {'CHAR(32)' if _on_sqlite() else 'UUID'} REFERENCES {table} (id)"


def _drop_references(table: str, **columns: str) -> None:
    if _on_sqlite():
        _rebuild(table, {f", {_references(column, other)}": "" for column, other in columns.items()}, tuple(columns))
        return
    for column in columns:
        op.drop_column(table, column)


def _replace_check(table: str, name: str, old: str, new: str) -> None:
    if _on_sqlite():
        _rebuild(table, {f"({old})": f"({new})"})
        return
    op.drop_constraint(name, table, type_="check")
    op.create_check_constraint(name, table, new)


def _rebuild(table: str, changes: Mapping[str, str], dropped: tuple[str, ...] = ()) -> None:
    """Change what SQLite cannot alter: a new table from the old one's own words, filled, put in its place.

    https://www.sqlite.org/lang_altertable.html#otheralter
    """
    database = op.get_bind()
    kept = "SELECT sql FROM sqlite_master WHERE tbl_name = :table AND type IN ('index', 'trigger') AND sql IS NOT NULL"
    beside = [row[0] for row in database.execute(sa.text(kept), {"table": table})]
    made = "SELECT sql FROM sqlite_master WHERE name = :table AND type = 'table'"
    words = database.execute(sa.text(made), {"table": table}).scalar_one()
    for old, new in changes.items():
        if old not in words:
            raise ValueError(f"{table}: no {old}")
        words = words.replace(old, new)
    words = re.sub(rf'^CREATE TABLE "?{table}"?', f'CREATE TABLE "{table}_new"', words)
    columns = [row[1] for row in database.exec_driver_sql(f'PRAGMA table_info("{table}")') if row[1] not in dropped]
    listed = ", ".join(f'"{column}"' for column in columns)
    for statement in (
        words,
        f'INSERT INTO "{table}_new" ({listed}) SELECT {listed} FROM "{table}"',  # noqa: S608 - our own names
        f'DROP TABLE "{table}"',
        f'ALTER TABLE "{table}_new" RENAME TO "{table}"',
        *beside,
    ):
        database.exec_driver_sql(statement)
