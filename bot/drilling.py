"""The drill as a second desk: its own database, clock, chats and press room; nothing real is reachable from it."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import httpx
import typer
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Mount

from bot.building import build_house, has_roster, take_roster
from bot.channels import Channel
from bot.channels.chat_channel import ChatChannel
from bot.channels.website import WebsiteChannel
from bot.chat.drill import DrillPlatform
from bot.clock import DrillClock, SystemClock
from bot.desk import Desk
from bot.drill.play import play
from bot.drill.room import DrillRoom
from bot.opening import READ_BACK_TIMEOUT
from bot.web.drill import drill_routes
from bot.web.drill_guard import Guard
from bot.web.pages import board_pages, press_pages
from bot.web.server import listening, serve, serving
from config.language import Voice, t
from config.roster import DRILL, drill_roster
from config.settings import Settings
from storage.blobs import FolderBlobs
from storage.database import Database

PRESS, BOARD = "/drill/press", "/drill/board"


@contextmanager
def drill_room(settings: Settings, *, address: str = "", folder: Path | None = None) -> Iterator[DrillRoom]:
    """Open the drill room on its own database; address is where its press room can be read."""
    folder = folder or settings.data_dir / "drill"
    folder.mkdir(parents=True, exist_ok=True)
    database = Database(f"sqlite:///{folder / 'drill.db'}")
    database.migrate()
    here = address or f"http://127.0.0.1:{settings.port}"
    public_url = here + PRESS
    with httpx.Client(timeout=READ_BACK_TIMEOUT, follow_redirects=False, trust_env=False) as fetch:
        room = _furnished(settings, database, fetch, public_url, folder)
        room.desk.house.board_url = here + BOARD
        room.desk.take_over()
        try:
            yield room
        finally:
            room.close()
    database.close()


def _furnished(settings: Settings, database: Database, fetch: httpx.Client, public_url: str, folder: Path) -> DrillRoom:
    house = build_house(settings.plan, language=settings.language, public_url=public_url)
    clock = DrillClock(SystemClock().now())
    platform = DrillPlatform(database)
    channels: dict[str, Channel] = {
        "website": WebsiteChannel(database, fetch, public_url),
        "release_channel": ChatChannel(database, {platform.name: platform}),
    }
    desk = Desk(database, clock, house, {platform.name: platform}, channels)

    def now() -> datetime:
        return desk.clock.now()  # a restart gives the desk another clock

    def furnish() -> None:
        if not has_roster(database):
            cast = drill_roster(house.plan)
            take_roster(database, cast, DRILL.name, house.plan, now(), by="drill", rooms=True)
        desk.open()

    furnish()
    return DrillRoom(desk, platform, clock, database, FolderBlobs(folder / "blobs"), furnish=furnish)


def drill_web(room: DrillRoom, settings: Settings) -> list[BaseRoute]:
    """Return the pages of the drill: its room, its press room, and its staff's board."""
    board = board_pages(room.desk, settings, "", hurry=room.settle)
    return [
        Mount(PRESS, routes=press_pages(room.desk, prefix=PRESS)),
        Mount(BOARD, routes=board, middleware=[Middleware(Guard)]),
        Mount("/drill", routes=drill_routes(room)),
    ]


def run_room(settings: Settings) -> int:
    """Serve the drill room alone until interrupted."""
    with listening("127.0.0.1", settings.port) as listener, drill_room(settings) as room:
        typer.echo(t("演练室:{url}", url=f"http://127.0.0.1:{settings.port}/drill/").say(Voice(settings.language)))
        serve(Starlette(routes=drill_web(room, settings)), listener)
    return 0


def play_example(settings: Settings) -> int:
    """Play one whole case in a room of its own and print it; the read-back goes over real HTTP."""
    with tempfile.TemporaryDirectory(prefix="huiying-play-") as folder:
        application = Starlette()
        with serving(application) as address, drill_room(settings, address=address, folder=Path(folder)) as room:
            application.router.routes.extend(drill_web(room, settings))
            return play(room, sys.stdout)
