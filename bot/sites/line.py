"""One GET to a site that may be hostile: every address checked when it is connected to, everything bounded.

Sizes and times hold for the whole of it, redirects, headers and a trickle of single bytes included.
"""

import ipaddress
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final
from urllib.parse import urljoin

import httpcore
import httpx

from bot.sites.guard import Guard, Refused

REDIRECTS: Final = 5
MOVED: Final = (301, 302, 303, 307, 308)
FOR_GOOD: Final = (301, 308)
CONNECT: Final = 10.0  # seconds
BODIES: Final = (200, 203)
CHUNK: Final = 65_536
_INFLATED: Final = {"gzip": 16 + zlib.MAX_WBITS, "x-gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS}


class Unreachable(Exception):
    """The site did not answer, or not as sites do; it may later. Says why."""


class TooMuch(Exception):
    """The site sent more than is taken."""


@dataclass(frozen=True)
class Answer:
    """What a site answered."""

    status: int
    url: str  # where it was found in the end
    headers: Mapping[str, str] = field(default_factory=dict)  # names in small letters
    body: bytes = b""
    moved_to: str = ""  # where it says that it is from now on, for good

    @property
    def media_type(self) -> str:
        """Return what kind of thing the site says this is, in small letters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


@dataclass(frozen=True)
class Bounds:
    """How much is taken of one site: in all, redirects included."""

    seconds: float = 20.0
    size: int = 2_000_000  # bytes, before and after they are unpacked


Resolve = Callable[[str, int], Sequence[str]]  # the addresses of a host; OSError when there are none


def resolved(host: str, port: int) -> Sequence[str]:
    """Ask the system for the addresses of a host."""
    return list(dict.fromkeys(str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))


@dataclass(frozen=True)
class Visitor:
    """How the desk appears to sites, where it goes, and how much it takes."""

    agent: str
    guard: Guard = field(default_factory=Guard)
    bounds: Bounds = field(default_factory=Bounds)
    resolve: Resolve = resolved

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Ask for an address; Refused, Unreachable or TooMuch when that ends in nothing."""
        until = time.monotonic() + self.bounds.seconds
        sent = {"User-Agent": self.agent, "Accept": "*/*", "Accept-Encoding": "gzip, deflate", **(headers or {})}
        there, moved_to, for_good = url, "", True
        for _ in range(REDIRECTS + 1):
            answer = _ask(self, there, sent, until)
            location = answer.headers.get("location", "")
            if answer.status not in MOVED or not location:
                return Answer(answer.status, there, answer.headers, answer.body, moved_to)
            there = urljoin(there, location.strip())
            for_good = for_good and answer.status in FOR_GOOD
            moved_to = there if for_good else moved_to
        raise Unreachable("redirects without end")


def _ask(visitor: Visitor, url: str, headers: Mapping[str, str], until: float) -> Answer:
    visitor.guard.check_url(url)
    bounds = visitor.bounds
    try:
        asked = httpx.URL(url)
    except (httpx.InvalidURL, UnicodeError) as garbled:
        raise Refused("garbled") from garbled
    there = httpcore.URL(scheme=asked.raw_scheme, host=asked.raw_host, port=asked.port, target=asked.raw_path)
    times = {"timeout": {"connect": CONNECT, "read": bounds.seconds, "write": CONNECT, "pool": CONNECT}}
    sent = [(name.encode(), value.encode()) for name, value in {"Host": asked.netloc.decode(), **headers}.items()]
    backend = _Pinned(visitor, until)
    try:
        with (
            httpcore.ConnectionPool(ssl_context=_certificates(), network_backend=backend) as pool,
            pool.stream("GET", there, headers=sent, extensions=times) as response,
        ):
            found = {_text(name).lower(): _text(value) for name, value in response.headers}
            body = _whole(response.iter_stream(), found, bounds.size) if response.status in BODIES else b""
            return Answer(response.status, url, found, body)
    except (*_HTTP_TROUBLES, OSError, zlib.error) as why:
        raise Unreachable(f"{type(why).__name__} {why}".strip()) from why


def _text(header: bytes) -> str:
    try:
        return header.decode()
    except UnicodeDecodeError:
        return header.decode("latin-1")


_HTTP_TROUBLES: Final = (
    *(httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException, httpcore.UnsupportedProtocol),
)


@cache
def _certificates() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)


