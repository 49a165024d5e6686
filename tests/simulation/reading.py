"""The public that reads releases back, without a network: the press room's own page, asked for in this process."""

from collections.abc import Callable

import httpx
from starlette.requests import Request

from bot.web.press import NAMELESS, PressRoom
from storage.database import Database


def reader(database: Database, public_url: str, fails: Callable[[], bool] = lambda: False) -> httpx.Client:
    """Return a client to whom the press room at public_url answers; where it fails, nobody does."""
    room = PressRoom(database, NAMELESS, public_url)

    def answer(asked: httpx.Request) -> httpx.Response:
        if fails():
            raise httpx.ConnectError("no answer", request=asked)
        page = room.release(_as_served(asked))
        return httpx.Response(page.status_code, content=bytes(page.body))

    return httpx.Client(transport=httpx.MockTransport(answer), trust_env=False)


def _as_served(asked: httpx.Request) -> Request:
    """Return a request as the web server would hand it to the press room."""
    return Request(
        {
            "type": "http", "method": "GET", "path": asked.url.path, "query_string": b"", "headers": [],
            "server": ("127.0.0.1", 9), "scheme": "http",
            "path_params": {"public_id": asked.url.path.rpartition("/")[2]},
        }
    )  # fmt: skip
