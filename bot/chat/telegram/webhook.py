"""The webhook: Telegram delivers updates, each is stored first, acknowledged then.

https://core.telegram.org/bots/api#setwebhook
"""

import hmac
import json
import math
from collections.abc import Callable
from typing import Any, Final

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Bot

from bot.accepting import Accepting, Errand, in_a_thread
from bot.chat.receiving import Accept, NotRead, body_of, stored
from bot.chat.reception import Reception
from bot.chat.telegram.updates import ALLOWED, keyed

# Telegram opens so many connections at once. What waits while one commit runs shares the next one, so more of them
# would only wait beside one another; fewer would hold back a burst.
CONNECTIONS: Final = 40
SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
WEBHOOK_PATH: Final = "/telegram/webhook"
LARGEST: Final = 1_000_000  # bytes; Telegram's own updates are far below


async def set_webhook(bot: Bot, url: str, secret: str) -> None:
    """Tell Telegram where to deliver; what waits is kept. Raises TelegramError."""
    await bot.set_webhook(
        url,
        allowed_updates=ALLOWED,
        max_connections=CONNECTIONS,
        secret_token=secret,
        drop_pending_updates=False,
    )


def webhook_route(
    accept: Accept,
    secret: str,
    bot_id: int,
    *,
    path: str = WEBHOOK_PATH,
    largest: int = LARGEST,
    reception: Reception | None = None,
    soon: Callable[[Errand], None] = in_a_thread,
) -> Route:
    """Return the route to which Telegram delivers: 200 once an update is stored; largest in bytes.

    soon: lets the thread run an errand that stores what was delivered.
    """
    accepting = Accepting(accept, soon)
    noted = reception or Reception("webhook")

    async def deliver(request: Request) -> Response:
        if not _is_telegram(request, secret):
            return Response(status_code=401)
        try:
            update = keyed(bot_id, _update(await body_of(request, largest)))
        except NotRead as trouble:
            return trouble.answer()
        except (ValueError, RecursionError, ClientDisconnect):
            return Response(status_code=400)
        return await stored(accepting, update, noted)

    return Route(path, deliver, methods=["POST"])


def _is_telegram(request: Request, secret: str) -> bool:
    given = request.headers.get(SECRET_HEADER, "").strip()  # blanks around it are no part of a header's value
    return hmac.compare_digest(given.encode("latin-1"), secret.encode())


def _update(body: bytes) -> dict[str, Any]:
    """Read an update; ValueError for what is none."""
    update = json.loads(body, parse_constant=_no_number, parse_float=_finite)
    if not isinstance(update, dict) or type(update.get("update_id")) is not int:
        raise ValueError("no update")
    return update


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _no_number(text)


def _no_number(name: str) -> float:
    raise ValueError(name)
