"""What is fetched where: files at their platform, pages and feeds at their site."""

from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from bot.delivering import Fetch
from config.settings import Settings
from handlers.house import House
from storage.database import Database
from storage.outbox import Outbox

if TYPE_CHECKING:
    from bot.sites.feeds import Feeds
    from bot.sites.line import Visitor
    from bot.sites.pages import LinkedPages


class Visiting:
    """Carries out what is owed to be fetched, each kind in its way; feeds alone may be on the bureau's own networks.

    What reads sites is imported when it is first needed: every start and every command would pay for it.
    """

    def __init__(self, settings: Settings, database: Database, house: House, files: Fetch) -> None:
        """Fetch as the settings say; files in their own way."""
        self._settings = settings
        self._made_of = (database, house)
        self._files = files

    def fetch(self, row: Outbox, now: datetime) -> None:
        """Fetch what a row owes, from any thread; SendFailed when it may succeed later."""
        if "feed" in row.payload:
            self._feeds.look(row, now)
        elif "page" in row.payload:
            self._pages.fetch(row, now)
        else:
            self._files(row, now)

    @cached_property
    def _pages(self) -> "LinkedPages":
        from bot.sites.pages import LinkedPages  # noqa: PLC0415 - only who goes out loads it

        return LinkedPages(*self._made_of, self._visitor(""))

    @cached_property
    def _feeds(self) -> "Feeds":
        from bot.sites.feeds import Feeds  # noqa: PLC0415 - see above

        return Feeds(*self._made_of, self._visitor(self._settings.feed_networks))

    def _visitor(self, own: str) -> "Visitor":
        """Return somebody who goes out into the public internet, and to these networks."""
        from bot.sites.guard import Guard, networks  # noqa: PLC0415 - see above
        from bot.sites.line import Visitor  # noqa: PLC0415 - see above
        from bot.sites.manners import agent_of  # noqa: PLC0415 - see above

        ports = frozenset(map(int, self._settings.fetch_ports.split()))
        return Visitor(agent_of(self._settings.public_url), Guard(networks(own.split()), ports))
