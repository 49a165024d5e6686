"""/healthz: does the database answer, and does what is due get done? Cheap enough to ask every few seconds."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.clock import Clock
from storage import inbox, outbox, timer
from storage.database import Database, DatabaseTrouble

VERSION: Final = "0.1.0"
STANDING_STILL: Final = timedelta(minutes=5)  # work that waits longer than this means that nobody looks any more


def health_routes(
    database: Database,
    clock: Clock,
    destinations: tuple[str, ...] = ("channel",),
    receptions: Mapping[str, Callable[[], Mapping[str, object]]] = MappingProxyType({}),
) -> list[BaseRoute]:
    """Return the route a monitor asks.

    destinations: the platforms whose owed rows are this desk's to send; receptions: how receiving goes, by platform. A
    platform that cannot be reached does not make the desk ill: no clock depends on it.
    """

    def healthz(_request: Request) -> Response:
        try:
            waits = waiting(database, clock.now(), destinations)
        except DatabaseTrouble:
            return _answer(503, database=False)
        late = any(age > STANDING_STILL for age in waits.values())
        ages = {name: round(age.total_seconds(), 1) for name, age in waits.items()}
        heard = {platform: shown() for platform, shown in receptions.items()}
        return _answer(503 if late else 200, database=True, oldest_waiting_seconds=ages, **heard)

    return [Route("/healthz", healthz)]


def waiting(database: Database, now: datetime, destinations: tuple[str, ...]) -> Mapping[str, timedelta]:
    """Return for how long the oldest stored event, timer that fell due and owed row have waited; zero: none does."""
    with database.reading() as session:
        events = inbox.peek(session, 1)
        since = {
            "inbox": events[0].received_at if events else None,
            "timers": timer.next_due(session),
            "outbox": outbox.next_due(session, destinations),
        }
    return {name: max(timedelta(), now - moment) if moment else timedelta() for name, moment in since.items()}


def _answer(code: int, **said: object) -> Response:
    body = {"ok": code == 200, "version": VERSION, **said}  # noqa: PLR2004 - the number is its own name
    return JSONResponse(body, code, headers={"Cache-Control": "no-store"})
