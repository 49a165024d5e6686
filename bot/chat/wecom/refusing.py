"""What whoever calls a sealed address is told: that it is not taken, and never why; and the console its own echo."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse, Response

from bot.chat.receiving import NotRead
from bot.chat.wecom.sealed import NotSealed, Seal, Stamp

# What is wrong with a call, whatever reads it stumbles over.
REFUSED: Final = (NotRead, NotSealed, ValueError, RecursionError, ClientDisconnect)
# What the console asks for is a number. Whoever caught a message, and hands it in as an echo, is not told what it says.
ECHO: Final = re.compile(r"[0-9A-Za-z]{1,64}")


def refusal(trouble: Exception) -> Response:
    """Return the answer to a call that is one of REFUSED."""
    if isinstance(trouble, NotRead):
        return trouble.answer()
    return Response(status_code=403 if isinstance(trouble, NotSealed) else 400)


def echoed(seal: Seal, query: Mapping[str, str], now: datetime) -> Response:
    """Return what the console sealed, to show that the key is known; raises NotSealed."""
    echo = seal.open(query.get("echostr", ""), Stamp.of(query), now)
    return PlainTextResponse(echo) if ECHO.fullmatch(echo) else Response(status_code=403)
