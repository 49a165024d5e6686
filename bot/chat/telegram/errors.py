"""What a failed call to Telegram means for what was to be sent."""

import os
import re
from concurrent.futures import CancelledError
from datetime import timedelta

import aiohttp
import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.chat.platform import SendFailed
from bot.loop import LoopClosed

# The library's own switch: without it, every flood limit also raises a warning about a number of seconds.
# https://docs.python-telegram-bot.org/en/stable/telegram.error.html#telegram.error.RetryAfter
os.environ.setdefault("PTB_TIMEDELTA", "true")

Failure = TelegramError | TimeoutError | CancelledError | LoopClosed | httpx.HTTPError
FAILURES = (TelegramError, TimeoutError, CancelledError, LoopClosed, httpx.HTTPError)
MENDING = 60.0  # seconds until a refused token is tried again: only an administrator can mend it
# The request never left: there was no connection to send it on.
UNSENT = (
    *(httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol),
    *(aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL),
)
# Of a chat in which the bot can say nothing, whatever it says. The server's own sentences:
# https://github.com/tdlib/telegram-bot-api/blob/master/telegram-bot-api/Client.cpp
OUT_OF_REACH = re.compile(
    "chat not found|user not found|peer_id_invalid|chat_write_forbidden|chat_restricted|not enough rights to send"
    "|have no rights to send|need administrator rights in the channel|group chat was deactivated",
    re.IGNORECASE,
)
TOO_MANY = re.compile(r"too many requests(?:.*?retry after (\d+))?", re.IGNORECASE)
SOON = 5.0  # seconds, when we are told to be slower but not for how long


def send_failed(error: Failure, secret: str, *, repeatable: bool = False) -> SendFailed:
    """Translate; the secret never shows. Repeatable: doing it twice is as good as once, so nothing is unknown."""
    failed = _translated(error, said_by(error, secret))
    if repeatable:
        failed.unknown = False
    return failed


def said_by(error: BaseException, secret: str) -> str:
    """Return what an error says, without the secret."""
    said = str(error) or type(error).__name__
    for hidden in filter(None, (secret, secret.partition(":")[2])):
        said = said.replace(hidden, "…")
    return said


def _translated(error: Failure, why: str) -> SendFailed:
    match error:
        case _ if is_strangers(error):
            failed = SendFailed(why, after=MENDING)
        case RetryAfter():
            failed = SendFailed(why, after=seconds_of(error))
        case ChatMigrated():
            failed = SendFailed(why, moved_to=str(error.new_chat_id))
        case Forbidden():
            failed = SendFailed(why, permanent=True, unreachable=True)
        case InvalidToken():
            failed = SendFailed(why, after=MENDING)
        case BadRequest():
            failed = SendFailed(why, permanent=True, unreachable=OUT_OF_REACH.search(why) is not None)
        case Conflict() | LoopClosed():
            failed = SendFailed(why)
        case _:
            failed = _not_through(error, why)
    return failed


def is_strangers(error: Failure) -> bool:
    """Say whether a refusal is not Telegram's: it answers in JSON, a proxy or a firewall with a page."""
    refused = isinstance(error, Forbidden | BadRequest | InvalidToken | Conflict)
    return refused and isinstance(error.__cause__, TelegramError)


def _not_through(error: Failure, why: str) -> SendFailed:
    """Tell what surely never left from what nobody answered, or answered so that nobody can read it."""
    slower = TOO_MANY.match(why)
    if slower:
        return SendFailed(why, after=float(slower[1] or SOON))
    beneath = error.__cause__ if isinstance(error, NetworkError) else error
    return SendFailed(why, unknown=not isinstance(beneath, UNSENT))


def seconds_of(error: RetryAfter) -> float:
    """Return how long to wait; who sets the library's switch to false gets a number."""
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


def says(error: BadRequest, *sentences: str) -> bool:
    """Say whether the server refused with one of these sentences; all of them in lower case."""
    said = str(error).lower()
    return any(sentence in said for sentence in sentences)
