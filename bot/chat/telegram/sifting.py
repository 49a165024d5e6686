"""What the desk reads of an update. The library parses nothing else, so nothing else can break it or cost time.

A field that the library knows in another form than Telegram now sends it (a new kind of gift, of poll, of reply) would
otherwise take the words of its message with it. https://core.telegram.org/bots/api#update
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from telegram import ChatMember

Raw = Mapping[str, Any]

_REPLIED_TO = ("message_id", "date", "chat", "forum_topic_created")
_TAPPED_ON = ("message_id", "date", "edit_date", "chat", "is_topic_message", "message_thread_id")
_MESSAGE = (
    "message_id message_thread_id is_topic_message date edit_date chat from sender_chat author_signature "
    "forward_origin is_automatic_forward text entities caption caption_entities link_preview_options media_group_id "
    "animation audio document photo video video_note voice migrate_to_chat_id migrate_from_chat_id"
).split()
_TAP = ("id", "from", "chat_instance", "data")
_PRESENCE = ("chat", "from", "date")
_INSIDE = frozenset({ChatMember.OWNER, ChatMember.ADMINISTRATOR, ChatMember.MEMBER})


def sifted(raw: Raw) -> dict[str, Any]:
    """Return an update with only the parts that the desk reads; empty when there is none it listens to."""
    heard = {kind: sift(raw[kind]) for kind, sift in _KINDS.items() if kind in raw}
    return {"update_id": raw["update_id"], **heard} if heard else {}


def _of(part: Raw, fields: Iterable[str]) -> dict[str, Any]:
    return {field: part[field] for field in fields if part.get(field) is not None}


def _message(message: Raw) -> dict[str, Any]:
    kept = _of(message, _MESSAGE)
    if message.get("reply_to_message") is not None:
        kept["reply_to_message"] = _of(message["reply_to_message"], _REPLIED_TO)
    return kept


def _tap(tap: Raw) -> dict[str, Any]:
    kept = _of(tap, _TAP)
    if tap.get("message") is not None:
        kept["message"] = _of(tap["message"], _TAPPED_ON)
    return kept


def _presence(change: Raw) -> dict[str, Any]:
    return _of(change, _PRESENCE) | {side: _member(change[side]) for side in ("old_chat_member", "new_chat_member")}


def _member(member: Raw) -> dict[str, Any]:
    """Keep only whether the desk is in: the library insists on rights that an older server does not know of."""
    restricted = member["status"] == ChatMember.RESTRICTED and member.get("is_member") is True
    inside = restricted or member["status"] in _INSIDE
    return {"user": member["user"], "status": ChatMember.MEMBER if inside else ChatMember.LEFT}


_KINDS: Mapping[str, Callable[[Raw], dict[str, Any]]] = {
    "message": _message,
    "edited_message": _message,
    "channel_post": _message,
    "edited_channel_post": _message,
    "callback_query": _tap,
    "my_chat_member": _presence,
}
