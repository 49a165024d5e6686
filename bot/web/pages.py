"""The pages of a desk: what the public reads, and the board of its staff."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from starlette.routing import BaseRoute, Mount

from bot.desk import Desk
from bot.web.board import board_routes
from bot.web.press import press_routes
from config.settings import Settings
from handlers.board.entering import Lasting

BOARD: Final = "/board"


def press_pages(desk: Desk, prefix: str = "") -> list[BaseRoute]:
    """Return the press room of a desk."""
    house = desk.house
    return press_routes(
        desk.database,
        prefix,
        bureau=house.plan.bureau.name,
        public_url=house.public_url,
        language=house.language,
        zone=house.zone,
    )


def board_pages(
    desk: Desk, settings: Settings, prefix: str = BOARD, *, hurry: Callable[[], None] | None = None
) -> list[BaseRoute]:
    """Return the board of a desk; hurry as board_routes takes it."""
    lasting = Lasting(timedelta(minutes=settings.board_idle_minutes), timedelta(hours=settings.board_session_hours))
    secure = desk.house.board_url.startswith("https://")
    return [Mount(prefix, routes=board_routes(desk, lasting, hurry=hurry, secure=secure))]
