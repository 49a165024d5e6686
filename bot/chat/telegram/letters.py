"""A content as the messages that carry it: the parts of its text, the buttons under the last of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest

from bot.chat.platform import SendFailed
from bot.chat.telegram.buttons import sealed
from bot.chat.telegram.errors import says
from bot.chat.telegram.words import MOST, marked_up, mention, split, trimmed
from handlers.conversation import Content

# https://core.telegram.org/bots/features#inline-keyboards: more than these are refused
MOST_IN_ROW = 8
MOST_BUTTONS = 100
UNITS = 2  # that a character counts as at most


@dataclass(frozen=True)
class Letter:
    """One message of Telegram."""

    text: str
    html: str = ""  # empty: the text is sent as it is
    buttons: InlineKeyboardMarkup | None = None
    reply_to: int | None = None
    topic: int | None = None
    silent: bool = False
    preview: bool = False  # of a linked page

    def without(self, refused: BadRequest) -> "Letter | None":
        """Return the letter without what the server refused in it; None when that is nothing we can do without."""
        if self.html and says(refused, "can't parse entities"):
            return replace(self, html="")
        if self.topic is not None and says(refused, "message thread not found", "topic_closed", "topic_deleted"):
            return replace(self, topic=None)
        return None


def letters(content: Content, key: bytes) -> list[Letter]:
    """Return what a content is sent as; the first answers, the last bears the buttons."""
    name = None if content.exact else content.names
    parts = _parts(content, name)
    called = next((at for at, part in enumerate(parts) if name and mention(name) in part), None)
    last = len(parts) - 1
    return [
        Letter(
            text=trimmed(part),
            html="" if content.exact else marked_up(trimmed(part), name if at == called else None, bold=at == 0),
            buttons=keyboard(content, key) if at == last else None,
            reply_to=first_id(content.reply_to) if at == 0 else None,
            topic=int(content.topic) if content.topic.isdecimal() else None,
            silent=content.silent,
            preview=content.exact,
        )
        for at, part in enumerate(parts)
    ]


def parts_of(content: Content) -> int:
    """Return how many messages a content is sent as."""
    if len(content.text) * UNITS <= MOST:  # most are so short, and counting takes long
        return 1
    return len(_parts(content, None if content.exact else content.names))


def _parts(content: Content, name: tuple[str, str] | None) -> list[str]:
    return split(content.text, whole=(mention(name),) if name else ())


def keyboard(content: Content, key: bytes) -> InlineKeyboardMarkup | None:
    """Return the buttons, each with what it carries when tapped; None without any."""
    if sum(map(len, content.buttons)) > MOST_BUTTONS:
        raise SendFailed(f"more than {MOST_BUTTONS} buttons under one message", permanent=True)
    rows = [
        [
            InlineKeyboardButton(button["label"], callback_data=sealed(key, content.serial, row, column))
            for column, button in wrapped
        ]
        for row, buttons in enumerate(content.buttons)
        for wrapped in _wrapped(buttons)
    ]
    return InlineKeyboardMarkup(rows) if rows else None


def _wrapped(buttons: Sequence[Mapping[str, str]]) -> Iterator[list[tuple[int, Mapping[str, str]]]]:
    """Give a row in pieces that fit; every button keeps its place in the whole row."""
    numbered = list(enumerate(buttons))
    for at in range(0, len(numbered), MOST_IN_ROW):
        yield numbered[at : at + MOST_IN_ROW]


def ids_of(message_id: str) -> list[int]:
    """Return the numbers of a message's parts."""
    return [int(part) for part in message_id.split() if part.isdecimal()]


def first_id(message_id: str | None) -> int | None:
    """Return the number of a message's first part."""
    return next(iter(ids_of(message_id or "")), None)
