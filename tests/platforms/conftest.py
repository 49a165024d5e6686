"""What the tests of platforms share: empty databases to copy, and a whole bureau on Telegram."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bot.channels import Channel
from bot.channels.chat_channel import ChatChannel
from bot.channels.website import WebsiteChannel
from bot.chat.platform import ChatPlatform
from bot.chat.telegram.hearing import Hearing
from storage.database import Database
from tests.conversations.conftest import PressRoom, api, fetch, hook, press_room
from tests.conversations.telegram_stage import Hook, telegram_stages
from tests.platforms.bot_api import BotApi, bot_api
from tests.platforms.bureau import Bureau
from tests.platforms.telegram_desk import Desk, bot_on, furnished
from tests.platforms.updates import ears
from tests.platforms.wecom_api import WecomApi, wecom_api

__all__ = ["api", "fetch", "hook", "press_room"]


@pytest.fixture
def tables(request: pytest.FixtureRequest) -> Database:
    """Give a migrated database: SQLite, unless a test asks for PostgreSQL too."""
    found: Database = request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_database")
    return found


@pytest.fixture
def bureau(
    tables: Database, press_room: PressRoom, fetch: httpx.Client, hook: Hook, api: BotApi, tmp_path: Path
) -> Iterator[Bureau]:
    """Give a whole bureau on Telegram, on a Tuesday morning."""
    press_room.show(tables)

    def channels(database: Database, platform: ChatPlatform) -> dict[str, Channel]:
        return {
            "website": WebsiteChannel(database, fetch, press_room.url),
            "release_channel": ChatChannel(database, {platform.name: platform}),
        }

    with telegram_stages(hook, api, tmp_path / "blobs") as stage:
        yield Bureau(tables, channels, stage=stage, public_url=press_room.url)


@pytest.fixture(scope="module")
def double() -> Iterator[BotApi]:
    """Run a Bot API double."""
    with bot_api() as running:
        yield running


@pytest.fixture(scope="module")
def vendor() -> Iterator[WecomApi]:
    """Run a double of WeCom and the official account."""
    with wecom_api() as running:
        yield running


@pytest.fixture
def desk(double: BotApi) -> Iterator[Desk]:
    """Give a desk on a furnished double."""
    api = furnished(double)
    with bot_on(api.url) as platform:
        yield Desk(api, platform)


@pytest.fixture
def hearing() -> Hearing:
    """Give the ears of a bot."""
    return ears()
