"""The real library, pointed at the double."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from functools import cache
from typing import TypeVar

import telegram
from telegram.request import HTTPXRequest

from tests.platforms.bot_api.api import BotApi

R = TypeVar("R")


@cache
def _context() -> ssl.SSLContext:
    """Read the certificates once; nothing here uses them, and reading them for each bot is what takes long."""
    return ssl.create_default_context()


def library_bot(api: BotApi, token: str) -> telegram.Bot:
    """Give the library's bot, not initialized."""
    requests = [HTTPXRequest(httpx_kwargs={"verify": _context()}) for _ in range(2)]
    return telegram.Bot(token, api.base_url, api.base_file_url, request=requests[0], get_updates_request=requests[1])


def asked(api: BotApi, token: str, ask: Callable[[telegram.Bot], Awaitable[R]]) -> R:
    """Ask something of the double through the library, without its opening getMe."""

    async def ask_it() -> R:
        bot = library_bot(api, token)
        try:
            return await ask(bot)
        finally:
            for request in bot._request:  # noqa: SLF001 - `shutdown` closes nothing that was not initialized
                await request.shutdown()

    return asyncio.run(ask_it())
