"""The HTTP side: calls, files, published articles, and the control of a double that runs by itself."""

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any

from starlette.types import Receive, Scope, Send

from tests.platforms.asgi import (
    HTML_TYPE,
    HtmlError,
    Json,
    LostReply,
    answer,
    body_of,
    given_to,
    hang_up,
    lifespan,
)
from tests.platforms.wecom_api.articles import page_of
from tests.platforms.wecom_api.calling import Calling
from tests.platforms.wecom_api.faults import Faults, Limits
from tests.platforms.wecom_api.methods import BARE, METHODS, OPEN
from tests.platforms.wecom_api.tokens import Tokens
from tests.platforms.wecom_api.world import ApiError, Call, Side, World

Control = Callable[[str, Any], object]
SIDES: tuple[Side, ...] = ("qyapi", "weixin")
BINARY = (b"content-type", b"application/octet-stream")
LONGEST_SILENCE = 60.0  # seconds
NAP = 0.02


class Server:
    """The ASGI application."""

    def __init__(self, world: World, tokens: Tokens, faults: Faults, limits: Limits, control: Control) -> None:
        self._world, self._tokens, self._faults, self._limits = world, tokens, faults, limits
        self._control = control
        self.closing = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return await lifespan(receive, send)
        first, _, rest = scope["path"].removeprefix("/").partition("/")
        if first == "control":
            return await self._serve_control(receive, send, rest)
        if self._faults.down is not None:
            return await self._fail(send, HtmlError(self._faults.down))
        if first in SIDES and rest.startswith("cgi-bin/"):
            return await self._serve_call(scope, receive, send, first, rest.removeprefix("cgi-bin/"))
        if first == "files":
            return await self._serve_file(send, rest.partition("/")[0])
        return await self._serve_page(send, rest if first == "s" else "")

    async def _serve_call(self, scope: Scope, receive: Receive, send: Send, side: Side, method: str) -> None:
        try:
            given, uploads = await given_to(scope, receive)
        except ValueError:
            return await _say(send, {"errcode": 47001, "errmsg": "data format error"})
        call = Calling(self._world, self._tokens, self._limits, side, method, given, uploads)
        note = Call(side, method, given, call.chats(), time.time())
        self._world.calls.append(note)
        try:
            note.result = await self._called(call)
        except ApiError as error:
            note.errcode = error.code
            note.result = {"errcode": error.code, "errmsg": error.description, **error.more}
        except HtmlError as error:
            note.status = error.code
            return await self._fail(send, error)
        except LostReply as loss:
            return await hang_up(send, receive, loss, lambda: self.sleep(LONGEST_SILENCE))
        if isinstance(note.result.get("content"), bytes):
            name = f'attachment; filename="{note.result["name"]}"'.encode()
            return await answer(send, 200, note.result["content"], BINARY, (b"content-disposition", name))
        return await _say(send, note.result)

    async def _called(self, call: Calling) -> Json:
        chats = call.chats()
        wait = self._faults.take("wait", call.method, chats)
        seconds = self._faults.delay + (wait.seconds if wait else 0.0)
        if seconds:
            await self.sleep(seconds)
        fault = self._faults.take("error", call.method, chats)
        if fault is not None and fault.error is not None:
            raise fault.error
        result = self._carried_out(call)
        lost = self._faults.take("loss", call.method, chats)
        if lost is not None and lost.loss is not None:
            raise LostReply(lost.loss, json.dumps(result, default=repr).encode())
        return result

    def _carried_out(self, call: Calling) -> Json:
        method = METHODS[call.side].get(call.method)
        if method is None:
            raise HtmlError(404)
        with self._world.lock:
            if call.method not in OPEN:
                call.owner = self._tokens.owner(call.side, call.text("access_token"))
            result = method(call)
        if isinstance(result.get("content"), bytes) or call.method in BARE[call.side]:
            return result
        return {"errcode": 0, "errmsg": "ok", **result}

    async def sleep(self, seconds: float) -> None:
        """Wait, but not beyond the end of the double."""
        for _ in range(max(1, round(seconds / NAP))):
            if self.closing:
                return
            await asyncio.sleep(min(NAP, seconds))

    async def _serve_file(self, send: Send, media_id: str) -> None:
        file = self._world.media.get(media_id)
        if file is None:
            return await self._fail(send, HtmlError(404))
        return await answer(send, 200, file.content, BINARY)

    async def _serve_page(self, send: Send, path: str) -> None:
        page = page_of(self._world, path)
        if page is None:
            return await self._fail(send, HtmlError(404))
        return await answer(send, 200, page.encode(), (b"content-type", b"text/html; charset=utf-8"))

    async def _fail(self, send: Send, error: HtmlError) -> None:
        await answer(send, error.code, error.page.encode(), HTML_TYPE)

    async def _serve_control(self, receive: Receive, send: Send, name: str) -> None:
        given = json.loads(await body_of(receive) or b"{}")
        try:
            result = await asyncio.to_thread(self._control, name, given)
        except (LookupError, TypeError, ValueError, AttributeError, OSError) as error:
            return await answer(send, 400, json.dumps({"ok": False, "description": str(error)}).encode())
        return await answer(send, 200, json.dumps({"ok": True, "result": result}, default=str).encode())


async def _say(send: Send, result: Json) -> None:
    await answer(send, 200, json.dumps(result, ensure_ascii=False).encode(), (b"content-type", b"application/json"))
