"""The board of a desk that is talked to: served on loopback, entered with a link from chat."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import httpx
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.web.board import board_routes
from bot.web.server import serving
from handlers.board.entering import Lasting
from tests.conversations.talking import TalkingDesk

LASTING = Lasting(timedelta(hours=1), timedelta(hours=12))
FORM = re.compile(r'name="form" value="([0-9a-f]{64})"')


@contextmanager
def board_of(desk: TalkingDesk) -> Iterator[str]:
    """Serve a desk's board; give its address."""
    routes = board_routes(desk.desk, LASTING, hurry=desk.desk.settle)
    with serving(Starlette(routes=[Mount("/board", routes=routes)])) as address:
        yield f"{address}/board"


@contextmanager
def visitor(address: str) -> Iterator[httpx.Client]:
    """Give a browser that keeps cookies, without scripts."""
    with httpx.Client(trust_env=False, follow_redirects=True, base_url=address, timeout=30) as client:
        yield client


def link_of(desk: TalkingDesk, name: str) -> str:
    """Ask for a link 1:1; return its token."""
    desk.direct(name).bot_says_all()
    desk.direct(name).says("看板")
    return token_in(desk.direct(name).bot_says())


def token_in(said: str) -> str:
    """Return the token of the link in a message."""
    return said.rpartition("/enter/")[2]


def enter(client: httpx.Client, token: str) -> httpx.Response:
    """Press the button of the page that a link leads to."""
    return client.post("/enter", data={"token": token})


def says(client: httpx.Client, page: str, text: str) -> httpx.Response:
    """Say something in the box of a page."""
    shown = client.get(page)
    case = re.search(r"/cases/([0-9a-f-]{36})", str(shown.url))
    form = FORM.search(shown.text)
    assert form is not None, shown.text
    return client.post("/say", data={"form": form[1], "text": text, "case": case[1] if case else ""})
