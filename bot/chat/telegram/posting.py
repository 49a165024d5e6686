"""Calls to the Bot API over aiohttp: the many small ones, for which httpx needs three times the CPU.

Where a proxy leads to Telegram, or a file goes along, the library's own request over httpx makes the call.
"""

from typing import Any, Final
from urllib.request import getproxies

import aiohttp
import httpx
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, HTTPXRequest, RequestData

CONNECTIONS: Final = 64
IDLE: Final = 15.0  # seconds until a connection that nobody uses is closed
PROXIED: Final = {"http", "https", "all"}  # of what the environment names; beside them stands what needs no proxy


def leads_straight(proxy: str) -> bool:
    """Say whether no proxy stands in between, neither ours nor one that the environment names."""
    return not proxy and PROXIED.isdisjoint(getproxies())


class Posting(BaseRequest):
    """Makes the calls of one bot. For one event loop; the session begins with the first call."""

    def __init__(self, with_files: HTTPXRequest, timeout: httpx.Timeout) -> None:
        """Let calls that upload go through with_files."""
        self._with_files = with_files
        self._timeout = timeout
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        """Return how long an answer may take, in seconds."""
        return self._timeout.read

    async def initialize(self) -> None:
        """Prepare what is needed for uploads; the rest prepares itself."""
        await self._with_files.initialize()

    async def shutdown(self) -> None:
        """Close every connection."""
        await self._with_files.shutdown()
        if self._session is not None:
            await self._session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ANN401 - a number, or the library's mark for none
        write_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ANN401 - as above
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ANN401 - as above
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ANN401 - as above
    ) -> tuple[int, bytes]:
        """Call; TimedOut or NetworkError with the reason beneath when no answer came."""
        if request_data is not None and request_data.multipart_data:
            return await self._with_files.do_request(
                url, method, request_data, read_timeout, write_timeout, connect_timeout, pool_timeout
            )
        timeout = aiohttp.ClientTimeout(
            connect=_seconds(pool_timeout, self._timeout.pool),
            sock_connect=_seconds(connect_timeout, self._timeout.connect),
            sock_read=_seconds(read_timeout, self._timeout.read),
        )
        given = request_data.json_parameters if request_data is not None else None
        try:
            calling = self._opened().request(method, url, data=given, timeout=timeout, allow_redirects=False)
            async with calling as answer:
                return answer.status, await answer.read()
        except TimeoutError as late:
            raise TimedOut from late
        except aiohttp.ClientError as broken:
            raise NetworkError(f"aiohttp.{type(broken).__name__}: {broken}") from broken

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            # The same certificates as the library's own request: a slim system has none of its own.
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=CONNECTIONS, keepalive_timeout=IDLE, ssl=httpx.create_ssl_context()
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
            )
        return self._session


def _seconds(given: Any, usual: float | None) -> float | None:  # noqa: ANN401 - a number, or the library's mark for none
    seconds: float | None = usual if given is BaseRequest.DEFAULT_NONE else given
    return seconds
