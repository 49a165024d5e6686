"""Our side of the benchmark: a desk in a process of its own, as `python -m bot run` puts it together.

Its limits are lifted, since a vendor's limits would be measured otherwise; its people have begun their 1:1 chats.
"""

import argparse
import json
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from starlette.applications import Starlette

from bench.sampling import Sampling
from bench.telegram_double import accounts, name_of
from bot.attending import Attending
from bot.building import build_house, take_roster
from bot.chat.platform import Limits
from bot.chat.telegram.platform import TelegramPlatform
from bot.clock import SystemClock
from bot.desk import Desk
from bot.engine.embedded import DeskLock
from bot.engine.heart import Heartbeat
from bot.logs import set_up_logs
from bot.running import settle_memory
from bot.vital_signs import VitalSigns
from bot.web.health import health_routes
from bot.web.server import listening, serve
from config.plan import Plan
from config.roster import DRILL, Person, drill_roster, roster_from_text
from config.settings import Settings, read_settings
from storage import person as people
from storage.chat import Chat
from storage.database import Database

# A moment so short that nothing needs to be remembered of it: the book-keeping of real limits is a few entries long.
NO_LIMIT: Final[Limits] = ((1_000_000, 0.001),)


def main(count: int, profile: Path | None) -> None:
    """Serve until interrupted."""
    settings = read_settings(None)
    set_up_logs(settings.log_level, settings.redaction())
    sampling = Sampling() if profile else None
    with ExitStack() as stack:
        stack.enter_context(DeskLock(settings.data_dir))
        database = Database(settings.database_url)
        stack.callback(database.close)
        platform = _platform(settings)
        stack.callback(platform.close)
        desk = _desk(settings, database, platform, count)
        heart = Heartbeat(desk)
        telegram = Attending(settings, desk, platform, heart.soon)
        stack.callback(heart.stop)
        stack.callback(telegram.stop)
        telegram.start()
        heart.start()
        if sampling is not None:
            sampling.start()
        signs = VitalSigns(database, desk.clock, desk.sender.destinations, heart.looked)
        health = health_routes(signs, receptions={"telegram": telegram.reception.shown})
        settle_memory()
        app = Starlette(routes=[*health, *telegram.routes])
        listener = stack.enter_context(listening(settings.host, settings.port))
        serve(app, listener, listens=telegram.listens, loop=telegram.loop)
        if sampling is not None and profile is not None:
            profile.write_text(sampling.report())


def _platform(settings: Settings) -> TelegramPlatform:
    token = settings.telegram_token.get_secret_value() if settings.telegram_token else ""
    return TelegramPlatform(
        token, api_url=settings.telegram_api_url, group_limits=NO_LIMIT, private_limits=NO_LIMIT, overall=NO_LIMIT
    )


def _desk(settings: Settings, database: Database, platform: TelegramPlatform, count: int) -> Desk:
    database.migrate()
    house = build_house(settings.plan, language=settings.language, public_url=settings.public_url)
    clock = SystemClock()
    take_roster(database, _roster(house.plan, count), DRILL.name, house.plan, clock.now(), by="bench")
    _begin_chats(database)
    desk = Desk(database, clock, house, {platform.name: platform}, {})
    desk.open()
    desk.take_over()
    return desk


def _roster(plan: Plan, count: int) -> str:
    """Return the drill's cast and so many reporters with an account."""
    cast = roster_from_text(drill_roster(plan), DRILL.name, plan)
    more = [
        Person(key=f"p{account}", name=name_of(account), roles=("reporter",), accounts={"telegram": str(account)})
        for account in accounts(count)
    ]
    whole = cast.model_copy(update={"people": (*cast.people, *more)})
    return json.dumps(whole.model_dump(mode="json", by_alias=True), ensure_ascii=False)


def _begin_chats(database: Database) -> None:
    """Let everybody have said their first word to the desk."""
    with database.writing() as session:
        for identity in people.all_identities(session):
            if identity.platform == "telegram":
                account = identity.account
                chat = Chat(
                    platform="telegram", account=account, use="direct", bound_by="start", person_id=identity.person_id
                )
                people.save(session, chat)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, required=True)
    parser.add_argument("--profile", type=Path, help="where to write where the time went")
    given = parser.parse_args()
    main(given.people, given.profile)
