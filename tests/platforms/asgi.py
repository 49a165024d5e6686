"""What the doubles of vendors share on the HTTP side: bodies in, answers out, hanging up, and pages of HTML."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from typing import Any, Literal, cast
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.types import Message as Event
from starlette.types import Receive, Scope, Send

Json = dict[str, Any]
Upload = tuple[str, bytes]  # file name, content
Loss = Literal["close", "silence", "cut"]
A_MOMENT = 0.01  # seconds, for what was written to leave
JSON_TYPE = (b"content-type", b"application/json")
HTML_TYPE = (b"content-type", b"text/html")
REASONS = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
    504: "Gateway Timeout",
}


class HtmlError(Exception):
    """An answer that is a page of HTML, as nginx before an API gives it."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code
        title = f"{code} {REASONS.get(code, 'Error')}"
        self.page = (
            f"<html>\r\n<head><title>{title}</title></head>\r\n<body><center><h1>{title}</h1></center></body></html>"
        )


class LostReply(Exception):
    """The call was carried out, and its answer gets lost."""

    def __init__(self, how: Loss, body: bytes = b"") -> None:
        super().__init__(how)
        self.how, self.body = how, body


async def body_of(receive: Receive) -> bytes:
    """Read a whole body."""
    body = bytearray()
    while True:
        event = await receive()
        body += event.get("body", b"")
        if not event.get("more_body"):
            return bytes(body)


async def given_to(scope: Scope, receive: Receive) -> tuple[Json, dict[str, Upload]]:
    """Give the parameters and the files of a call: query, form, JSON (whatever it says it is) or multipart."""
    kind = next((value for name, value in scope["headers"] if name == b"content-type"), b"")
    query = dict(parse_qsl(scope["query_string"].decode())) if scope["query_string"] else {}
    if kind.startswith(b"multipart/"):
        return await _multipart(Request(scope, receive), query)
    body = await body_of(receive)
    if kind.startswith(b"application/json") or body.startswith(b"{"):
        return {**query, **json.loads(body or b"{}")}, {}
    return {**query, **dict(parse_qsl(body.decode(), keep_blank_values=True))}, {}


async def _multipart(request: Request, query: Json) -> tuple[Json, dict[str, Upload]]:
    given, uploads = dict(query), dict[str, Upload]()
    async with request.form(max_part_size=60 * 1024 * 1024) as form:
        for name, value in form.items():
            if isinstance(value, str):
                given[name] = value
            else:
                uploads[name] = (value.filename or "file", await value.read())
    return given, uploads


async def answer(send: Send, code: int, body: bytes, *headers: tuple[bytes, bytes]) -> None:
    """Answer; as JSON unless the headers say otherwise."""
    whole = [*(headers or (JSON_TYPE,)), (b"content-length", str(len(body)).encode())]
    start: Event = {"type": "http.response.start", "status": code, "headers": whole}
    await send(start)
    await send({"type": "http.response.body", "body": body})


async def hang_up(
    send: Send, receive: Receive, loss: LostReply, silence: Callable[[], Coroutine[Any, Any, None]]
) -> None:
    """Close the connection without an answer: at once, in the middle, or when the caller or the silence ended."""
    if loss.how == "cut":
        length = (b"content-length", str(len(loss.body)).encode())
        await send({"type": "http.response.start", "status": 200, "headers": [JSON_TYPE, length]})
        await send({"type": "http.response.body", "body": loss.body[: len(loss.body) // 2], "more_body": True})
        await asyncio.sleep(A_MOMENT)
    if loss.how == "silence":
        gone, ended = asyncio.ensure_future(_until_gone(receive)), asyncio.ensure_future(silence())
        await asyncio.wait([gone, ended], return_when=asyncio.FIRST_COMPLETED)
        gone.cancel()
        ended.cancel()
    # uvicorn hands out no way to hang up; the transport is what its own `send` closes
    cast("Any", send).__self__.transport.abort()
    await asyncio.sleep(A_MOMENT)


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def lifespan(receive: Receive, send: Send) -> None:
    """Say that all is well when the server comes up and goes down."""
    event = await receive()
    while event["type"] == "lifespan.startup":
        await send({"type": "lifespan.startup.complete"})
        event = await receive()
    await send({"type": "lifespan.shutdown.complete"})
