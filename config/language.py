"""Every sentence the desk says: written in Chinese, rendered late in the language of whoever reads it."""

import gettext
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Final, Protocol
from zoneinfo import ZoneInfo

SOURCE_LANGUAGE: Final = "zh"
LANGUAGES: Final = ("zh", "en")
ELSEWHERE: Final = {"、": ", ", ";": "; "}  # how other languages put parts on a line
DAYS_FROM: Final = 3  # shorter spans are told in hours, as limits are
_LOCALE = Path(__file__).parent / "locale"


@dataclass(frozen=True)
class Voice:
    """How one reader is spoken to: language and time zone."""

    language: str = SOURCE_LANGUAGE
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))


class Said(Protocol):
    """Anything that can be put into words for a reader."""

    def say(self, voice: Voice) -> str:
        """Return the words in the reader's language."""
        ...


@dataclass(frozen=True)
class Line:
    """One sentence with its values, not yet in any language."""

    text: str
    values: Mapping[str, object] = field(default_factory=dict)

    def say(self, voice: Voice) -> str:
        """Return the sentence in the reader's language, its values rendered too."""
        said = {name: say(value, voice) for name, value in self.values.items()}
        return _catalogue(voice.language).gettext(self.text).format(**said) if self.text else ""


@dataclass(frozen=True)
class Joined:
    """Several sayings joined by a separator; empty ones fall away."""

    parts: tuple[object, ...]
    separator: str = "\n"

    def say(self, voice: Voice) -> str:
        """Return the parts that say something, joined."""
        elsewhere = voice.language != SOURCE_LANGUAGE
        separator = ELSEWHERE.get(self.separator, self.separator) if elsewhere else self.separator
        return separator.join(said for part in self.parts if (said := say(part, voice)))


def t(text: str, /, **values: object) -> Line:
    """Mark a literal Chinese sentence for translation; `{name}` takes a value."""
    return Line(text, values)


def lines(*parts: object) -> Joined:
    """Put each part on a line of its own; empty parts (None, "") make no line."""
    return Joined(parts, "\n")


def joined(parts: Iterable[object], separator: str = " · ") -> Joined:
    """Put the parts on one line."""
    return Joined(tuple(parts), separator)


def say(value: object, voice: Voice) -> str:
    """Render any value for a reader: a saying, a moment (short, local), a length of time, or its plain text."""
    if value is None or isinstance(value, str):
        return value or ""
    speak: Callable[[Voice], str] | None = getattr(value, "say", None)  # to ask for the protocol would take long
    if speak is not None:
        return speak(voice)
    if isinstance(value, datetime):
        return value.astimezone(voice.zone).strftime("%m-%d %H:%M")
    if isinstance(value, timedelta):
        return _span(value).say(voice)
    return str(value)


def _span(span: timedelta) -> Line:
    minutes = max(0, int(span.total_seconds() // 60))
    days, rest = divmod(minutes, 60 * 24)
    hours, minutes = divmod(rest, 60)
    if days >= DAYS_FROM:
        return t("{days}天{hours}时", days=days, hours=hours) if hours else t("{days}天", days=days)
    hours += days * 24
    if hours and minutes:
        return t("{hours}时{minutes}分", hours=hours, minutes=minutes)
    return t("{hours}时", hours=hours) if hours else t("{minutes}分", minutes=minutes)


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    if language == SOURCE_LANGUAGE:
        return gettext.NullTranslations()
    return gettext.translation("huiying", localedir=_LOCALE, languages=[language], fallback=True)
