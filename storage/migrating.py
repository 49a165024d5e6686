"""The steps by which tables come to be and change, one file each in migrations/versions, carried out by Alembic."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError


class NoWay(Exception):
    """No way leads from where the tables are: a newer program has brought them there."""


def carry_out(url: str, revision: str) -> None:
    """Bring the tables to a revision, up or down (`base` removes them all)."""
    configuration = migrations(url)
    if revision == "base":
        command.downgrade(configuration, revision)
        return
    try:
        command.upgrade(configuration, revision)
    except CommandError as trouble:  # it knows no way from a step that it has never heard of
        raise NoWay from trouble


def migrations(url: str) -> Config:
    """Return Alembic's configuration for a database."""
    configuration = Config()
    configuration.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    configuration.attributes["url"] = url
    return configuration
