"""What a WeCom event means to the desk. Pure: the event comes as it was stored, and nothing is asked of anybody.

https://developer.work.weixin.qq.com/document/path/90239 (messages), /90240 (events).
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final, Literal

from bot.chat.wecom.letters import typed
from config.accounts import WECOM, plain_account
from handlers.conversation import MAX_TEXT, File, Incoming, Origin, Place, Sender

KEY: Final = "#key"  # under it stands the name by which an event was stored; no element can be called so
# What WeCom says itself where a person did not speak: "sys". https://developer.work.weixin.qq.com/document/path/90240
NOBODY: Final = ("", "sys")
BUTTON: Final = re.compile(r"[0-9]{1,18}\.[0-9]{1,4}\.[0-9]{1,4}")
MEDIA: Final = {
    "image": (".jpg", "image/jpeg"),
    "voice": (".amr", "audio/amr"),
    "video": (".mp4", "video/mp4"),
    "file": ("", "application/octet-stream"),
}
NOTICES: Final[dict[str, Literal["added", "removed"]]] = {
    "subscribe": "added",
    "enter_agent": "added",
    "unsubscribe": "removed",
}
Event = Mapping[str, str]


class Unreadable(ValueError):
    """An event that is not built as WeCom describes it."""


def hear(event: Mapping[str, Any]) -> Incoming | None:
    """Read an event; None for one that means nothing to the desk. Raises Unreadable."""
    try:
        known = {str(name): str(value) for name, value in event.items()}
        if known["FromUserName"] in NOBODY:
            return None
        kind = known["MsgType"]
        reading = _EVENTS.get(known.get("Event", "")) if kind == "event" else _MESSAGES.get(kind)
        return reading(known) if reading is not None else None
    except (LookupError, OverflowError, OSError, ValueError) as trouble:
        raise Unreadable(f"{type(trouble).__name__}: {trouble}") from trouble


def _incoming(event: Event, **what: Any) -> Incoming:  # noqa: ANN401 - any field of Incoming
    account = plain_account(WECOM, event["FromUserName"])
    return Incoming(
        platform=WECOM,
        key=event[KEY],
        at=datetime.fromtimestamp(int(event["CreateTime"]), UTC),
        place=Place(account=account, direct=True),
        sender=Sender(account=account, name=account),
        message_id=event.get("MsgId", ""),
        **what,
    )


def _text(event: Event) -> Incoming:
    """Read words; the number of a button stands for a tap on it, so that whoever sees no buttons can use them."""
    words = event["Content"][:MAX_TEXT]
    tap = typed(words)
    return _incoming(event, tap=tap) if tap else _incoming(event, text=words)


def _medium(event: Event) -> Incoming:
    kind = event["MsgType"]
    suffix, media_type = MEDIA[kind]
    name = event.get("FileName") or event.get("Title") or f"{kind}-{event['MsgId']}{suffix}"
    return _incoming(event, files=(File(source=event["MediaId"], name=name, media_type=media_type),))


def _location(event: Event) -> Incoming:
    where = " ".join(filter(None, ("📍", event.get("Label", ""))))
    return _incoming(event, text=f"{where} ({event['Location_X']}, {event['Location_Y']})")


def _link(event: Event) -> Incoming:
    """Read a forwarded article: a report, with its address."""
    words = (event.get("Title", ""), event.get("Description", ""), event["Url"])
    text = "\n".join(dict.fromkeys(filter(None, words)))[:MAX_TEXT]
    return _incoming(event, text=text, origin=Origin(kind="hidden_user", url=event["Url"]))


def _came_or_went(event: Event) -> Incoming:
    return _incoming(event, notice=NOTICES[event["Event"]])


def _menu(event: Event) -> Incoming | None:
    """Read an entry of the menu: it says its words."""
    return _incoming(event, text=event["EventKey"]) if event.get("EventKey") else None


def _tapped(event: Event) -> Incoming:
    """Read a tap on a card: what it answers must name the response code."""
    carried = event.get("EventKey", "")
    tap = carried if BUTTON.fullmatch(carried) else "none"
    return _incoming(event, tap=tap, receipt=event.get("ResponseCode", ""))


_MESSAGES: Final[dict[str, Callable[[Event], Incoming | None]]] = {
    "text": _text,
    **dict.fromkeys(MEDIA, _medium),
    "location": _location,
    "link": _link,
}
_EVENTS: Final[dict[str, Callable[[Event], Incoming | None]]] = {
    **dict.fromkeys(NOTICES, _came_or_went),
    "click": _menu,
    "template_card_event": _tapped,
}
