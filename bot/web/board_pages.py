"""Templates of the board, in the visitor's language."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.web.reader import asked_language, is_known
from config.language import Line, Voice, say
from config.plan import Name
from handlers.house import House

HERE: Final = Path(__file__).parent
STYLE: Final = "board.css"
Refusing = Callable[[Request, Line, int], Response]
_TEMPLATES: Final = Environment(
    loader=FileSystemLoader(HERE / "templates" / "board"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=StrictUndefined,
)


@dataclass(frozen=True)
class Reader:
    """How the board is shown to one visitor."""

    voice: Voice
    base: str  # where the board is mounted
    bureau: Name
    keep: str = ""  # the language that was asked for in the address

    def words(self, value: object) -> str:
        """Put a value into words."""
        return say(value, self.voice)


def reader_of(request: Request, house: House, language: str = "") -> Reader:
    """Speak as the address asks, else as the person does, else as the browser or the desk does."""
    chosen = request.query_params.get("lang", "")
    spoken = chosen if is_known(chosen) else language or asked_language(request, house.language)
    keep = chosen if is_known(chosen) else ""
    return Reader(Voice(spoken, house.zone), base_of(request), house.plan.bureau.name, keep)


def page(template: str, reader: Reader, *, code: int = 200, **shown: Any) -> HTMLResponse:  # noqa: ANN401 - what templates show
    """Answer with a page; t(…) in it speaks the reader's language, w(…) puts any value into words."""

    def t(text: str, **values: object) -> str:
        return Line(text, values).say(reader.voice)

    other = "zh" if reader.voice.language == "en" else "en"
    said = {
        "t": t, "w": reader.words, "lang": reader.voice.language, "other": other, "base": reader.base,
        "bureau": reader.words(reader.bureau), "style": style_version(), "person": None, "form_token": "",
    }  # fmt: skip
    return HTMLResponse(_TEMPLATES.get_template(template).render({**said, **shown}), code)


def base_of(request: Request) -> str:
    """Return where the board is mounted."""
    return str(request.scope.get("root_path", ""))


def style() -> bytes:
    """Read the style sheet."""
    return (HERE / "static" / STYLE).read_bytes()


@cache
def style_version() -> str:
    """Name the style sheet by its content."""
    return hashlib.sha256(style()).hexdigest()[:12]