def _whole(pieces: Iterable[bytes], headers: Mapping[str, str], most: int) -> bytes:
    """Return a body, unpacked; TooMuch before more than so many bytes of it are held."""
    body = bytearray()
    for piece in _unpacked(pieces, headers.get("content-encoding", "").strip().lower(), most):
        body += piece
        if len(body) > most:
            raise TooMuch
    return bytes(body)


def _unpacked(pieces: Iterable[bytes], encoding: str, most: int) -> Iterator[bytes]:
    if encoding in ("", "identity"):
        yield from pieces
        return
    if encoding not in _INFLATED:
        raise Unreachable(f"packed as {encoding[:40]}")
    unpacking = zlib.decompressobj(_INFLATED[encoding])
    for piece in pieces:
        yield unpacking.decompress(piece, most + 1)  # a small piece may hold a very large one
        if unpacking.unconsumed_tail:
            raise TooMuch


class _Pinned(httpcore.NetworkBackend):
    """Connects to nothing but an address that was just resolved and checked."""

    def __init__(self, visitor: Visitor, until: float) -> None:
        self._visitor = visitor
        self._until = until
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Resolve a host, check each of its addresses, and connect to the first that answers."""
        addresses = _addresses(self._visitor.resolve, host, port, self._left(timeout))
        for address in addresses:
            self._visitor.guard.check(address, port)
        for last, address in enumerate(addresses, 1):
            try:
                stream = self._plain.connect_tcp(address, port, self._left(timeout), local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if last == len(addresses):
                    raise
            else:
                return _Bounded(
                    stream, self._until, [self._visitor.bounds.size * 2 + CHUNK]
                )  # headers and marks between pieces
        raise httpcore.ConnectError("no address")

    def _left(self, timeout: float | None) -> float:
        return _left(self._until, timeout)


class _Bounded(httpcore.NetworkStream):
    """A connection that ends at a moment, and after so many bytes, however they trickle in."""

    def __init__(self, stream: httpcore.NetworkStream, until: float, left: list[int]) -> None:
        self._stream = stream
        self._until = until
        self._bytes = left  # the same below and above encryption

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read some bytes, in the time that is left."""
        some = self._stream.read(min(max_bytes, CHUNK), _left(self._until, timeout))
        self._bytes[0] -= len(some)
        if self._bytes[0] < 0:
            raise TooMuch
        return some

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write, in the time that is left."""
        self._stream.write(buffer, _left(self._until, timeout))

    def close(self) -> None:
        """Hang up."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Encrypt from here on; the certificate must be that of the host asked for."""
        secure = self._stream.start_tls(ssl_context, server_hostname, _left(self._until, timeout))
        return _Bounded(secure, self._until, self._bytes)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - the library's own signature
        """Pass on what the connection knows."""
        return self._stream.get_extra_info(info)


def _left(until: float, timeout: float | None) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the time is over")
    return left if timeout is None else min(left, timeout)


def _addresses(resolve: Resolve, host: str, port: int, seconds: float) -> Sequence[str]:
    """Return the addresses of a host; a resolver that does not come back cannot be interrupted, and is left behind."""
    if _is_literal(host):
        return [host]
    found: list[str] = []
    trouble: list[str] = []

    def ask() -> None:
        try:
            found.extend(resolve(host, port))
        except (OSError, UnicodeError) as why:  # no such host, or a name that no name server takes
            trouble.append(str(why))

    asking = threading.Thread(target=ask, name="resolve", daemon=True)
    asking.start()
    asking.join(seconds)
    if not found:
        raise httpcore.ConnectError(trouble[0] if trouble else "the name server does not answer")
    return found


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
