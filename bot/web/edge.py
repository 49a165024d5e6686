"""The edge of a page that people act on: whose form it is, how much it may bring, and the headers of every answer."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import Message, Receive, Send


class TooMuch(Exception):
    """A request brings more than is taken in."""


def is_own_form(request: Request) -> bool:
    """Say whether a form comes from our own page."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc.lower() == request.headers.get("host", "").lower()


def bounded(receive: Receive, most: int) -> Receive:
    """Take in at most so many bytes; TooMuch when a request brings more."""
    taken = 0

    async def receive_on() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > most:
            raise TooMuch
        return message

    return receive_on


class Answering:
    """Sends an answer with our headers, and knows whether it has begun."""

    def __init__(self, send: Send, headers: Mapping[str, str]) -> None:
        """Answer through a connection, with these headers unless the answer has its own."""
        self._send = send
        self._headers = headers
        self.begun = False

    async def send(self, message: Message) -> None:
        """Pass on a part of the answer."""
        if message["type"] == "http.response.start":
            self.begun = True
            headers = MutableHeaders(scope=message)
            for name, value in self._headers.items():
                headers.setdefault(name, value)
        await self._send(message)
