"""What a failed call means: out for good, to be tried again, or nobody knows."""

import os

import aiohttp
import httpx
import pytest
from aiohttp.client_reqrep import ConnectionKey
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.chat.platform import SendFailed
from bot.chat.telegram.errors import Failure, send_failed
from bot.chat.telegram.posting import leads_straight
from bot.loop import LoopClosed
from config.redaction import Redaction

TOKEN = "123456:ABC-secret"
REDACTION = Redaction(TOKEN)
KEY = ConnectionKey(
    "api.telegram.org",
    443,
    is_ssl=True,
    ssl=True,
    proxy=None,
    proxy_auth=None,
    proxy_headers_hash=None,
    server_hostname=None,
)
PAGE = TelegramError("Invalid server response")  # what the library makes of a page instead of JSON


def caused(error: Failure, cause: Exception) -> Failure:
    """Give an error as it is raised from another."""
    error.__cause__ = cause
    return error


def meaning(failed: SendFailed) -> dict[str, object]:
    """Give what a failure says beyond its words."""
    return {name: value for name, value in vars(failed).items() if value}


@pytest.mark.parametrize(
    ("error", "means"),
    [
        (RetryAfter(7), {"after": 7.0}),
        (ChatMigrated(-1009), {"moved_to": "-1009"}),
        (Forbidden("bot was blocked by the user"), {"permanent": True, "unreachable": True}),
        (BadRequest("Chat not found"), {"permanent": True, "unreachable": True}),
        (BadRequest("Not enough rights to send text messages to the chat"), {"permanent": True, "unreachable": True}),
        (BadRequest("Message text is empty"), {"permanent": True}),
        (InvalidToken(f"The token `{TOKEN}` was rejected"), {"after": 60.0}),
        (Conflict("terminated by other getUpdates request"), {}),
        (LoopClosed("closed"), {}),
        (caused(NetworkError("httpx.ConnectError"), httpx.ConnectError("refused")), {}),
        (caused(TimedOut(), httpx.ConnectTimeout("slow")), {}),
        (caused(TimedOut("Pool timeout"), httpx.PoolTimeout("full")), {}),
        (caused(NetworkError("httpx.ProxyError"), httpx.ProxyError("403")), {}),
        (caused(TimedOut(), httpx.ReadTimeout("slow")), {"unknown": True}),
        (caused(NetworkError("httpx.ReadError"), httpx.ReadError("reset")), {"unknown": True}),
        (caused(NetworkError("refused"), aiohttp.ClientConnectorError(KEY, OSError("refused"))), {}),
        (caused(TimedOut(), aiohttp.ConnectionTimeoutError("slow")), {}),
        (caused(TimedOut(), aiohttp.SocketTimeoutError("slow")), {"unknown": True}),
        (caused(NetworkError("gone"), aiohttp.ServerDisconnectedError()), {"unknown": True}),
        (NetworkError("Bad Gateway"), {"unknown": True}),
        (NetworkError("Too Many Requests: retry after 3. The server"), {"after": 3.0}),
        (NetworkError("Too Many Requests (429). Parsing"), {"after": 5.0}),
        (TelegramError("Invalid server response"), {"unknown": True}),
        (TimeoutError(), {"unknown": True}),
        (httpx.ConnectError("refused"), {}),
        (httpx.ReadTimeout("slow"), {"unknown": True}),
    ],
)
def test_every_error_has_its_meaning(error: Failure, means: dict[str, object]) -> None:
    """Only what surely never left is simply tried again; only what Telegram refused is given up."""
    assert meaning(send_failed(error, REDACTION)) == means


@pytest.mark.parametrize("kind", [Forbidden, BadRequest, InvalidToken])
def test_a_page_of_a_firewall_is_no_word_of_telegram(kind: type[TelegramError]) -> None:
    """A refusal that is a page, not JSON, comes from something between: nobody is out of reach because of it."""
    assert meaning(send_failed(caused(kind("Forbidden (403)"), PAGE), REDACTION)) == {"after": 60.0}


def test_what_can_be_repeated_is_never_unknown() -> None:
    """Where doing it twice is as good as once, a lost answer is tried again without a mark."""
    assert meaning(send_failed(TimedOut(), REDACTION, repeatable=True)) == {}


@pytest.mark.parametrize("error", [InvalidToken(f"`{TOKEN}`"), NetworkError(f"https://a/bot{TOKEN}/x ABC-secret")])
def test_the_token_is_never_said(error: TelegramError) -> None:
    """No message holds the token, or the secret half of it."""
    assert "ABC-secret" not in str(send_failed(error, REDACTION))


def test_an_error_without_words_says_its_kind() -> None:
    """Every failure says something."""
    assert str(send_failed(TimeoutError(), REDACTION)) == "TimeoutError"


@pytest.mark.parametrize(
    ("proxy", "named", "goes"),
    [
        ("", {}, "straight"),
        ("", {"NO_PROXY": "localhost"}, "straight"),
        ("", {"HTTPS_PROXY": "http://127.0.0.1:1"}, "through it"),
        ("", {"ALL_PROXY": "socks5://127.0.0.1:1"}, "through it"),
        ("socks5://127.0.0.1:1", {}, "through it"),
    ],
)
def test_a_proxy_of_any_kind_keeps_the_librarys_own_calls(
    monkeypatch: pytest.MonkeyPatch, proxy: str, named: dict[str, str], goes: str
) -> None:
    """One of the settings, or one that the environment names; a list of what needs none is no proxy."""
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    for name, value in named.items():
        monkeypatch.setenv(name, value)
    assert leads_straight(proxy) is (goes == "straight")
