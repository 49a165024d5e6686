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
from config.redaction import Redaction

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
    "chat not found|user not found|peer_id_invalid|chat_restricted|chat is restricted|chat_admin_required"
    "|chat_(?:guest_)?(?:write|send)(?:_[a-z]+)?_forbidden|channel_private|topic_(?:closed|deleted)"
    "|not enough rights to send|have no rights to send|need administrator rights in the channel"
    "|group chat was deactivated",
    re.IGNORECASE,
)
TOO_MANY = re.compile(r"too many requests(?:.*?retry after (\d+))?", re.IGNORECASE)
SOON = 5.0  # seconds, when we are told to be slower but not for how long
LONGEST = 86_400.0  # seconds that we let ourselves be put off


def send_failed(error: Failure, redaction: Redaction, *, repeatable: bool = False) -> SendFailed:
    """Translate; no secret shows. Repeatable: doing it twice is as good as once, so nothing is unknown."""
    failed = _translated(error, said_by(error, redaction))
    if repeatable:
        failed.unknown = False
    return failed


def said_by(error: BaseException, redaction: Redaction) -> str:
    """Return what an error says, without a secret: a proxy's page may repeat what it was asked with."""
    return redaction.hide(str(error) or type(error).__name__)


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
        return SendFailed(why, after=min(float(slower[1] or SOON), LONGEST))
    beneath = error.__cause__ if isinstance(error, NetworkError) else error
    return SendFailed(why, unknown=not isinstance(beneath, UNSENT))


def seconds_of(error: RetryAfter) -> float:
    """Return how long to wait; who sets the library's switch to false gets a number."""
    wait = error.retry_after
    return min(wait.total_seconds() if isinstance(wait, timedelta) else float(wait), LONGEST)


def says(error: BadRequest, *sentences: str) -> bool:
    """Say whether the server refused with one of these sentences; all of them in lower case."""
    said = str(error).lower()
    return any(sentence in said for sentence in sentences)
