"""How Alembic reaches the desk's database."""

from alembic import context
from sqlalchemy import create_engine, event

from storage.tables import metadata


def run() -> None:
    """Run the migrations in one transaction."""
    url = context.config.attributes["url"]
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "begin")
        def _begin(connection: object) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # type: ignore[attr-defined]

        @event.listens_for(engine, "connect")
        def _connect(connection: object, _record: object) -> None:
            connection.isolation_level = None  # type: ignore[attr-defined]

    try:
        with engine.connect() as connection:
            context.configure(connection=connection, target_metadata=metadata, render_as_batch=False)
            with context.begin_transaction():
                context.run_migrations()
    finally:  # tables of a newer program are refused here: its connection is not left behind
        engine.dispose()


run()
