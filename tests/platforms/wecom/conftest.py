"""A corp with the app and one member, and the platform that talks to it."""

from collections.abc import Iterator

import pytest

from bot.chat.calls import Timeouts
from bot.chat.wecom.platform import WecomPlatform
from storage.database import Database
from tests.platforms.wecom.bench import APP, LI
from tests.platforms.wecom_api import WecomApi, wecom_api


@pytest.fixture(scope="session")
def served_corp() -> Iterator[WecomApi]:
    """Give the double's server."""
    with wecom_api() as api:
        yield api


@pytest.fixture
def corp(served_corp: WecomApi) -> WecomApi:
    """Give a corp with the app and one member."""
    served_corp.reset()
    served_corp.add_app(APP.corp_id, APP.agent_id, APP.secret)
    served_corp.add_member(LI, "李敏")
    return served_corp


@pytest.fixture
def platform(corp: WecomApi, sqlite_database: Database) -> Iterator[WecomPlatform]:
    """Give the platform that talks to it."""
    platform = WecomPlatform(APP, sqlite_database, api_url=corp.corp_url, timeouts=Timeouts(connect=1, read=1))
    yield platform
    platform.close()
