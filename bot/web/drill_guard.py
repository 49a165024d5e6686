"""Who may come in: anyone can play anyone here, so only this machine, only its own page, only its own forms."""

import hmac
import ipaddress
import re
import secrets
from typing import Final

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.drill import words
from bot.web.drill_pages import refused_page
from bot.web.edge import Answering, TooMuch, bounded, is_own_form
from storage.database import DatabaseTrouble

log = structlog.get_logger()
COOKIE: Final = "huiying_drill"
TOKEN_BYTES: Final = 24
MOST_BYTES: Final = 112 * 1024 * 1024  # ten files of ten megabytes, and the words
HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # not no-referrer: that would empty the Origin that our own forms send
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}
_HOST: Final = re.compile(r"(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?")


class Guard:
    """Lets in only what comes from this machine's own drill page."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through with our headers, or refuse it in words."""
        if scope["type"] != "http":
            return
        request = Request(scope)
        refusal = self._refusal(request)
        if refusal is not None:
            await refusal(scope, receive, Answering(send, HEADERS).send)
            return
        answering = Answering(send, HEADERS)
        try:
            await self._app(scope, bounded(receive, MOST_BYTES), answering.send)
        except ClientDisconnect:  # nobody waits for an answer any more
            return
        except (TooMuch, HTTPException, DatabaseTrouble, OSError) as trouble:
            if answering.begun:
                raise
            await _answer_to(trouble, request)(scope, receive, answering.send)
        except Exception:  # the edge of the page: a garbled request is answered, never a bare 500
            if answering.begun:
                raise
            log.exception("a request broke", path=request.url.path)
            await refused_page(request, words.garbled(), 400)(scope, receive, answering.send)

    def _refusal(self, request: Request) -> Response | None:
        if not is_here(request.client.host if request.client else "") or not is_own_host(request):
            return refused_page(request, words.loopback_only(), 403)
        if request.method not in ("GET", "HEAD") and not is_own_form(request):
            return refused_page(request, words.foreign_form(), 403)
        return None


def _answer_to(trouble: Exception, request: Request) -> Response:
    if isinstance(trouble, TooMuch):
        return refused_page(request, words.too_much(), 413)
    if isinstance(trouble, HTTPException):
        return refused_page(request, words.no_such_page(), trouble.status_code)
    return refused_page(request, words.not_now_page(), 409)


def is_here(address: str) -> bool:
    """Say whether an address is this machine's own."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return (mapped or found).is_loopback


def is_own_host(request: Request) -> bool:
    """Say whether the page was asked for by a name of this machine: another name may be made to point here."""
    return _HOST.fullmatch(request.headers.get("host", "").lower()) is not None


def token_of(request: Request) -> str:
    """Return the visitor's token, a new one at the first visit."""
    return request.cookies.get(COOKIE) or secrets.token_urlsafe(TOKEN_BYTES)


def is_own_token(request: Request, given: str) -> bool:
    """Say whether a form holds the visitor's token."""
    kept = request.cookies.get(COOKIE, "")
    return bool(kept) and hmac.compare_digest(kept.encode(), given.encode())
