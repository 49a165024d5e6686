"""Which engine: the database's address alone decides."""

from bot.engine.embedded import Embedded
from bot.engine.engine import Engine
from config.settings import Settings

SQLITE = "sqlite:"


def is_alone(settings: Settings) -> bool:
    """Say whether one process does everything: on SQLite."""
    return settings.database_url.startswith(SQLITE)


def engine_for(settings: Settings, *, works: bool = True) -> Engine:
    """Return the engine for a database; works: else this process only receives."""
    if is_alone(settings):
        return Embedded(settings.data_dir)
    # Imported here: Procrastinate takes 50 ms to load, which a desk on SQLite need not wait for.
    from bot.engine.replicated import Replicated  # noqa: PLC0415

    return Replicated(works=works)
