"""Who may come in to the board: its own forms only, nobody who guesses, and nothing of it is kept by a browser."""

import hashlib
import hmac
from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.web.board_pages import Refusing
from bot.web.edge import Answering, TooMuch, bounded, is_own_form
from config.language import Line, t
from storage.database import DatabaseTrouble

log = structlog.get_logger()
COOKIE: Final = "huiying_board"
MOST_BYTES: Final = 1024 * 1024
MOST_WRONG: Final = 10  # links that are no good from one address, within WRONG_LASTS
WRONG_LASTS: Final = timedelta(minutes=10)
MOST_ADDRESSES: Final = 10_000
HEADERS: Final[Mapping[str, str]] = {
    # There is no script on these pages, and none may be slipped in.
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    # not no-referrer: that would empty the Origin that our own forms send
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
}
FOREIGN: Final = t("这个请求不是从看板自己的页面发出的,没有办理。请从看板上再点一次。")
TOO_MUCH: Final = t("内容太长,没有收下。请分开发,或在聊天里作为文件发送。")
NO_PAGE: Final = t("没有这一页。")
NOT_NOW: Final = t("数据库暂时没有应答,没有办理。请稍后再试。")
GARBLED: Final = t("请求读不懂,没有办理。")


class Guard:
    """Stands before the board."""

    def __init__(self, app: ASGIApp, refuse: Refusing) -> None:
        """Stand before an application; refuse says why not."""
        self._app = app
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through with our headers, or refuse it in words."""
        if scope["type"] != "http":
            return
        request, answering = Request(scope), Answering(send, HEADERS)
        if request.method not in ("GET", "HEAD") and not is_own_form(request):
            await self._refuse(request, FOREIGN, 403)(scope, receive, answering.send)
            return
        try:
            await self._app(scope, bounded(receive, MOST_BYTES), answering.send)
        except ClientDisconnect:  # nobody waits for an answer any more
            return
        except Exception as trouble:  # the edge of the page: a garbled request is answered, never a bare 500
            if answering.begun:
                raise
            await self._answer_to(trouble, request)(scope, receive, answering.send)

    def _answer_to(self, trouble: Exception, request: Request) -> Response:
        said, code = _what_to_say(trouble)
        if code >= 500:  # noqa: PLR2004 - the desk's own trouble, not the visitor's
            log.warning("the board could not answer", method=request.method, exc_info=trouble)
        return self._refuse(request, said, code)


def _what_to_say(trouble: Exception) -> tuple[Line, int]:
    if isinstance(trouble, TooMuch):
        return TOO_MUCH, 413
    if isinstance(trouble, HTTPException):
        return (NO_PAGE if trouble.status_code == 404 else GARBLED), trouble.status_code  # noqa: PLR2004 - HTTP's own
    if isinstance(trouble, DatabaseTrouble):
        return NOT_NOW, 503
    return GARBLED, 500


class Attempts:
    """Counts links that were no good, by the address they came from; forgotten after a while."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self._wrong: OrderedDict[str, list[datetime]] = OrderedDict()

    def may(self, address: str, now: datetime) -> bool:
        """Say whether an address may try."""
        recent = [at for at in self._wrong.get(address, ()) if now - at < WRONG_LASTS]
        return len(recent) < MOST_WRONG

    def wrong(self, address: str, now: datetime) -> None:
        """Count a link that was no good."""
        recent = [at for at in self._wrong.pop(address, []) if now - at < WRONG_LASTS]
        self._wrong[address] = [*recent, now]
        while len(self._wrong) > MOST_ADDRESSES:
            self._wrong.popitem(last=False)


def form_token(session_token: str) -> str:
    """Return what every form of a session must hold: only who has the session's cookie can know it."""
    return hashlib.sha256(f"form:{session_token}".encode()).hexdigest()


def is_form_of(session_token: str, given: str) -> bool:
    """Say whether a form was made for this session."""
    return bool(session_token) and hmac.compare_digest(form_token(session_token).encode(), given.encode())
