"""The public pages of a desk, as its bureau is named and speaks."""

from starlette.routing import BaseRoute

from bot.desk import Desk
from bot.web.press import press_routes


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
