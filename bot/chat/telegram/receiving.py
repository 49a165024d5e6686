"""How updates reach the desk: asked for again and again, or delivered to a webhook. Stored first, acknowledged then.

https://core.telegram.org/bots/api#getting-updates
"""

import asyncio
import hmac
import json
import math
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from typing import Any, Final
from urllib.parse import urlencode

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Bot
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.accepting import Accepting, Errand, in_a_thread
from bot.chat.telegram.errors import seconds_of
from bot.chat.telegram.platform import TelegramPlatform
from bot.chat.telegram.reception import Kind, Reception, Told, Trouble
from handlers.conversation import storable
from storage.database import DatabaseTrouble

log = structlog.get_logger()
Update = Mapping[str, Any]
Accept = Callable[[Sequence[tuple[str, Update]]], int]
ALLOWED: Final = (
    *("message", "edited_message", "channel_post", "edited_channel_post"),
    *("callback_query", "my_chat_member"),
)
BATCH: Final = 100  # updates in one answer, the most there can be
LONG: Final = 25  # seconds Telegram holds an answer back when there is nothing new
BRIEF: Final = 3  # the same after a trouble: that it is over is to be known before somebody writes
PATIENCE: Final = 10.0  # seconds more that an answer may take on its way
STOPPING: Final = 2.0  # seconds
# First and longest wait after a trouble, in seconds. A refused token can only be mended by an administrator.
WAITS: Final[Mapping[Kind, tuple[float, float]]] = {
    "conflict": (2.0, 15.0),
    "token": (60.0, 60.0),
    "unreachable": (1.0, 30.0),
    "storage": (1.0, 30.0),
    "webhook": (2.0, 60.0),
}
MOST_DOUBLINGS: Final = 10
# Telegram opens so many connections at once. What waits while one commit runs shares the next one, so more of them
# would only wait beside one another; fewer would hold back a burst.
CONNECTIONS: Final = 40
SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
WEBHOOK_PATH: Final = "/telegram/webhook"
LARGEST: Final = 1_000_000  # bytes; Telegram's own updates are far below
RETRY_AFTER: Final = "5"  # seconds


class TooLarge(Exception):
    """No update of Telegram's is that large."""


def keyed(bot_id: int, update: Update) -> tuple[str, Update]:
    """Name an update so that a second delivery has the same name; what no database can keep is replaced in it."""
    return f"{bot_id}:{update['update_id']}", _storable(update)


