"""What the tests of faults share: a double, a town, and a word at the end on how many kills it lived through."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from storage.database import Database
from tests.faults.town import Point, Town
from tests.platforms.bot_api import bot_api
from tests.plugins.databases import empty_at

TOLD = "faults"
OpenTown = Callable[..., Town]


@pytest.fixture
def open_town(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OpenTown]:
    """Give a way to furnish a town on a kind of database; its desk is not running yet."""
    with ExitStack() as stack:

        def open_one(
            kind: str, *, mode: str = "webhook", points: Sequence[Point] = (), url: str = "", replicas: int = 1
        ) -> Town:
            file = tmp_path / "data" / "huiying.db"
            if url:
                database = Database(url)
                database.migrate()
            elif kind == "sqlite":
                database = empty_at(file)
            else:
                file.parent.mkdir()
                database = Database(request.getfixturevalue("ready_postgresql_url"))
            stack.callback(database.close)
            town = Town(stack.enter_context(bot_api()), database, tmp_path, mode=mode, points=points, replicas=replicas)
            stack.callback(town.kill)
            return town

        yield open_one


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what each run of faults came to."""
    for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed"):
        for name, line in report.user_properties if report.when == "call" else ():
            if name == TOLD:
                terminalreporter.write_line(f"faults: {line}")
