"""The address that WeCom calls for its AI bot (智能机器人): stored first, answered with what the desk says in time.

https://developer.work.weixin.qq.com/document/path/101033: JSON around what is sealed, for an empty receiver;
/100719 (messages), /101027 (events), /101031 (what may be answered), /101138 (the address for one message more).

A group hears the desk only as an answer. So whoever is called waits a little for what is to be said there, and hands it
back; what comes later goes to the address that came along. 1:1 the app answers, which may speak at any time.
"""

import asyncio
import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.accepting import Accepting, Errand, in_a_thread
from bot.chat.receiving import RETRY_AFTER, Accept, Keyed, body_of, storable_tree, stored
from bot.chat.reception import Reception, Trouble
from bot.chat.wecom.aibot_hearing import CARD_EVENT, EVENT, group_of, member_of
from bot.chat.wecom.callback import LARGEST
from bot.chat.wecom.hearing import KEY
from bot.chat.wecom.refusing import REFUSED, echoed, refusal
from bot.chat.wecom.sealed import Seal, Stamp
from bot.chat.wecom.words import IN_APP, WELCOME
from config.accounts import WECOM
from config.language import Voice
from storage import occasion as occasions
from storage.database import Database, DatabaseTrouble
from storage.occasion import Occasion

AIBOT_PATH: Final = "/wecom/aibot"
PATIENCE: Final = timedelta(seconds=3.5)  # for which an answer is waited for; WeCom waits for five seconds
FIRST_LOOK, LONGEST_LOOK = 0.05, 0.5  # seconds until it is looked for, and between two looks at most
SLOWER: Final = 1.5  # times as long each time: an answer comes soon, or late
LONGEST_NAME: Final = 200  # characters of a msgid
LONGEST_ADDRESS: Final = 2000  # characters
SCHEMES: Final = ("https://", "http://")  # a private WeCom may have no certificate
ENTERED: Final = "enter_chat"
REFRESH: Final = "stream"  # asks how an answer goes on that was not whole; ours always are

Event = Mapping[str, Any]


@dataclass(frozen=True)
class Answering:
    """What answering needs: the seal, this machine's time, where replies are handed over, and a language."""

    seal: Seal
    clock: Callable[[], datetime]
    database: Database
    voice: Voice
    patience: timedelta = PATIENCE


def aibot_route(
    accept: Accept,
    answering: Answering,
    *,
    reception: Reception | None = None,
    soon: Callable[[Errand], None] = in_a_thread,
) -> Route:
    """Return the route that WeCom calls for the bot; soon runs an errand that stores."""
    accepting = Accepting(accept, soon)
    noted = reception or Reception("webhook")
    seal, clock = answering.seal, answering.clock

    async def called(request: Request) -> Response:
        try:
            if request.method != "POST":
                return echoed(seal, request.query_params, clock())
            event = opened(await body_of(request, LARGEST), Stamp.of(request.query_params), seal, clock())
            update = keyed(event)
        except REFUSED as trouble:
            return refusal(trouble)
        if event.get("msgtype") == REFRESH:
            return Response()
        return await _heard(answering, accepting, event, update, noted)

    return Route(AIBOT_PATH, called, methods=["GET", "POST"])


def opened(body: bytes, stamp: Stamp, seal: Seal, now: datetime) -> Event:
    """Return the event within a callback; NotSealed, or ValueError for what has none."""
    outer = json.loads(body)
    encrypted = outer.get("encrypt") if isinstance(outer, dict) else None
    if not isinstance(encrypted, str):
        raise ValueError("nothing sealed in it")  # noqa: TRY004 - what was sent, not what was given
    event = json.loads(seal.open(encrypted, stamp, now))
    if not isinstance(event, dict):
        raise ValueError("no event")  # noqa: TRY004 - what was sent, not what was given
    return event


def keyed(event: Event) -> Keyed:
    """Name an event so that a second delivery has the same name; the address to answer at is not kept with it."""
    number = event.get("msgid")
    if isinstance(number, str) and 0 < len(number) <= LONGEST_NAME:
        name = f"aibot:{number}"
    else:
        name = f"aibot:{hashlib.sha256(json.dumps(event, sort_keys=True).encode()).hexdigest()}"
    kept = {field: value for field, value in event.items() if field != "response_url"}
    tree: dict[str, Any] = storable_tree({KEY: name, EVENT: kept})
    return str(tree[KEY]), tree