def _storable(value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {storable(name): _storable(each) for name, each in value.items()}
    return [_storable(each) for each in value] if isinstance(value, list) else value


class Waiting:
    """How long to wait after a trouble: twice as long each time, and from the start again after another one."""

    def __init__(self, waits: Mapping[Kind, tuple[float, float]] = WAITS) -> None:
        """Begin without a trouble."""
        self._waits = waits
        self._kind: Kind | None = None
        self._times = 0

    def after(self, trouble: Trouble) -> float:
        """Return the seconds to wait; what is new is logged, what goes on is not."""
        if trouble.kind != self._kind:
            log.warning("telegram trouble", kind=trouble.kind, why=trouble.why)
            self._kind, self._times = trouble.kind, 0
        first, longest = self._waits[trouble.kind]
        wait: float = min(longest, first * 2 ** min(self._times, MOST_DOUBLINGS))
        self._times += 1
        return max(trouble.after, wait)

    def over(self) -> None:
        """Note that it works."""
        if self._kind is not None:
            log.info("telegram works again", after=self._kind)
        self._kind = None


def trouble_of(error: Exception) -> Trouble:
    """Say what kind of trouble an error is."""
    match error:
        case Conflict():
            return Trouble("conflict", str(error))
        case InvalidToken():
            return Trouble("token", str(error))
        case DatabaseTrouble():
            return Trouble("storage", str(error.orig))
        case RetryAfter():
            return Trouble("unreachable", str(error), after=seconds_of(error))
        case _:
            return Trouble("unreachable", str(error) or type(error).__name__)


class Polling:
    """Asks for updates, stores them, and asks for the next ones only then. Never gives up."""

    def __init__(
        self,
        platform: TelegramPlatform,
        accept: Accept,
        told: Told,
        reception: Reception | None = None,
        waits: Mapping[Kind, tuple[float, float]] = WAITS,
    ) -> None:
        """Attach to a platform; told is called in a thread, each time something goes wrong."""
        self._platform = platform
        self._accept = accept
        self._told = told
        self._reception = reception or Reception("polling")
        self._waiting = Waiting(waits)
        self._offset = 0  # zero: whatever was not acknowledged yet
        self._webhook_is_gone = False
        self._future: Future[None] | None = None
        self._ended = threading.Event()

    def start(self) -> None:
        """Begin to ask."""
        self._future = self._platform.loop.begin(self._ask_for_ever())

    def stop(self) -> None:
        """Stop asking, within two seconds; what was not acknowledged comes again."""
        if self._future is not None:
            self._future.cancel()
            self._ended.wait(STOPPING)

    async def _ask_for_ever(self) -> None:
        try:
            wait = 0.0
            while True:
                await asyncio.sleep(wait)
                wait = await self._once()
        finally:
            self._ended.set()

    async def _once(self) -> float:
        """Ask once; return the seconds to wait before asking again."""
        try:
            await self._ask()
        except (TelegramError, DatabaseTrouble) as error:
            return await self._failed(error)
        except Exception as error:  # the edge of the loop: whatever it was, the next answer may be a better one
            log.exception("asking for updates broke")
            return await self._failed(error)
        self._waiting.over()
        self._reception.works()
        return 0

    async def _failed(self, error: Exception) -> float:
        trouble = trouble_of(error)
        if trouble.kind == "conflict":
            self._webhook_is_gone = False  # perhaps somebody set one meanwhile
        self._reception.troubled(trouble)
        await asyncio.to_thread(self._tell, trouble)
        return self._waiting.after(trouble)

    def _tell(self, trouble: Trouble) -> None:
        try:
            self._told(trouble)
        except DatabaseTrouble as unusable:
            log.warning("nobody could be told", why=str(unusable.orig))

    async def _ask(self) -> None:
        bot = self._platform.bot
        if not self._webhook_is_gone:
            await bot.delete_webhook(drop_pending_updates=False)
            self._webhook_is_gone = True
        updates = await self._asked()
        if updates:
            await self._store(list(self._keyed(updates)))
            self._offset = max(update["update_id"] for update in updates) + 1
            self._reception.heard()

    async def _asked(self) -> list[dict[str, Any]]:
        """Ask for the updates as Telegram wrote them: the library's own way reads them first, and may fail to."""
        bot, request = self._platform.bot, self._platform.polls
        hold = LONG if self._reception.trouble is None else BRIEF
        asked = {"offset": self._offset, "limit": BATCH, "timeout": hold, "allowed_updates": json.dumps(ALLOWED)}
        body = await request.retrieve(f"{bot.base_url}/getUpdates?{urlencode(asked)}", read_timeout=hold + PATIENCE)
        return list(request.parse_json_payload(body)["result"])

    def _keyed(self, updates: Sequence[dict[str, Any]]) -> Iterator[tuple[str, Update]]:
        for update in updates:
            try:
                yield keyed(self._platform.bot_id, update)
            except RecursionError:  # asked for again it would be no flatter, and would keep all others away
                name = update["update_id"]
                log.error("an update is nested too deep and is passed over", update=name)  # noqa: TRY400 - 1,000 frames

    async def _store(self, updates: Sequence[tuple[str, Update]]) -> None:
        try:
            await asyncio.to_thread(self._accept, updates)
        except DatabaseTrouble:
            raise
        except Exception:  # one that can never be stored must not keep all others from being stored
            log.exception("updates could not be stored together")
            for update in updates:
                await asyncio.to_thread(self._store_alone, update)

    def _store_alone(self, update: tuple[str, Update]) -> None:
        try:
            self._accept([update])
        except DatabaseTrouble:
            raise
        except Exception:  # see above; it is on record here
            log.exception("an update could not be stored and is passed over", update=update[0])


async def set_webhook(bot: Bot, url: str, secret: str) -> None:
    """Tell Telegram where to deliver; what waits is kept. Raises TelegramError."""
    await bot.set_webhook(
        url,
        allowed_updates=ALLOWED,
        max_connections=CONNECTIONS,
        secret_token=secret,
        drop_pending_updates=False,
    )


def webhook_route(
    accept: Accept,
    secret: str,
    bot_id: int,
    *,
    path: str = WEBHOOK_PATH,
    largest: int = LARGEST,
    reception: Reception | None = None,
    soon: Callable[[Errand], None] = in_a_thread,
) -> Route:
    """Return the route to which Telegram delivers: 200 once an update is stored; largest in bytes.

    soon: lets the thread run an errand that stores what was delivered.
    """
    accepting = Accepting(accept, soon)
    noted = reception or Reception("webhook")

    async def deliver(request: Request) -> Response:
        if not _is_telegram(request, secret):
            return Response(status_code=401)
        try:
            update = keyed(bot_id, _update(await _body(request, largest)))
        except TooLarge:
            return Response(status_code=413, headers={"Connection": "close"})
        except (ValueError, RecursionError, ClientDisconnect):
            return Response(status_code=400)
        try:
            await accepting.put(update)
        except DatabaseTrouble as trouble:
            noted.troubled(trouble_of(trouble))
            return Response(status_code=503, headers={"Retry-After": RETRY_AFTER})
        noted.heard()
        return Response()

    return Route(path, deliver, methods=["POST"])


def _is_telegram(request: Request, secret: str) -> bool:
    given = request.headers.get(SECRET_HEADER, "")
    return hmac.compare_digest(given.encode("latin-1"), secret.encode())


async def _body(request: Request, largest: int) -> bytes:
    """Read the body; TooLarge as soon as it is known to be larger than that."""
    if int(request.headers.get("Content-Length", "0")) > largest:
        raise TooLarge
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > largest:
            raise TooLarge
    return bytes(body)


def _update(body: bytes) -> dict[str, Any]:
    """Read an update; ValueError for what is none."""
    update = json.loads(body, parse_constant=_no_number, parse_float=_finite)
    if not isinstance(update, dict) or type(update.get("update_id")) is not int:
        raise ValueError("no update")
    return update


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _no_number(text)


def _no_number(name: str) -> float:
    raise ValueError(name)
