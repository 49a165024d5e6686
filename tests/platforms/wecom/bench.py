"""What the tests of WeCom share: the app, one member, the platform that speaks, and a store behind the callback."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial

from sqlalchemy.exc import OperationalError
from starlette.applications import Starlette

from bot.chat.receiving import Update
from bot.chat.reception import Reception
from bot.chat.wecom.callback import CALLBACK_PATH, callback_route
from bot.chat.wecom.line import App
from bot.chat.wecom.sealed import Seal
from bot.web.server import serving
from handlers.conversation import Content
from tests.platforms.wecom_api import AES_KEY, TOKEN

APP = App("ww1234567890abcdef", 1000002, "the app's secret")
LI = "limin"
NOW = datetime(2026, 11, 24, 1, 5, tzinfo=UTC)
SEAL = Seal(TOKEN, AES_KEY, APP.corp_id)


def asks(*labels: str, text: str = "📝 请审「法律关」 · 12号 v3", serial: int = 57) -> Content:
    """Return a message with one row of buttons."""
    return Content(text, (tuple({"label": label, "press": f"{label}||"} for label in labels),), serial=serial)


class Store:
    """Remembers what was stored, once by key; can be locked."""

    def __init__(self) -> None:
        self.kept: dict[str, Update] = {}
        self.locked = False
        self.broken = ""  # a key that can never be stored

    def accept(self, updates: Sequence[tuple[str, Update]]) -> int:
        if self.locked:
            raise OperationalError("insert", {}, Exception("database is locked"))
        if self.broken in [key for key, _ in updates]:
            raise ValueError(self.broken)
        new = {key: update for key, update in updates if key not in self.kept}
        self.kept |= new
        return len(new)


@contextmanager
def listening(store: Store, reception: Reception | None = None) -> Iterator[str]:
    """Serve the callback; give its address."""
    route = callback_route(store.accept, SEAL, partial(datetime.now, UTC), reception=reception)
    with serving(Starlette(routes=[route])) as url:
        yield f"{url}{CALLBACK_PATH}"
