"""Telegram's updates, built as the Bot API documents them. https://core.telegram.org/bots/api#update"""

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.chat.telegram.buttons import button_key
from bot.chat.telegram.hearing import Hearing
from handlers.conversation import Incoming

Raw = dict[str, Any]

BOT_ID = 7000000001
KEY = button_key("7000000001:a-token-of-nobody")
SENT = datetime(2026, 11, 24, 6, 5, tzinfo=UTC)
SECONDS = int(SENT.timestamp())
ORIGINAL = SENT - timedelta(hours=2)
STAFF: Raw = {"id": -1001234567890, "type": "supergroup", "title": "舆情值班群"}
LI: Raw = {"id": 42, "is_bot": False, "first_name": "敏", "last_name": "李", "username": "limin"}
PRIVATE: Raw = {"id": 42, "type": "private", "first_name": "敏", "last_name": "李"}
CHANNEL: Raw = {"id": -1009876543210, "type": "channel", "title": "港北发布", "username": "gangbei"}
DESK: Raw = {"id": BOT_ID, "is_bot": True, "first_name": "回应", "username": "Desk_Bot"}
ANONYMOUS: Raw = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}

PHOTO: list[Raw] = [
    {"file_id": "large", "file_unique_id": "AQL", "width": 1280, "height": 960, "file_size": 90_000},
    {"file_id": "small", "file_unique_id": "AQS", "width": 90, "height": 67, "file_size": 1_200},
]
MEDIUM: Raw = {"file_id": "f", "file_unique_id": "AQ", "file_size": 7}
FILMED: Raw = {"width": 4, "height": 3, "duration": 1}


def ears() -> Hearing:
    """Give the ears of a desk that knows its name."""
    hearing = Hearing(BOT_ID, KEY)
    hearing.username = "desk_bot"
    return hearing


def message(**fields: object) -> Raw:
    """Build a message of Li Min's in the staff group; a field that is None is left out."""
    said = {"message_id": 77, "date": SECONDS, "chat": STAFF, "from": LI, **fields}
    return {name: value for name, value in said.items() if value is not None}


def update(kind: str = "message", /, **fields: object) -> Raw:
    """Build an update that brings one message."""
    return {"update_id": 500, kind: message(**fields)}


def entity(kind: str, text: str, shown: str, **more: object) -> Raw:
    """Mark words of a text as Telegram does: in UTF-16 units."""
    before = text[: text.index(shown)]
    length, offset = (len(part.encode("utf-16-le")) // 2 for part in (shown, before))
    return {"type": kind, "offset": offset, "length": length, **more}


def forward(origin: Raw, /, **fields: object) -> Raw:
    """Build an update that brings a forwarded message."""
    return update(forward_origin={"date": int(ORIGINAL.timestamp()), **origin}, **{"text": "自来水发黄", **fields})


def tap(payload: object, /, **fields: object) -> Raw:
    """Build a tap on a button under a card in the staff group."""
    on = {"message_id": 80, "date": SECONDS, "chat": STAFF, "from": DESK, "text": "卡片"}
    query = {"id": "q1", "from": LI, "chat_instance": "9", "message": on, "data": payload, **fields}
    return {"update_id": 501, "callback_query": {name: value for name, value in query.items() if value is not None}}


def membership(was: str | Raw, now: str | Raw, **fields: object) -> Raw:
    """Tell of a change without the rights that go with it: which of them are sent depends on the server's age."""
    old, new = ({"status": one} if isinstance(one, str) else one for one in (was, now))
    change = {
        "chat": STAFF,
        "from": LI,
        "date": SECONDS,
        "old_chat_member": {"user": DESK, **old},
        "new_chat_member": {"user": DESK, **new},
    }
    return {"update_id": 502, "my_chat_member": {**change, **fields}}


def heard(hearing: Hearing, raw: Raw) -> Incoming:
    """Return what is heard, which must be something."""
    incoming = hearing.hear(raw)
    assert incoming is not None
    return incoming
