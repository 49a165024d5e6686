"""The HTTP side: calls, downloads and the control of a double that runs by itself."""

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any

from starlette.types import Receive, Scope, Send

from tests.platforms.asgi import HTML_TYPE, HtmlError, LostReply, answer, body_of, given_to, hang_up, lifespan
from tests.platforms.bot_api.calling import Calling
from tests.platforms.bot_api.delivery import Delivery
from tests.platforms.bot_api.faults import Faults
from tests.platforms.bot_api.methods import METHODS, Method
from tests.platforms.bot_api.parameters import Parameters
from tests.platforms.bot_api.world import ApiError, Bot, Call, Json, Message, World

Control = Callable[[str, Any], object]
LONGEST_SILENCE = 60.0  # seconds


class Server:
    """The ASGI application."""

    def __init__(self, world: World, delivery: Delivery, faults: Faults, control: Control) -> None:
        self._world = world
        self._delivery = delivery
        self._faults = faults
        self._control = control
        methods: dict[str, Method] = {
            **METHODS,
            "setWebhook": delivery.set_webhook,
            "deleteWebhook": delivery.delete_webhook,
            "getWebhookInfo": delivery.get_webhook_info,
        }
        self._methods = {name.lower(): (name, method) for name, method in methods.items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return await lifespan(receive, send)
        path: str = scope["path"]
        if path.startswith("/bot"):
            return await self._serve_call(scope, receive, send, path[4:])
        if path.startswith("/file/bot"):
            return await self._serve_file(send, path[9:])
        if path.startswith("/control/"):
            return await self._serve_control(receive, send, path[9:])
        return await answer(send, 404, b'{"ok":false,"error_code":404,"description":"Not Found"}')

    async def _serve_call(self, scope: Scope, receive: Receive, send: Send, path: str) -> None:
        token, _, method = path.partition("/")
        try:
            parameters = Parameters(*await given_to(scope, receive))
            result = await self._called(token, method, parameters)
        except ApiError as error:
            return await answer(send, error.code, json.dumps(_refusal(error)).encode())
        except HtmlError as error:
            return await answer(send, error.code, error.page.encode(), HTML_TYPE)
        except LostReply as loss:
            return await hang_up(send, receive, loss, lambda: self._delivery.sleep(LONGEST_SILENCE))
        return await answer(send, 200, json.dumps({"ok": True, "result": result}).encode())

    async def _called(self, token: str, method: str, parameters: Parameters) -> object:
        if self._faults.down is not None:
            raise HtmlError(self._faults.down)
        bot = self._world.bots.get(token)
        if bot is None:
            raise ApiError(401, "Unauthorized")
        name = "getUpdates" if method.lower() == "getupdates" else self._methods.get(method.lower(), ("", None))[0]
        if not name:
            raise ApiError(404, "Not Found")
        call = Calling(self._world, bot, parameters, self._delivery.emit)
        await self._wait(name, call)
        return await self._logged(name, call)

    async def _wait(self, name: str, call: Calling) -> None:
        fault = self._faults.take(name, call, loses=False, waits=True) if self._faults.any else None
        seconds = self._faults.delay + (fault.seconds if fault else 0.0)
        if seconds:
            await self._delivery.sleep(seconds)

    async def _logged(self, name: str, call: Calling) -> object:
        note = _note(self._world, name, call)
        try:
            result = await self._carried_out(name, call)
        except ApiError as error:
            note.error, note.code = error.description, error.code
            raise
        except HtmlError as error:
            note.error, note.code = error.page, error.code
            raise
        shown = _shown(result, note)
        lost = self._faults.take(name, call, loses=True) if self._faults.any else None
        if lost is not None and lost.loss is not None:
            note.error = f"reply lost: {lost.loss}"
            raise LostReply(lost.loss)
        return shown

    async def _carried_out(self, name: str, call: Calling) -> object:
        fault = self._faults.take(name, call, loses=False) if self._faults.any else None
        if fault is not None and fault.error is not None:
            raise fault.error
        if name == "getUpdates":
            return await self._delivery.get_updates(call)
        with self._world.lock:
            if self._faults.limits is not None:
                self._faults.limits.check(name, call, time.monotonic())
            return self._methods[name.lower()][1](call)

    async def _serve_file(self, send: Send, path: str) -> None:
        token, _, name = path.partition("/")
        if self._faults.down is not None:
            return await answer(send, self._faults.down, HtmlError(self._faults.down).page.encode(), HTML_TYPE)
        file = self._world.paths.get(name)
        if token not in self._world.bots or file is None:
            return await answer(send, 404, b'{"ok":false,"error_code":404,"description":"Not Found"}')
        held = self._faults.hold() if self._faults.any else 0.0
        if held:
            return await self._send_slowly(send, file.content, held)
        return await answer(send, 200, file.content, (b"content-type", b"application/octet-stream"))

    async def _send_slowly(self, send: Send, content: bytes, seconds: float) -> None:
        half = len(content) // 2
        headers = [(b"content-type", b"application/octet-stream"), (b"content-length", str(len(content)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": content[:half], "more_body": True})
        await self._delivery.sleep(seconds)
        await send({"type": "http.response.body", "body": content[half:]})

    async def _serve_control(self, receive: Receive, send: Send, name: str) -> None:
        given = json.loads(await body_of(receive) or b"{}")
        try:
            result = await asyncio.to_thread(self._control, name, given)
        except (LookupError, TypeError, ValueError, AttributeError, OSError) as error:
            return await answer(send, 400, json.dumps({"ok": False, "description": str(error)}).encode())
        return await answer(send, 200, json.dumps({"ok": True, "result": result}, default=str).encode())


def _note(world: World, name: str, call: Calling) -> Call:
    given = call.parameters.chat_id()
    bot: Bot = call.bot
    chat_id = given if isinstance(given, int) else None
    note = Call(name, call.parameters.given, bot.user.username or "", chat_id, time.time())
    world.calls.append(note)
    return note


def _shown(result: object, note: Call) -> object:
    if isinstance(result, Message):
        note.message_id = result.message_id
        note.result = result.json()
    elif isinstance(result, list):
        note.result = [item.json() if isinstance(item, Message) else item for item in result]
    else:
        note.result = result
    return note.result


def _refusal(error: ApiError) -> Json:
    shown: Json = {"ok": False, "error_code": error.code, "description": error.description}
    return {**shown, "parameters": error.parameters} if error.parameters else shown
