"""A content as the messages that carry it: the parts of its text, and a card with the buttons after the last of them.

A card shows few characters and cuts the rest, so it never carries the words alone. What each button does can also be
typed: its number stands in the text, since not every client shows cards and an answered card has no buttons left.

https://developer.work.weixin.qq.com/document/path/90236
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, takewhile
from typing import Any, Final

from bot.chat import seams
from bot.chat.platform import SendFailed
from bot.chat.wecom.words import CHOOSE, ENCLOSED, SUBMIT, by_number
from config.language import Voice
from handlers.conversation import Content

MOST: Final = 2048  # bytes of a text; more is cut in silence
MOST_PARTS: Final = 8  # of a text; one that is longer comes as a file: nobody reads thirty messages
BEGINNING: Final = 1200  # bytes of such a text that are said beside its file
MOST_BUTTONS: Final = 6  # on a card of buttons; more are chosen from lists
MOST_LISTS: Final = 3  # on a card of choices
MOST_CHOICES: Final = 9  # in a list, beside the one for none of them; what is beyond is named by its number alone
NONE: Final = "none"  # chosen where nothing was
SUBMIT_KEY: Final = "submit"
SHORTEST_COMMON: Final = 2  # characters that all labels of a row end with: what they are about
TITLE: Final = 36  # characters that a card shows of its title
BETWEEN: Final = " · "
ROWS: Final = "abcdefghijklmnopqrstuvwxyz"  # a letter for each: what has numbers alone might be a date
NUMBER: Final = re.compile(r"([0-9]{1,18})([a-z])([1-9][0-9]{0,2})")

Message = Mapping[str, Any]


@dataclass(frozen=True)
class Enclosed:
    """A text that is too long for messages, as a file: it is handed over before it is sent."""

    name: str
    text: str

    @property
    def content(self) -> bytes:
        """Return its bytes; the mark at its beginning tells every reader that they are UTF-8."""
        return self.text.encode("utf-8-sig")


@dataclass(frozen=True)
class Button:
    """A button, by the place it has in its content."""

    label: str
    serial: int
    row: int
    column: int

    @property
    def key(self) -> str:
        """Return what comes back when it is tapped; only WeCom itself can say it."""
        return f"{self.serial}.{self.row}.{self.column}"


def bytes_of(text: str) -> int:
    """Count as WeCom counts: bytes in UTF-8."""
    return len(text.encode())


def letters(content: Content, voice: Voice, stamp: str) -> list[Message | Enclosed]:
    """Return what a content is sent as; stamp makes the name of its card unique, however often it is sent."""
    if len(content.buttons) > len(ROWS):
        raise SendFailed(f"more than {len(ROWS)} rows of buttons under one message", permanent=True)
    buttons = list(buttons_of(content))
    parts, enclosed = whole(content, by_number(numbered(buttons)).say(voice) if buttons else "", voice)
    said = [{"msgtype": "text", "text": {"content": part.strip(seams.TRIMMED)}} for part in parts]
    return [*said, *enclosed, *([card(content, buttons, stamp, voice)] if buttons else ())]


def pieces(content: Content) -> int:
    """Return how many messages a content comes to 1:1, with its card."""
    try:
        return len(letters(content, Voice(), ""))
    except SendFailed:
        return 1  # it says why when it is sent


def whole(content: Content, below: str, voice: Voice) -> tuple[list[str], list[Enclosed]]:
    """Return the parts of a content's text, with a line below it, and the file of one that is too long for them."""
    parts = split("\n".join(filter(None, (content.text, below))))
    if len(parts) <= MOST_PARTS:
        return parts, []
    begins = seams.beginning(content.text, BEGINNING, bytes_of)
    mark = content.text.rpartition("\n")[2] if content.again else ""  # that it may be a repeat is read at once
    shown = "\n".join(filter(None, (begins, ENCLOSED.say(voice), mark, below)))
    return split(shown), [Enclosed(f"text-{content.serial}.txt", content.text)]


def split(text: str) -> list[str]:
    """Divide a text into parts of at most 2048 bytes; joined they are the text again, none ends within a character."""
    return seams.split(text, MOST, bytes_of)


def buttons_of(content: Content) -> Iterator[Button]:
    """Return the buttons of a content in the order in which they are read."""
    for row, labelled in enumerate(content.buttons):
        for column, button in enumerate(labelled):
            yield Button(button["label"], content.serial, row, column)


def card(content: Content, buttons: Sequence[Button], stamp: str, voice: Voice) -> Message:
    """Return the card with the buttons of a content; what it is about stands in the text before it."""
    first = next((line for line in content.text.splitlines() if line.strip()), "…")
    return {
        "msgtype": "template_card",
        "template_card": {
            "main_title": {"title": seams.beginning(first.strip(), TITLE, len)},
            "task_id": f"{content.serial}-{stamp}",
            **(_buttons(buttons) if len(buttons) <= MOST_BUTTONS else _choices(buttons, voice)),
        },
    }


def _buttons(buttons: Sequence[Button]) -> Message:
    listed = [{"text": button.label, "key": button.key} for button in buttons]
    return {"card_type": "button_interaction", "button_list": listed}


def _choices(buttons: Sequence[Button], voice: Voice) -> Message:
    """List buttons to choose from, a row in a list where that fits: several things are decided at once."""
    listed = [
        {
            "question_key": f"q{n}",
            "title": _about([button.label for button in own]) or CHOOSE.say(voice),
            "selected_id": NONE,
            "option_list": [{"id": NONE, "text": "—"}, *({"id": each.key, "text": each.label} for each in own)],
        }
        for n, own in enumerate(_in_lists(buttons), 1)
    ]
    submit = {"text": SUBMIT.say(voice), "key": SUBMIT_KEY}
    return {"card_type": "multiple_interaction", "select_list": listed, "submit_button": submit}


def _in_lists(buttons: Sequence[Button]) -> list[Sequence[Button]]:
    rows: list[Sequence[Button]] = [list(own) for _, own in groupby(buttons, key=lambda button: button.row)]
    if len(rows) <= MOST_LISTS and all(len(row) <= MOST_CHOICES for row in rows):
        return rows
    return [buttons[at : at + MOST_CHOICES] for at in range(0, len(buttons), MOST_CHOICES)][:MOST_LISTS]


def _about(labels: Sequence[str]) -> str:
    """Return what all labels end with; empty where that says nothing."""
    shared = takewhile(lambda signs: len(set(signs)) == 1, zip(*(label[::-1] for label in labels), strict=False))
    ends = "".join(signs[0] for signs in shared)[::-1].strip()
    return ends if len(labels) > 1 and len(ends) >= SHORTEST_COMMON else ""


def numbered(buttons: Sequence[Button]) -> str:
    """Name the buttons, each with what can be typed for it."""
    return BETWEEN.join(f"{number_of(button)} {button.label}" for button in buttons)


def number_of(button: Button) -> str:
    """Return what can be typed for a button: 57a2, the second in the first row of message 57."""
    return f"{button.serial}{ROWS[button.row]}{button.column + 1}"


def typed(words: str) -> str:
    """Return the key of the button that somebody types the number of; empty for other words."""
    found = NUMBER.fullmatch(unicodedata.normalize("NFKC", words).strip().lower())
    return f"{found[1]}.{ROWS.index(found[2])}.{int(found[3]) - 1}" if found else ""
