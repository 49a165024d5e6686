"""No test reaches beyond this machine: a connection or a look-up outside loopback is refused and fails the test."""

import ipaddress
import socket
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

import pytest

_REACHING: Final = ("socket.connect", "socket.sendto")
_LOOKING_UP: Final = ("socket.getaddrinfo", "socket.gethostbyname")
_reached: list[str] = []


class OutsideNetworkError(Exception):
    """A test tried to reach beyond this machine."""


def pytest_configure() -> None:
    """Watch every connection from now on; an audit hook also sees those of asyncio and of libraries."""
    if not getattr(sys, "_huiying_network_watched", False):
        sys._huiying_network_watched = True  # type: ignore[attr-defined]  # noqa: SLF001 - an audit hook cannot be removed
        sys.addaudithook(_watch)


@pytest.fixture(autouse=True)
def _inside_this_machine() -> Iterator[None]:
    """Fail a test that reached out, even when the code swallowed the refusal."""
    _reached.clear()
    yield
    if _reached:
        pytest.fail(f"reached beyond this machine: {', '.join(_reached)}")


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    host = _host(event, arguments)
    if host is not None and not _is_here(host):
        _reached.append(host)
        raise OutsideNetworkError(host)


def _host(event: str, arguments: tuple[object, ...]) -> str | None:
    """Return the host that an event is about, or None when it is about none."""
    if event in _LOOKING_UP:
        return _text(arguments[0])
    if event not in _REACHING:
        return None
    reaching, address = arguments[0], arguments[1]
    internet = isinstance(reaching, socket.socket) and reaching.family in (socket.AF_INET, socket.AF_INET6)
    return _text(address[0]) if internet and isinstance(address, tuple) else None


def _text(host: object) -> str:
    return host.decode(errors="replace") if isinstance(host, bytes) else str(host or "localhost")


def _is_here(host: str) -> bool:
    if host in ("localhost", socket.gethostname()):
        return True
    with suppress(ValueError):
        address = ipaddress.ip_address(host.partition("%")[0])
        return address.is_loopback or address.is_unspecified
    return False
