"""What is fetched where: files at their platform, pages and feeds at their site."""

from datetime import datetime

from bot.delivering import Fetch
from bot.sites.feeds import Feeds
from bot.sites.guard import Guard, networks
from bot.sites.line import Visitor
from bot.sites.manners import agent_of
from bot.sites.pages import LinkedPages
from config.settings import Settings
from handlers.house import House
from storage.database import Database
from storage.outbox import Outbox


class Visiting:
    """Carries out what is owed to be fetched, each kind in its way."""

    def __init__(self, pages: LinkedPages, feeds: Feeds, files: Fetch) -> None:
        """Fetch pages, feeds, and files."""
        self._pages = pages
        self._feeds = feeds
        self._files = files

    def fetch(self, row: Outbox, now: datetime) -> None:
        """Fetch what a row owes, from any thread; SendFailed when it may succeed later."""
        if "feed" in row.payload:
            self._feeds.look(row, now)
        elif "page" in row.payload:
            self._pages.fetch(row, now)
        else:
            self._files(row, now)


def visiting_of(settings: Settings, database: Database, house: House, files: Fetch) -> Visiting:
    """Put together what fetches, as the settings say: feeds alone may be on the bureau's own networks."""
    ports, agent = frozenset(map(int, settings.fetch_ports.split())), agent_of(settings.public_url)
    outside = Visitor(agent, Guard(ports=ports))
    own = Visitor(agent, Guard(networks(settings.feed_networks.split()), ports))
    return Visiting(LinkedPages(database, house, outside), Feeds(database, house, own), files)
