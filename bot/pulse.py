"""The heartbeat for a monitor outside: an address that is fetched once a minute while the desk is truly alive.

The monitor raises the alarm when it hears nothing: it works also when the machine is gone, and with it every alarm of
ours. So nothing is fetched while anything is wrong; whether the monitor answers is of no weight for the desk.
"""

from typing import Final

import httpx
import structlog

from bot.vital_signs import VitalSigns
from storage.database import DatabaseTrouble

log = structlog.get_logger()
EVERY: Final = 60.0  # seconds
PATIENCE: Final = 10.0  # seconds for each step of a call
FIRST_BAD: Final = 400  # HTTP status


class Pulse:
    """Tells a monitor that the desk lives, when called."""

    def __init__(self, url: str, signs: VitalSigns) -> None:
        """Fetch this address as long as these signs are well; nobody else may see it."""
        self._url = url
        self._signs = signs
        self._trouble = ""

    def __call__(self) -> None:
        """Fetch once, unless something is wrong; a failure is logged when it begins and when it ends."""
        if not self._is_alive():
            return
        trouble = fetched(self._url)
        if trouble and not self._trouble:
            log.warning("the heartbeat's address does not answer", why=trouble)
        elif self._trouble and not trouble:
            log.info("the heartbeat's address answers again")
        self._trouble = trouble

    def _is_alive(self) -> bool:
        try:
            return not self._signs.troubles()
        except DatabaseTrouble:
            return False


def fetched(url: str, method: str = "GET") -> str:
    """Ask an address, without reading what it answers; return what went wrong, empty when nothing did."""
    try:
        with (
            httpx.Client(timeout=PATIENCE, follow_redirects=True, trust_env=False) as client,
            client.stream(method, url) as answer,
        ):
            return f"HTTP {answer.status_code}" if answer.status_code >= FIRST_BAD else ""
    except (httpx.HTTPError, httpx.InvalidURL) as broken:
        return str(broken) or type(broken).__name__
