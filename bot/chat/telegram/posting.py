"""Calls to the Bot API over aiohttp: the many small ones, for which httpx needs three times the CPU.

Where a proxy leads to Telegram, the library's own request over httpx makes the call.
"""

import ssl
from functools import cache
from typing import Any, Final
from urllib.request import getproxies

import aiohttp
import httpx
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

CONNECTIONS: Final = 64
IDLE: Final = 15.0  # seconds until a connection that nobody uses is closed
PROXIED: Final = {"http", "https", "all"}  # of what the environment names; beside them stands what needs no proxy


def leads_straight(proxy: str) -> bool:
    """Say whether no proxy stands in between, neither ours nor one that the environment names."""
    return not proxy and PROXIED.isdisjoint(getproxies())


class Posting(BaseRequest):
    """Makes the calls of one bot. For one event loop; the session begins with the first call."""

    def __init__(self, timeout: httpx.Timeout) -> None:
        """Let each call take so long."""
        self._timeout = timeout
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        """Return how long an answer may take, in seconds."""
        return self._timeout.read

    async def initialize(self) -> None:
        """Do nothing: whatever is needed is made ready by the first call."""

    async def shutdown(self) -> None:
        """Close every connection."""
        if self._session is not None:
            await self._session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ANN401 - a number, or the library's mark for none
        write_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ANN401, ARG002 - as above; aiohttp knows none
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ANN401 - as above
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ANN401 - as above
    ) -> tuple[int, bytes]:
        """Call; TimedOut or NetworkError with the reason beneath when no answer came."""
        timeout = aiohttp.ClientTimeout(
            connect=_seconds(pool_timeout, self._timeout.pool),
            sock_connect=_seconds(connect_timeout, self._timeout.connect),
            sock_read=_seconds(read_timeout, self._timeout.read),
        )
        form = _form(request_data)
        try:
            calling = self._opened().request(
                method, url, data=form, headers=_headers(form), timeout=timeout, allow_redirects=False
            )
            async with calling as answer:
                return answer.status, await answer.read()
        except TimeoutError as late:
            raise TimedOut from late
        except aiohttp.ClientError as broken:
            raise NetworkError(f"aiohttp.{type(broken).__name__}: {broken}") from broken

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=IDLE, ssl=certificates()),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
            )
        return self._session


@cache
def certificates() -> ssl.SSLContext:
    """Return the certificates that all calls trust, httpx's own: a slim system has none. Read once: it takes long."""
    return httpx.create_ssl_context()


def _form(given: RequestData | None) -> aiohttp.FormData | bytes | None:
    """Write the parameters as a form; as one of many parts only where files go along, since that takes long."""
    if given is None:
        return None
    if not given.multipart_data:
        return given.url_encoded_parameters().encode()
    form = aiohttp.FormData(given.json_parameters, quote_fields=False)  # Telegram shows a file's name as it is written
    for name, (file_name, content, kind) in given.multipart_data.items():
        form.add_field(name, content, filename=file_name, content_type=kind)
    return form


def _headers(form: aiohttp.FormData | bytes | None) -> dict[str, str] | None:
    return {"Content-Type": "application/x-www-form-urlencoded"} if isinstance(form, bytes) else None


def _seconds(given: Any, usual: float | None) -> float | None:  # noqa: ANN401 - a number, or the library's mark for none
    seconds: float | None = usual if given is BaseRequest.DEFAULT_NONE else given
    return seconds
