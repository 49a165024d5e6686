"""What comes from the official account means this to the desk. Pure: the event comes as it was stored.

https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Receiving_standard_messages.html (messages),
.../Publish/Callback_on_finish.html and .../Message_Management/Batch_Sends_and_Originality_Checks.html (what became of
a publication).
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from bot.chat.wecom.hearing import KEY, Unreadable
from handlers.conversation import MAX_TEXT, File, Incoming, Origin, Place, Sender

WECHAT: Final = "wechat"
ACCOUNT: Final = "account"  # the one place in which all followers write
MEDIA: Final = {
    "image": (".jpg", "image/jpeg"),
    "voice": (".amr", "audio/amr"),
    "video": (".mp4", "video/mp4"),
    "shortvideo": (".mp4", "video/mp4"),
}
# By event, where it names the job whose end it tells.
FINISHED: Final = {"PUBLISHJOBFINISH": "PublishEventInfo.publish_id", "MASSSENDJOBFINISH": "MsgID"}
Event = Mapping[str, str]


def hear(event: Mapping[str, Any], follower: str) -> Incoming | None:
    """Read an event; None for one that means nothing to the desk. Raises Unreadable.

    follower: how its writer is called on cards.
    """
    try:
        known = {str(name): str(value) for name, value in event.items()}
        if known["MsgType"] == "event":
            return _finished(known) if known.get("Event") in FINISHED else None
        read = MESSAGES.get(known["MsgType"])
        return _incoming(known, follower, from_public=True, **read(known)) if read is not None else None
    except (LookupError, OverflowError, OSError, ValueError) as trouble:
        raise Unreadable(f"{type(trouble).__name__}: {trouble}") from trouble


def _incoming(event: Event, name: str, **what: Any) -> Incoming:  # noqa: ANN401 - any field of Incoming
    return Incoming(
        platform=WECHAT,
        key=event[KEY],
        at=datetime.fromtimestamp(int(event["CreateTime"]), UTC),
        place=Place(account=ACCOUNT),
        sender=Sender(account=event["FromUserName"], name=name),
        **{"message_id": event.get("MsgId", ""), **what},
    )


def _finished(event: Event) -> Incoming:
    """Read that a job has ended, and no more: how, is asked of the platform itself."""
    return _incoming(event, "", notice="finished", message_id=event[FINISHED[event["Event"]]])


def _text(event: Event) -> dict[str, Any]:
    return {"text": event["Content"][:MAX_TEXT]}


def _medium(event: Event) -> dict[str, Any]:
    kind = event["MsgType"]
    suffix, media_type = MEDIA[kind]
    file = File(source=event["MediaId"], name=f"{kind}-{event['MsgId']}{suffix}", media_type=media_type)
    return {"text": event.get("Recognition", "")[:MAX_TEXT], "files": (file,)}


def _location(event: Event) -> dict[str, Any]:
    where = " ".join(filter(None, ("📍", event.get("Label", ""))))
    return {"text": f"{where} ({event['Location_X']}, {event['Location_Y']})"}


def _link(event: Event) -> dict[str, Any]:
    """Read an article that a follower passes on."""
    words = (event.get("Title", ""), event.get("Description", ""), event["Url"])
    text = "\n".join(dict.fromkeys(filter(None, words)))[:MAX_TEXT]
    return {"text": text, "origin": Origin(kind="hidden_user", url=event["Url"])}


MESSAGES: Final[dict[str, Callable[[Event], dict[str, Any]]]] = {
    "text": _text,
    **dict.fromkeys(MEDIA, _medium),
    "location": _location,
    "link": _link,
}
