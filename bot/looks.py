"""How one looks: what goes wrong in one look stops neither the next one nor the heart."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import structlog

from storage.database import DatabaseTrouble, is_crossed

T = TypeVar("T")
log = structlog.get_logger()


def guarded(look: Callable[[], T]) -> T | None:
    """Look, whatever comes of it: one broken look must stop neither the others nor the heart. None: it broke."""
    try:
        return look()
    except DatabaseTrouble as trouble:  # locked, full or gone: what is owed is still a row, the next beat tries again
        log.warning("the database does not answer", why=str(trouble.orig))
    except Exception:
        log.exception("a look broke")
    return None


def uncrossed(look: Callable[[int], int], sizes: Sequence[int]) -> int:
    """Look again, with less in one transaction, when another worker's stood in its way: nothing of it was kept."""
    for most in sizes[:-1]:
        try:
            return look(most)
        except DatabaseTrouble as trouble:
            if not is_crossed(trouble):
                raise
            log.info("two workers stood in each other's way", most=most)
    return look(sizes[-1])
