"""Words as Telegram takes them: escaped, counted in UTF-16 units, and in parts when there are too many."""

import html
from collections.abc import Sequence

from bot.chat import seams
from bot.chat.seams import TRIMMED

MOST = 4000  # UTF-16 units in a part: 4096 may be shown, https://core.telegram.org/bots/api#sendmessage

Name = tuple[str, str]  # as it is written behind an @, and the account it calls


def units(text: str) -> int:
    """Count as Telegram counts: UTF-16 units."""
    return len(text) + sum(character > "\uffff" for character in text)


def escaped(text: str) -> str:
    """Make text safe inside HTML."""
    return html.escape(text, quote=False)


def marked_up(text: str, name: Name | None = None, *, bold: bool = False) -> str:
    """Write as HTML: the first "@name" calls that account, and the first of several lines is bold."""
    first, newline, rest = text.partition("\n")
    if not (bold and newline):
        return _calling(text, name)
    in_first = name is not None and mention(name) in first
    return f"<b>{_calling(first, name)}</b>\n{_calling(rest, None if in_first else name)}"


def mention(name: Name) -> str:
    """Return how a name stands in a text."""
    return f"@{name[0]}"


def _calling(text: str, name: Name | None) -> str:
    if name is None or not name[1].isdecimal() or mention(name) not in text:
        return escaped(text)
    before, called, after = text.partition(mention(name))
    return f'{escaped(before)}<a href="tg://user?id={name[1]}">{escaped(called)}</a>{escaped(after)}'


def trimmed(text: str) -> str:
    """Return a part as it is sent: without the outer blanks that Telegram takes off anyway."""
    shown = text.strip(TRIMMED)
    return shown if units(shown) <= MOST else shown.strip()


def split(text: str, most: int = MOST, whole: Sequence[str] = ()) -> list[str]:
    """Divide into parts of at most so many UTF-16 units, outer blanks not counted."""
    return seams.split(text, most, units, whole)


def beginning(text: str, most: int) -> str:
    """Return the text, or as much of its beginning as fits, ending in "…"."""
    return seams.beginning(text, most, units)
