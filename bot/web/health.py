"""/healthz: does the database answer, and does what is due get done? Cheap enough to ask every few seconds."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.vital_signs import Trouble, VitalSigns
from config.language import LANGUAGES, Voice
from storage.database import DatabaseTrouble

VERSION: Final = "0.1.0"


def health_routes(
    signs: VitalSigns, receptions: Mapping[str, Callable[[], Mapping[str, object]]] = MappingProxyType({})
) -> list[BaseRoute]:
    """Return the route a monitor asks.

    receptions: how receiving goes, by platform. A platform that cannot be reached does not make the desk ill: no clock
    depends on it.
    """

    def healthz(_request: Request) -> Response:
        try:
            waits = signs.waits()
            troubles = signs.troubles(waits)
        except DatabaseTrouble:
            return _answer(503, database=False)
        ages = {name: round(age.total_seconds(), 1) for name, age in waits.items()}
        heard = {platform: shown() for platform, shown in receptions.items()}
        wrong = {"wrong": _wrong(troubles)} if troubles else {}
        return _answer(503 if troubles else 200, database=True, **wrong, oldest_waiting_seconds=ages, **heard)

    return [Route("/healthz", healthz)]


def _wrong(troubles: Sequence[Trouble]) -> list[dict[str, object]]:
    """Return what is wrong for machines, and in a sentence of each language for people."""
    return [
        {
            "what": trouble.what,
            "count": trouble.count,
            "seconds": round(trouble.age.total_seconds(), 1),
            **{language: trouble.said.say(Voice(language)) for language in LANGUAGES},
        }
        for trouble in troubles
    ]


def _answer(code: int, **said: object) -> Response:
    body = {"ok": code == 200, "version": VERSION, **said}  # noqa: PLR2004 - the number is its own name
    return JSONResponse(body, code, headers={"Cache-Control": "no-store"})
