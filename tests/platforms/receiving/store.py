"""What the tests of receiving share: the bot, one person, a store that can be locked, and short waits."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy.exc import OperationalError
from starlette.applications import Starlette

from bot.chat.receiving import Update
from bot.chat.reception import Kind, Reception
from bot.chat.telegram.waiting import WAITS
from bot.chat.telegram.webhook import LARGEST, WEBHOOK_PATH, webhook_route
from bot.web.server import serving

TOKEN = "7012345678:AAreceivingReceiving_receiving-Receivin"
SECRET = "Only-Telegram_knows-this"
BOT, LI = 7012345678, 7
SOON = 5.0  # seconds within which whatever is to happen happens
QUICK: dict[Kind, tuple[float, float]] = dict.fromkeys(WAITS, (0.05, 0.1))


class Store:
    """Remembers what was stored, in what order and in how many commits; can be locked."""

    def __init__(self) -> None:
        self.kept: dict[str, Update] = {}
        self.commits: list[list[str]] = []
        self.locked = False
        self.cursed = ""  # a key that can never be stored
        self.hold = threading.Event()
        self.hold.set()

    def accept(self, updates: Sequence[tuple[str, Update]]) -> int:
        self.hold.wait(SOON)
        if self.locked:
            raise OperationalError("insert", {}, Exception("database is locked"))
        if self.cursed in [key for key, _ in updates]:
            raise ValueError(self.cursed)
        new = [key for key, _ in updates if key not in self.kept]
        self.kept.update({key: update for key, update in updates if key in new})
        self.commits.append([key for key, _ in updates])
        return len(new)

    @property
    def texts(self) -> list[str]:
        """What was said, in the order in which it was stored."""
        return [update["message"]["text"] for update in self.kept.values()]


def until(happened: Callable[[], object]) -> None:
    """Wait until something happened; fail when it did not."""
    deadline = time.monotonic() + SOON
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)


@contextmanager
def hook(store: Store, reception: Reception | None = None, largest: int = LARGEST) -> Iterator[str]:
    """Serve the webhook."""
    route = webhook_route(store.accept, SECRET, BOT, reception=reception, largest=largest)
    with serving(Starlette(routes=[route])) as address:
        yield address + WEBHOOK_PATH
