"""Groups: those that an app made, those with a webhook, and what an AI bot says afterwards.

appchat: https://developer.work.weixin.qq.com/document/path/90245 to .../90248; webhook: .../91770; AI bot: .../101138.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence

from tests.platforms.asgi import Json
from tests.platforms.wecom_api.calling import Calling
from tests.platforms.wecom_api.contents import (
    BOT_MARKDOWN,
    MEDIA,
    NOTICES,
    TEXT,
    TO_APPCHATS,
    TO_WEBHOOKS,
    WEBHOOK_MARKDOWN,
    check_card,
    check_media,
    check_words,
    content_of,
)
from tests.platforms.wecom_api.faults import Violation
from tests.platforms.wecom_api.media import upload
from tests.platforms.wecom_api.world import ApiError, Chat, Message

FEWEST, MOST = 2, 2000  # members of a group
NAME = 50  # characters
CHATID = re.compile(r"[0-9A-Za-z]{1,32}")
PICTURE = 2 * 1024 * 1024  # bytes of a webhook's picture


def create(call: Calling) -> Json:
    """Make a group; its members see it once something was sent."""
    chatid = call.text("chatid") or f"wr{call.app.agentid}n{call.world.count():06d}"
    if not CHATID.fullmatch(chatid):
        raise ApiError(40050)
    if chatid in call.world.chats:
        raise ApiError(86215)
    members = _members(call, call.need("userlist"))
    if not FEWEST <= len(members) <= MOST:
        raise ApiError(86006)
    owner = call.text("owner") or members[0]
    if owner not in members:
        raise ApiError(86005)
    title = call.text("name")[:NAME]
    call.world.chats[chatid] = Chat(chatid, "appchat", title, owner, members, maker=call.app.agentid)
    return {"chatid": chatid}


def get(call: Calling) -> Json:
    """Give a group that the app made."""
    chat = _own(call)
    info = {"chatid": chat.key, "name": chat.title, "owner": chat.owner, "userlist": chat.members, "chat_type": 0}
    return {"chat_info": info}


def update(call: Calling) -> Json:
    """Rename a group, change its owner, let people in and out."""
    chat = _own(call)
    members = [*chat.members, *_members(call, call.given.get("add_user_list", []))]
    gone = call.given.get("del_user_list", [])
    kept = [each for each in dict.fromkeys(members) if each not in gone]
    owner = call.text("owner") or chat.owner
    if not FEWEST <= len(kept) <= MOST:
        raise ApiError(86006)
    if owner not in kept:
        raise ApiError(86005)
    chat.members, chat.owner, chat.title = kept, owner, call.text("name")[:NAME] or chat.title
    return {}


def send(call: Calling) -> Json:
    """Write into a group that the app made; no cards there."""
    chat = _own(call)
    msgtype, content = content_of(call, TO_APPCHATS)
    check_media(call, msgtype, content)
    _write(call, chat, msgtype, content, over=msgtype not in MEDIA and check_words(msgtype, content, most=TEXT))
    return {}


def _own(call: Calling) -> Chat:
    chat = call.world.chats.get(str(call.need("chatid")))
    if chat is None or chat.kind != "appchat":
        raise ApiError(86003)
    if chat.maker != call.app.agentid:
        raise ApiError(86008)
    return chat


def _members(call: Calling, named: Sequence[str]) -> list[str]:
    found = [call.world.member(each) for each in named]
    if None in found:
        raise ApiError(86007)
    return [each.userid for each in found if each is not None]


def webhook_send(call: Calling) -> Json:
    """Write by a webhook: 20 a minute."""
    chat = call.world.chats.get(call.text("key"))
    if chat is None or chat.kind != "webhook":
        raise ApiError(93000)
    msgtype, content = content_of(call, TO_WEBHOOKS)
    _check_for_webhook(call, msgtype, content)
    if call.limits.over("webhook", chat.key):
        raise ApiError(45009)
    _write(call, chat, msgtype, content)
    return {}


def webhook_upload(call: Calling) -> Json:
    """Keep a file for a webhook, for three days."""
    if call.text("key") not in call.world.chats:
        raise ApiError(93000)
    return upload(call)


def _check_for_webhook(call: Calling, msgtype: str, content: Json) -> None:
    if msgtype == "image":
        _check_picture(content)
    elif msgtype in MEDIA:
        check_media(call, msgtype, content)
    elif msgtype == "template_card":
        check_card(content, types=NOTICES)
    elif msgtype == "text":
        if len(str(content.get("content", "")).encode()) > TEXT:
            raise ApiError(40058, f"text.content exceed max length {TEXT}. invalid Request Parameter")
        check_words(msgtype, content, most=TEXT)
    else:
        check_words(msgtype, content, most=WEBHOOK_MARKDOWN)


def _check_picture(content: Json) -> None:
    try:
        picture = base64.b64decode(str(content.get("base64", "")), validate=True)
    except binascii.Error:
        raise ApiError(40058, "image.base64 invalid Request Parameter") from None
    if not 0 < len(picture) <= PICTURE or hashlib.md5(picture).hexdigest() != content.get("md5"):  # noqa: S324 - the vendor's choice
        raise ApiError(301019, "media md5 not match")


def bot_response(call: Calling) -> Json:
    """Answer an AI bot's message at its response_url: once, within an hour; cards in 1:1 alone."""
    ticket = call.world.redeem(
        call.world.response_urls, call.text("response_code"), ApiError(40058, "invalid response_code")
    )
    chat = call.world.chats[ticket.chat]
    alone = chat.key.startswith("bot:")
    msgtype, content = content_of(call, ("markdown", "template_card") if alone else ("markdown",))
    if msgtype == "template_card":
        check_card(content)
    else:
        check_words(msgtype, content, most=BOT_MARKDOWN)
    if not call.limits.over("bot", chat.key):
        message = _write(call, chat, msgtype, content)
        message.quote = None if alone else ticket.answers
    return {}


def _write(call: Calling, chat: Chat, msgtype: str, content: Json, *, over: bool = False) -> Message:
    message = call.world.write(chat, msgtype, content)
    message.cut = over
    if over:
        call.limits.violations.append(Violation("cut", chat.key))
    return message