def occasion_of(key: str, event: Event, now: datetime, patience: timedelta) -> Occasion | None:
    """Return what an event lets the desk say in its group; None where it is no words and no tap there."""
    group, member = group_of(event), member_of(event)
    said = event.get("event")
    tapped = said.get(CARD_EVENT) if isinstance(said, Mapping) else None
    if not group or not member or (event.get("msgtype") == "event" and not isinstance(tapped, Mapping)):
        return None
    given = {
        "message": str(event.get("msgid", "")),
        "card": str(tapped.get("task_id", "")) if isinstance(tapped, Mapping) else "",
        "address": _address(event),
    }
    kept = storable_tree({"chat": group, "by": member, **given})
    return Occasion(key=key, heard_at=now, waits_until=now + patience, **kept)


def _address(event: Event) -> str:
    url = event.get("response_url")
    fits = isinstance(url, str) and url.startswith(SCHEMES) and len(url) <= LONGEST_ADDRESS
    return str(url) if fits else ""


async def _heard(
    answering: Answering, accepting: Accepting[Keyed], event: Event, update: Keyed, noted: Reception
) -> Response:
    """Store an event, then answer it: in a group with what the desk says in time, 1:1 with where it answers."""
    key, now = update[0], answering.clock()
    occasion = occasion_of(key, event, now, answering.patience)
    if occasion is not None:
        try:
            await asyncio.to_thread(_keep, answering.database, occasion)
        except DatabaseTrouble as trouble:
            noted.troubled(Trouble("storage", str(trouble.orig)))
            return Response(status_code=503, headers={"Retry-After": RETRY_AFTER})
    answer = await stored(accepting, update, noted)
    if answer.status_code != Response().status_code:
        return answer
    reply = await _replied(answering, key) if occasion is not None else constant(event, answering.voice)
    return sealed(reply, answering.seal, answering.clock()) if reply else answer


def _keep(database: Database, occasion: Occasion) -> None:
    with database.writing() as session:
        occasions.hear(session, occasion)


async def _replied(answering: Answering, key: str) -> Event:
    """Wait for what is to be answered; nothing when it does not come in time, or cannot be looked for."""
    left, look = answering.patience.total_seconds(), FIRST_LOOK
    try:
        while left > 0 and not await asyncio.to_thread(_need_wait_no_more, answering.database, key):
            await asyncio.sleep(min(look, left))
            left, look = left - look, min(look * SLOWER, LONGEST_LOOK)
        return await asyncio.to_thread(_take, answering.database, key, answering.clock())
    except DatabaseTrouble:  # the event is stored: what is to be said goes to the address instead
        return {}


def _need_wait_no_more(database: Database, key: str) -> bool:
    with database.reading() as session:
        return occasions.need_wait_no_more(session, WECOM, key)


def _take(database: Database, key: str, now: datetime) -> Event:
    with database.writing() as session:
        return occasions.take(session, key, now)


def constant(event: Event, voice: Voice) -> Event:
    """Return what is always answered 1:1: a greeting once a day, and where the answer comes."""
    if group_of(event) or not member_of(event):
        return {}
    if event.get("msgtype") != "event":
        return stream(IN_APP.say(voice))
    said = event.get("event")
    entered = isinstance(said, Mapping) and said.get("eventtype") == ENTERED
    return {"msgtype": "text", "text": {"content": WELCOME.say(voice)}} if entered else {}


def stream(words: str) -> dict[str, Any]:
    """Return words as an answer to words, whole at once."""
    return {"msgtype": "stream", "stream": {"id": secrets.token_hex(8), "finish": True, "content": words}}


def sealed(reply: Event, seal: Seal, now: datetime) -> Response:
    """Return an answer as WeCom takes it."""
    encrypted, stamp = seal.seal(json.dumps(reply, ensure_ascii=False), secrets.token_hex(8), now)
    outer = {
        "encrypt": encrypted,
        "msgsignature": stamp.signature,
        "timestamp": int(stamp.timestamp),
        "nonce": stamp.nonce,
    }
    return Response(json.dumps(outer), media_type="application/json")
