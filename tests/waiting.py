"""Waiting for something that happens in another thread."""

import threading
from collections.abc import Callable
from typing import Final

SOON: Final = 20.0  # seconds


def until(happened: Callable[[], object]) -> None:
    """Wait until something happened."""
    for _ in range(int(SOON * 100)):
        if happened():
            return
        threading.Event().wait(0.01)
    raise TimeoutError
