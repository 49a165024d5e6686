"""The address that the official account's platform calls: opened, stored first, answered then with a fixed word.

https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Receiving_standard_messages.html: what is not
answered within five seconds comes again, up to three times; .../Passive_user_reply_message.html: an answer that is no
reply must be empty, or the follower is told that the account is out of order.

Who wrote is not stored: in place of the openid stands a name made of it under the callback's token, by which the desk
knows what one and the same follower wrote a moment ago.
"""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from xml.sax.saxutils import escape

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.accepting import Accepting, Errand, in_a_thread
from bot.chat.receiving import Accept, Keyed, body_of, stored
from bot.chat.reception import Reception
from bot.chat.wechat.hearing import FINISHED, MESSAGES
from bot.chat.wecom.callback import keyed, opened
from bot.chat.wecom.refusing import REFUSED, refusal
from bot.chat.wecom.sealed import NotSealed, Seal, Stamp, is_recent, signature

CALLBACK_PATH: Final = "/wechat/callback"
LARGEST: Final = 200_000  # bytes; a text has at most some thousands
ASKING: Final = ("subscribe", "CLICK")  # events after which a follower is told what can be written here
NAMED: Final = 20  # digits of the name that stands for a follower


@dataclass(frozen=True)
class Replies:
    """The fixed words for what a follower does, in the desk's language."""

    receipt: str
    how: str
    unreadable: str


class Door:
    """Lets in what surely comes from the platform, lately; with a key only what is sealed."""

    def __init__(self, token: str, seal: Seal | None) -> None:
        """Take what the console shows; without a seal messages come as they are (明文模式)."""
        self._token = token
        self._seal = seal

    def event(self, body: bytes, query: Mapping[str, str], now: datetime) -> Keyed:
        """Return what was sent, with its name; NotSealed, or ValueError for what is no message.

        That is also what is sealed while there is no key: the platform says that it does not get through.
        """
        name, event = keyed(self._opened(body, query, now))
        if "MsgType" not in event:
            raise ValueError("no message")
        return name, event

    def _opened(self, body: bytes, query: Mapping[str, str], now: datetime) -> str:
        if self._seal is not None:
            return opened(body, Stamp.of(query), self._seal, now)
        self.check(query, now)
        return body.decode()

    def check(self, query: Mapping[str, str], now: datetime) -> None:
        """Refuse with NotSealed a call whose address is not signed by the platform; its body is not."""
        stamp = Stamp(query.get("signature", ""), query.get("timestamp", ""), query.get("nonce", ""))
        if not hmac.compare_digest(signature(self._token, stamp).encode(), stamp.signature.encode("utf-8", "replace")):
            raise NotSealed("another signature")
        if not is_recent(stamp.timestamp, now):
            raise NotSealed("too old")

    def name_of(self, openid: str) -> str:
        """Return what stands for a follower; nobody else can make it."""
        return hmac.new(self._token.encode(), openid.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:NAMED]

    def reply(self, event: Mapping[str, str], words: str, now: datetime, nonce: str) -> str:
        """Return a reply to whoever did this, sealed if what comes is."""
        plain = _xml(
            ToUserName=event["FromUserName"], FromUserName=event.get("ToUserName", ""),
            CreateTime=str(int(now.timestamp())), MsgType="text", Content=words,
        )  # fmt: skip
        if self._seal is None:
            return plain
        encrypted, stamp = self._seal.seal(plain, nonce, now)
        return _xml(Encrypt=encrypted, MsgSignature=stamp.signature, TimeStamp=stamp.timestamp, Nonce=stamp.nonce)


def callback_route(
    accept: Accept,
    door: Door,
    replies: Replies,
    clock: Callable[[], datetime],
    *,
    reception: Reception | None = None,
    soon: Callable[[Errand], None] = in_a_thread,
) -> Route:
    """Return the route that the platform calls; clock tells this machine's time, soon runs an errand that stores."""
    accepting = Accepting(accept, soon)
    noted = reception or Reception("webhook")

    async def called(request: Request) -> Response:
        query, now = request.query_params, clock()
        try:
            if request.method != "POST":
                door.check(query, now)
                return PlainTextResponse(query.get("echostr", ""))
            name, event = door.event(await body_of(request, LARGEST), query, now)
        except REFUSED as trouble:
            return refusal(trouble)
        if is_kept(event):
            answer = await stored(accepting, _unnamed((name, event), door), noted)
            if answer.status_code != Response().status_code:
                return answer
        words = said_to(event, replies)
        return Response(door.reply(event, words, now, query.get("nonce", "")) if words else "", media_type="text/xml")

    return Route(CALLBACK_PATH, called, methods=["GET", "POST"])


def is_kept(event: Mapping[str, str]) -> bool:
    """Say whether the desk has to do with this: who comes, goes or looks at something is not put on record."""
    if not event.get("FromUserName"):
        return False
    kind = event.get("MsgType", "")
    return kind in MESSAGES or (kind == "event" and event.get("Event") in FINISHED)


def said_to(event: Mapping[str, str], replies: Replies) -> str:
    """Return the fixed words for what a follower did; nothing for what wants no answer."""
    kind = event.get("MsgType", "")
    if not event.get("FromUserName") or (kind == "event" and event.get("Event") not in ASKING):
        return ""
    if kind == "event":
        return replies.how
    return replies.receipt if kind in MESSAGES else replies.unreadable if kind else ""


def _unnamed(update: Keyed, door: Door) -> Keyed:
    """Let nobody be known by what is stored."""
    name, event = update
    return name, {**event, "FromUserName": door.name_of(str(event["FromUserName"]))}


def _xml(**words: str) -> str:
    inner = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in words.items())
    return f"<xml>{inner}</xml>"
