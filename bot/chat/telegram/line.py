"""The line to the Bot API: one call at a time as a thread sees it, many at once as Telegram does."""

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx
from telegram import Bot
from telegram.request import BaseRequest, HTTPXRequest

from bot.chat.telegram.errors import FAILURES, send_failed
from bot.chat.telegram.posting import Posting, certificates, leads_straight
from bot.chat.telegram.spread import Spread
from bot.loop import Loop
from config.redaction import Redaction
from config.settings import TELEGRAM_API

T = TypeVar("T")
# Twice the desk's calls under way in all, so that calls that hang take no connection from the others.
POOLS = 16
CONNECTIONS = httpx.Limits(max_connections=4, max_keepalive_connections=2)  # of each pool
AT_ONCE = 48  # calls under way; more would wait for a connection, and fail when they waited too long
LONGEST = 300.0  # seconds for a message of many parts, rests included
POLLS = httpx.Limits(max_connections=2)  # one long poll, and the call that ends it


@dataclass(frozen=True)
class Timeouts:
    """How long a call may take, in seconds."""

    connect: float = 5.0
    read: float = 10.0
    write: float = 10.0
    pool: float = 5.0

    @property
    def whole(self) -> float:
        """Return how long we wait at most, whatever the library does."""
        return self.connect + self.read + self.write + self.pool

    def of_httpx(self) -> httpx.Timeout:
        """Return them as httpx takes them."""
        return httpx.Timeout(connect=self.connect, read=self.read, write=self.write, pool=self.pool)


class Line:
    """Calls of one bot."""

    def __init__(self, token: str, api_url: str, proxy: str, timeouts: Timeouts) -> None:
        """Prepare; nothing is asked of the network."""
        self.token = token
        self.api_url = api_url.rstrip("/")
        self.redaction = Redaction(token, (api_url, proxy))
        self.timeouts = timeouts
        self.loop = Loop("telegram")
        self._proxy = proxy or None
        self._requests = (self._calls(), self._request(POLLS))
        # Bot.initialize() is never called: all it does beyond preparing the requests, which are ready when made, is
        # getMe, and a desk whose first call fails must send all the same with the next.
        self.bot = Bot(
            token,
            base_url=f"{self.api_url}/bot",
            base_file_url=f"{self.api_url}/file/bot",
            request=self._requests[0],
            get_updates_request=self._requests[1],
        )
        self._at_once = asyncio.Semaphore(AT_ONCE)
        self._lock = threading.Lock()
        self._downloads: httpx.Client | None = None

    def _calls(self) -> BaseRequest:
        if leads_straight(self._proxy or ""):
            return Posting(self.timeouts.of_httpx())
        return Spread(lambda: self._request(CONNECTIONS), POOLS)

    def _request(self, limits: httpx.Limits) -> HTTPXRequest:
        return HTTPXRequest(
            connect_timeout=self.timeouts.connect,
            read_timeout=self.timeouts.read,
            write_timeout=self.timeouts.write,
            pool_timeout=self.timeouts.pool,
            proxy=self._proxy,
            # The library itself limits only how many are open.
            httpx_kwargs={"limits": limits, "verify": certificates()},
        )

    @property
    def polls(self) -> HTTPXRequest:
        """Return what updates are asked for through: they must not wait for a connection until all is said."""
        return self._requests[1]

    @property
    def is_public(self) -> bool:
        """Say whether this is Telegram's own server, not one of the bureau."""
        return self.api_url == TELEGRAM_API

    def call(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Carry out one call of the bot; raises what the library raises, TimeoutError, or LoopClosed."""
        return self.loop.run(coroutine, self.timeouts.whole)

    async def within(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Await one call of the bot, on the loop; raises what the library raises, or TimeoutError."""
        async with self._at_once:
            return await asyncio.wait_for(coroutine, self.timeouts.whole)

    def wait_for(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Carry out something that takes several calls, from another thread; each call has its own time."""
        try:
            return self.loop.run(coroutine, LONGEST)
        except FAILURES as error:  # SendFailed is none of them
            raise send_failed(error, self.redaction) from None

    @contextmanager
    def telling(self, *, repeatable: bool = False) -> Iterator[None]:
        """Turn what goes wrong into SendFailed, without a secret in it."""
        try:
            yield
        except FAILURES as error:
            # Not chained: what the library or httpx said may hold an address, and the address holds the token.
            raise send_failed(error, self.redaction, repeatable=repeatable) from None

    @property
    def downloads(self) -> httpx.Client:
        """Return the client that fetches files, through the same proxy."""
        with self._lock:
            if self._downloads is None:
                self._downloads = httpx.Client(proxy=self._proxy, timeout=self.timeouts.of_httpx())
            return self._downloads

    def close(self) -> None:
        """Hang up."""
        if self.loop.began:
            self.loop.run(self._shut_down(), self.timeouts.whole)
        self.loop.close()
        with self._lock:
            if self._downloads is not None:
                self._downloads.close()

    async def _shut_down(self) -> None:
        await asyncio.gather(*(request.shutdown() for request in self._requests))
