"""Programs that tests start find the tree compiled, also where Python is told to keep nothing."""

import os


def pytest_configure() -> None:
    """Let whatever is started from here keep what it compiled."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
