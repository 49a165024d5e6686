"""What is said to WeCom's AI bot, and what it means to the desk. Pure, as hearing is.

https://developer.work.weixin.qq.com/document/path/100719 (messages), /101027 (events). In a group the bot hears who
names it by @: words, words with pictures, and what they quote. 1:1 it hears what the app hears, and means the same.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from bot.chat.wecom.hearing import BUTTON, KEY, MEDIA, Unreadable
from bot.chat.wecom.letters import typed
from config.accounts import WECOM, plain_account
from handlers.conversation import MAX_TEXT, File, Incoming, Origin, Place, Sender
from handlers.dispatch import command_in
from handlers.find import split_reference
from handlers.intake.joining import is_longer_than_a_remark
from handlers.registry import ALIASES, VERBS
from handlers.text.canonical import command_text

EVENT: Final = "#aibot"  # under it stands an event of the bot's as it came; no element of the app's can be called so
HEARD: Final = "aibot:"  # so begin the accounts of groups that the bot is in
LYING: Final = "aibot:"  # so begins the name of a file that lies at an address, sealed with the bot's key
OURS: Final = "\u2063"  # begins what the desk says in such a group, unseen: whoever quotes it reports nothing
FOREIGN: Final = "/"  # between a corp and its member; no userid has one
NAMED: Final = re.compile(r"^(?:\s*@\S+(?:[\s\u2005]+|$))+")
NAMED_LAST: Final = re.compile(r"[\s\u2005]+@\S+\s*$")
CASE: Final = re.compile(r"(?<=线索 )S\d{1,9}|(?<![\d〔])\d{1,6}(?=号)")  # as the desk writes it
CARD_EVENT: Final = "template_card_event"
Event = Mapping[str, Any]


def group_of(event: Event) -> str:
    """Return the account of the group something was said in; empty 1:1."""
    chat = event.get("chatid")
    return f"{HEARD}{chat}" if event.get("chattype") == "group" and isinstance(chat, str) and chat else ""


def member_of(event: Event) -> str:
    """Return the userid of whoever spoke; one of another corp is named with it, and is nobody of ours.

    https://developer.work.weixin.qq.com/document/path/101027: of one's own corp no corpid is given.
    """
    spoke = event.get("from")
    if not isinstance(spoke, Mapping) or not isinstance(spoke.get("userid"), str):
        return ""
    if spoke.get("corpid"):
        return f"{spoke['corpid']}{FOREIGN}{spoke['userid']}"
    return plain_account(WECOM, spoke["userid"])


def place_of(event: Event) -> str:
    """Return the chat an event came from: the group, or the member's 1:1 chat with the app."""
    return group_of(event) or member_of(event)


def hear(raw: Mapping[str, Any], received_at: datetime) -> Incoming | None:
    """Read an event of the bot's; None for one that means nothing to the desk. Raises Unreadable."""
    event = raw[EVENT]
    try:
        if event.get("msgtype") == "event":
            return _tapped(raw[KEY], event, received_at)
        return _said(raw[KEY], event, received_at)
    except (LookupError, OverflowError, OSError, ValueError, TypeError, AttributeError) as trouble:
        raise Unreadable(f"{type(trouble).__name__}: {trouble}") from trouble


def _said(key: str, event: Event, received_at: datetime) -> Incoming | None:
    kind = str(event["msgtype"])
    if kind not in _CONTENTS:
        return None
    words, files = _content(event, kind)
    if not group_of(event):
        tap = typed(words)
        what = {"tap": tap} if tap else {"text": words, "files": files}
        return _incoming(key, event, received_at, **what)
    return _in_group(key, event, received_at, without_name(words), files)


def _in_group(key: str, event: Event, received_at: datetime, words: str, files: tuple[File, ...]) -> Incoming | None:
    """Read what was said by @: a command, the number of a button, or a report of what is quoted or long."""
    verb = verb_in(words)
    if tap := typed(words):
        return _incoming(key, event, received_at, tap=tap)
    quoted, shown = _quoted(event)
    if (quoted or shown) and verb in ("", "report"):
        rest = _after(words) if verb else words
        text = "\n".join(filter(None, (quoted, rest)))[:MAX_TEXT]
        return _incoming(key, event, received_at, text=text, files=(*shown, *files), origin=Origin(kind="hidden_user"))
    named = bool(verb) or not is_longer_than_a_remark(words)
    return _incoming(key, event, received_at, text=_about(event, verb, words), files=files, addressed=named)


