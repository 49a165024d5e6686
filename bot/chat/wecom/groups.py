"""Groups that the desk can only write to: those it made (appchat), and those that gave it a webhook.

Nobody is heard there, and no button works: what somebody is to do is done 1:1.
https://developer.work.weixin.qq.com/document/path/90248 (appchat), /91770 (webhooks)
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Final

from bot.chat import seams
from bot.chat.wecom.aibot_hearing import HEARD
from bot.chat.wecom.letters import Enclosed, Message, whole
from bot.chat.wecom.words import IN_PRIVATE
from config.language import Voice
from handlers.conversation import Content

# So begin the accounts of such chats; no userid has a colon in it.
MADE: Final = "group:"
HOOKED: Final = "webhook:"
NAMED: Final = 12  # letters of the hash that names a webhook


def is_group(chat: str) -> bool:
    """Say whether a chat is a group rather than a member."""
    return chat.startswith((MADE, HOOKED, HEARD))


def hooks_of(addresses: Iterable[str]) -> Mapping[str, str]:
    """Return the keys of webhooks by the accounts of their groups: a key is a secret, its hash is none.

    One that is followed by # and a chatid is of a group that the AI bot hears.
    """
    found = [address.partition("key=")[2].partition("#") for address in addresses]
    return {f"{HEARD}{chat}" if chat else _hooked(key): key for key, _, chat in found}


def _hooked(key: str) -> str:
    return f"{HOOKED}{hashlib.sha256(key.encode()).hexdigest()[:NAMED]}"


def group_letters(content: Content, voice: Voice) -> list[Message | Enclosed]:
    """Return what a content is sent as into a group: its text, whole, and that answers are given 1:1."""
    parts, enclosed = whole(content, IN_PRIVATE.say(voice) if content.buttons else "", voice)
    return [*(_letter(part.strip(seams.TRIMMED), content.names) for part in parts), *enclosed]


def _letter(part: str, names: tuple[str, str] | None) -> Message:
    """Call whom a part names: a group with a webhook rings for it, in others the name just stands there."""
    called = {"mentioned_list": [names[1]]} if names is not None and f"@{names[0]}" in part else {}
    return {"msgtype": "text", "text": {"content": part, **called}}
