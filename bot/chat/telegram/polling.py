"""Long polling: updates are asked for again and again, stored first, acknowledged then.

https://core.telegram.org/bots/api#getupdates
"""

import asyncio
import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from typing import Any, Final
from urllib.parse import urlencode

import structlog
from telegram import Bot
from telegram.error import TelegramError
from telegram.request import HTTPXRequest

from bot.accepting import store_all
from bot.chat.receiving import Accept, Keyed, pass_over
from bot.chat.reception import Kind, Reception, Told, Trouble
from bot.chat.telegram.platform import TelegramPlatform
from bot.chat.telegram.updates import ALLOWED, keyed
from bot.chat.telegram.waiting import WAITS, Waiting, trouble_of
from storage.database import DatabaseTrouble

log = structlog.get_logger()
BATCH: Final = 100  # updates in one answer, the most there can be
LONG: Final = 25  # seconds Telegram holds an answer back when there is nothing new
BRIEF: Final = 3  # the same after a trouble: that it is over is to be known before somebody writes
PATIENCE: Final = 10.0  # seconds more that an answer may take on its way
STOPPING: Final = 2.0  # seconds


async def raw_updates(
    bot: Bot, request: HTTPXRequest, hold: int, wanted: Mapping[str, str | int]
) -> list[dict[str, Any]]:
    """Ask for updates as Telegram wrote them: the library's own way reads them first, and may fail to.

    hold: for so many seconds Telegram may wait for the first one.
    """
    asked = urlencode({**wanted, "timeout": hold})
    body = await request.retrieve(f"{bot.base_url}/getUpdates?{asked}", read_timeout=hold + PATIENCE)
    return list(request.parse_json_payload(body)["result"])


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
        """Begin to ask, for the first time or again."""
        self._ended.clear()
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
        hold = LONG if self._reception.trouble is None else BRIEF
        wanted: dict[str, str | int] = {"offset": self._offset, "limit": BATCH, "allowed_updates": json.dumps(ALLOWED)}
        return await raw_updates(self._platform.bot, self._platform.polls, hold, wanted)

    def _keyed(self, updates: Sequence[dict[str, Any]]) -> Iterator[Keyed]:
        for update in updates:
            try:
                yield keyed(self._platform.bot_id, update)
            except RecursionError:  # asked for again it would be no flatter, and would keep all others away
                name = update["update_id"]
                log.error("an update is nested too deep and is passed over", update=name)  # noqa: TRY400 - its traceback is one frame a thousand times

    async def _store(self, updates: Sequence[Keyed]) -> None:
        for (key, _), trouble in zip(updates, await asyncio.to_thread(store_all, self._accept, updates), strict=True):
            pass_over(key, trouble)