def without_name(words: str) -> str:
    """Return words without the name by which the bot was called, before or behind them."""
    return NAMED.sub("", words) if NAMED.match(words) else NAMED_LAST.sub("", words)


def verb_in(words: str) -> str:
    """Return the verb with which words begin; empty for none."""
    found = command_in(command_text(words))
    return ALIASES[found.alias.lower()] if found is not None else ""


def _after(words: str) -> str:
    found = command_in(command_text(words))
    return found.rest.lstrip(":,。! \n") if found is not None else words


def _about(event: Event, verb: str, words: str) -> str:
    """Return a command with the case that the quoted word of the desk is about, where it names none itself.

    A quote has no number by which it could be found, so its first line must name one case and no other.
    """
    rest = _after(words)
    if not verb or VERBS[verb].about == "nothing" or split_reference(rest).reference:
        return words
    quote = event.get("quote")
    inner = quote.get("text") if isinstance(quote, Mapping) else None
    said = str(inner.get("content", "")) if isinstance(inner, Mapping) else ""
    cases = set(CASE.findall(said.partition("\n")[0])) if OURS in said else set()
    spoken = command_text(words).removesuffix(rest).rstrip(":,。! \n")
    return f"{spoken} #{cases.pop()} {rest}".rstrip() if len(cases) == 1 else words


def _quoted(event: Event) -> tuple[str, tuple[File, ...]]:
    """Return what somebody quotes; nothing where it is the desk's own word."""
    quote = event.get("quote")
    if not isinstance(quote, Mapping) or quote.get("msgtype") not in _CONTENTS:
        return "", ()
    words, files = _content(quote, str(quote["msgtype"]))
    return ("", ()) if OURS in words else (words, files)


def _content(event: Event, kind: str) -> tuple[str, tuple[File, ...]]:
    parts = list(_CONTENTS[kind](event))
    words = "\n".join(part for part in parts if isinstance(part, str))[:MAX_TEXT]
    return words, tuple(part for part in parts if isinstance(part, File))


def _words(event: Event) -> Iterator[str | File]:
    yield str(event[str(event["msgtype"])]["content"])


def _file(event: Event) -> Iterator[str | File]:
    kind = str(event["msgtype"])
    suffix, media_type = MEDIA[kind]
    yield File(source=f"{LYING}{event[kind]['url']}", name=f"{kind}{suffix}", media_type=media_type)


def _mixed(event: Event) -> Iterator[str | File]:
    items: Sequence[Event] = event["mixed"]["msg_item"]
    for item in items:
        if item["msgtype"] in ("text", "image"):
            yield from _CONTENTS[item["msgtype"]](item)


_CONTENTS: Final[dict[str, Callable[[Event], Iterator[str | File]]]] = {
    "text": _words,
    "voice": _words,  # what was understood of it
    "mixed": _mixed,
    **dict.fromkeys(("image", "video", "file"), _file),
}


def _tapped(key: str, event: Event, received_at: datetime) -> Incoming | None:
    """Read a tap on a card in a group; other events mean nothing. What answers it must name the event."""
    tapped = event["event"].get(CARD_EVENT)
    if tapped is None or not group_of(event):
        return None
    carried = str(tapped.get("event_key", ""))
    tap = carried if BUTTON.fullmatch(carried) else "none"
    return _incoming(key, event, received_at, tap=tap, receipt=key)


def _incoming(key: str, event: Event, received_at: datetime, **what: Any) -> Incoming | None:  # noqa: ANN401 - any field
    member, group = member_of(event), group_of(event)
    if not member or (not group and FOREIGN in member):
        return None
    stamp = event.get("create_time")
    return Incoming(
        platform=WECOM,
        key=key,
        at=datetime.fromtimestamp(stamp, UTC) if isinstance(stamp, int) else received_at,
        place=Place(account=group or member, direct=not group),
        sender=Sender(account=member, name=member),
        message_id=str(event.get("msgid", "")),
        **what,
    )
