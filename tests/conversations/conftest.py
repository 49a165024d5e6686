"""The desk that the transcripts talk to, on SQLite and on PostgreSQL."""

import os
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Final
from zlib import crc32

import httpx
import pytest
from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.channels import Channel
from bot.channels.chat_channel import ChatChannel
from bot.channels.website import WebsiteChannel
from bot.chat.platform import ChatPlatform
from bot.web.press import press_routes
from bot.web.server import serving
from storage.database import Database
from tests.conversations.stages import DrillStage
from tests.conversations.talking import MORNING, MakeStage, TalkingDesk
from tests.conversations.telegram_stage import Hook, hooked, telegram_stages
from tests.conversations.wecom_stage import wecom_stages
from tests.platforms.bot_api import BotApi, bot_api
from tests.platforms.wecom_api import WecomApi, wecom_api
from tests.plugins.databases import DATABASES

STAGES: Final = ("drill", "telegram", "wecom")
EVERYWHERE: Final = os.environ.get("HUIYING_TEST_CHATS") == "all"  # each transcript in every kind of chat


class PressRoom:
    """A press room on loopback, over real HTTP, that shows whichever database the test at hand has."""

    def __init__(self) -> None:
        """Start empty."""
        self.url = ""
        self._app: ASGIApp = Starlette()

    def show(self, database: Database) -> None:
        """Show the releases of a database from now on."""
        self._app = Starlette(routes=press_routes(database))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        await self._app(scope, receive, send)


@pytest.fixture(scope="session")
def press_room() -> Iterator[PressRoom]:
    """Give the press room's server."""
    room = PressRoom()
    with serving(room) as room.url:
        yield room


@pytest.fixture(scope="session")
def fetch() -> Iterator[httpx.Client]:
    """Give the client that reads releases back."""
    with httpx.Client(timeout=5, trust_env=False) as client:
        yield client


@pytest.fixture(scope="session")
def hook() -> Iterator[Hook]:
    """Give the server that Telegram's updates are delivered to."""
    with hooked() as hook:
        yield hook


@pytest.fixture(scope="session")
def api() -> Iterator[BotApi]:
    """Give the Bot API double; each stage finds it empty."""
    with bot_api() as api:
        yield api


@pytest.fixture(scope="session")
def corp() -> Iterator[WecomApi]:
    """Give the double of WeCom; each stage finds it empty."""
    with wecom_api() as corp:
        yield corp


@pytest.fixture
def account(corp: WecomApi) -> WecomApi:
    """Give the official account's platform: the double is one for both."""
    return corp


@pytest.fixture(params=STAGES)
def stage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MakeStage]:
    """Give the chats to play in: the drill's, Telegram's, and WeCom's beside groups on Telegram."""
    if request.param == "drill":
        yield DrillStage
        return
    if request.param == "wecom":
        hook, api, corp = (request.getfixturevalue(name) for name in ("hook", "api", "corp"))
        with wecom_stages(hook, api, corp, tmp_path / "blobs") as stages:
            yield stages
        return
    with telegram_stages(request.getfixturevalue("hook"), request.getfixturevalue("api"), tmp_path / "blobs") as stages:
        yield stages


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Play each transcript in two kinds of chats, one on each database; its name draws them (make transcripts: all).

    What is marked `one_chat` is about something else than the chat it begins in: it is played in one of them.
    """
    spared = [item for item in items if isinstance(item, pytest.Function) and _is_spared(item)]
    if spared:
        config.hook.pytest_deselected(items=spared)
        items[:] = [item for item in items if item not in spared]


def _is_spared(item: pytest.Function) -> bool:
    given = item.callspec.params if hasattr(item, "callspec") else {}
    if not {"stage", "database"} <= given.keys():
        return False
    drawn, database = divmod(crc32(item.originalname.encode()), len(DATABASES))
    left_out = STAGES[drawn % len(STAGES)]
    stage = str(given["stage"])
    if item.get_closest_marker("one_chat") and not EVERYWHERE:
        return stage != left_out or DATABASES.index(given["database"]) != database
    played = STAGES if EVERYWHERE else [other for other in STAGES if other != left_out]
    if stage not in played:
        return True
    return (played.index(stage) + DATABASES.index(given["database"])) % len(DATABASES) != database


@pytest.fixture
def new_desk(
    database: Database, press_room: PressRoom, fetch: httpx.Client, stage: MakeStage
) -> Callable[..., TalkingDesk]:
    """Give a way to open a desk with another plan or moment."""
    press_room.show(database)

    def channels(database: Database, platform: ChatPlatform) -> dict[str, Channel]:
        return {
            "website": WebsiteChannel(database, fetch, press_room.url),
            "release_channel": ChatChannel(database, {platform.name: platform}),
        }

    def build(plan: str | Path = "gangbei-2017", start: datetime = MORNING) -> TalkingDesk:
        return TalkingDesk(database, channels, plan=plan, start=start, public_url=press_room.url, stage=stage)

    return build


@pytest.fixture
def desk(new_desk: Callable[..., TalkingDesk]) -> TalkingDesk:
    """Give a desk on a Tuesday morning."""
    return new_desk()
