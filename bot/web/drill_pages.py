"""Templates of the drill room, in the visitor's language."""

from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from config.language import LANGUAGES, SOURCE_LANGUAGE, Line, Voice

HERE: Final = Path(__file__).parent
LANGUAGE_COOKIE: Final = "huiying_drill_language"
_TEMPLATES: Final = Environment(
    loader=FileSystemLoader(HERE / "templates" / "drill"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=StrictUndefined,
)


def voice_of(request: Request, zone: ZoneInfo, default: str = SOURCE_LANGUAGE) -> Voice:
    """Speak as the address asks, else as it was asked before, else as the desk does."""
    for asked in (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        if asked in LANGUAGES:
            return Voice(asked, zone)
    return Voice(default, zone)


def render(template: str, request: Request, voice: Voice, **shown: Any) -> str:  # noqa: ANN401 - what templates show
    """Render a template; t(…) in it speaks the reader's language."""

    def t(text: str, **values: object) -> str:
        return Line(text, values).say(voice)

    return _TEMPLATES.get_template(template).render(t=t, lang=voice.language, base=base_of(request), **shown)


def page(template: str, request: Request, voice: Voice, *, code: int = 200, **shown: Any) -> HTMLResponse:  # noqa: ANN401 - see render
    """Answer with a page, and remember the language that was asked for."""
    answer = HTMLResponse(render(template, request, voice, **shown), code)
    if request.query_params.get("lang") in LANGUAGES:
        remember(answer, request, LANGUAGE_COOKIE, voice.language)
    return answer


def refused_page(request: Request, line: Line, code: int) -> Response:
    """Refuse in both languages: nothing is known of the reader yet."""
    zh, en = line.say(Voice("zh")), line.say(Voice("en"))
    return HTMLResponse(_TEMPLATES.get_template("refused.html").render(zh=zh, en=en, base=base_of(request)), code)


def remember(answer: Response, request: Request, name: str, value: str) -> None:
    """Keep something with the visitor, for this room only."""
    answer.set_cookie(name, value, max_age=365 * 86_400, path=base_of(request) or "/", httponly=True, samesite="strict")


def base_of(request: Request) -> str:
    """Return where the drill room is mounted."""
    return str(request.scope.get("root_path", ""))
