"""What the tests of WeCom share: the app, one member, the platform that speaks, and a store behind the callback."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlalchemy.exc import OperationalError
from starlette.applications import Starlette
from starlette.routing import Route

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


class Knocking:
    """Knocks at a callback without a network: what reaches it is exactly what is given."""

    def __init__(self, route: Route, store: Store) -> None:
        self.store = store
        self._path = route.path
        self._app = Starlette(routes=[route])
        self._loop = asyncio.new_event_loop()

    def knock(self, method: str, query: str, body: bytes) -> int:
        """Return the status of the answer."""
        return self._loop.run_until_complete(self._knock(method, query, body))

    async def _knock(self, method: str, query: str, body: bytes) -> int:
        statuses: list[int] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:  # noqa: ANN401 - as the protocol has it
            if message["type"] == "http.response.start":
                statuses.append(message["status"])

        scope = {
            "type": "http", "method": method, "path": self._path, "raw_path": self._path.encode(),
            "query_string": query.encode("utf-8", "surrogatepass"), "headers": [], "http_version": "1.1",
        }  # fmt: skip
        await self._app(scope, receive, send)
        return statuses[0]

    def close(self) -> None:
        """End the loop."""
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()


@contextmanager
def listening(store: Store, reception: Reception | None = None) -> Iterator[str]:
    """Serve the callback; give its address."""
    route = callback_route(store.accept, SEAL, partial(datetime.now, UTC), reception=reception)
    with serving(Starlette(routes=[route])) as url:
        yield f"{url}{CALLBACK_PATH}"
