"""A Bot API with the bot and one person, and the platform that talks to it."""

from collections.abc import Iterator

import pytest

from bot.chat.telegram.platform import TelegramPlatform
from tests.platforms.bot_api import BotApi, bot_api
from tests.platforms.receiving.store import LI, TOKEN


@pytest.fixture
def api() -> Iterator[BotApi]:
    """Give a Bot API with the bot and one person."""
    with bot_api() as api:
        api.add_bot(TOKEN, "huiying_bot", privacy=False)
        api.add_user(LI, "李敏")
        yield api


@pytest.fixture
def platform(api: BotApi) -> Iterator[TelegramPlatform]:
    """Give the platform that talks to it."""
    platform = TelegramPlatform(TOKEN, api_url=api.url)
    yield platform
    platform.close()
