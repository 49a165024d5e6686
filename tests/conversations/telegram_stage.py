"""Telegram for the transcripts: a Bot API double, the desk's webhook on loopback, and the real library between them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bot.chat.telegram.platform import TelegramPlatform
from bot.chat.telegram.webhook import webhook_route
from bot.clock import Clock
from bot.desk import Desk
from bot.web.server import serving
from storage.blobs import FolderBlobs
from storage.database import Database
from tests.conversations.stages import TOKEN, TelegramStage
from tests.platforms.bot_api import BotApi

SECRET = "transcripts"


class Hook:
    """The webhook's server, which hands over to whichever desk the test at hand has."""

    def __init__(self) -> None:
        """Start without a desk."""
        self.url = ""
        self._app = Starlette()

    def listen_for(self, desk: Desk, bot_id: int) -> tuple[str, str]:
        """Deliver to a desk from now on; return the address and the secret."""
        route = webhook_route(lambda updates: desk.accept_raw("telegram", updates), SECRET, bot_id=bot_id)
        self._app = Starlette(routes=[route])
        return f"{self.url}/telegram/webhook", SECRET

    def also(self, route: Route) -> str:
        """Deliver to another route of the same desk as well; return its address."""
        self._app.routes.append(route)
        return f"{self.url}{route.path}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        await self._app(scope, receive, send)


@contextmanager
def hooked() -> Iterator[Hook]:
    """Serve the webhook."""
    hook = Hook()
    with serving(hook) as hook.url:
        yield hook


@contextmanager
def telegram_stages(hook: Hook, api: BotApi, folder: Path) -> Iterator[Callable[[Database, Clock], TelegramStage]]:
    """Give a way to open stages; limits are lifted, since a transcript's time stands still while people talk."""
    with ExitStack() as stack:

        def open_one(database: Database, clock: Clock) -> TelegramStage:
            api.reset()
            platform = TelegramPlatform(TOKEN, api_url=api.url, group_limits=(), private_limits=(), overall=())
            stack.callback(platform.close)
            blobs = FolderBlobs(folder)
            return TelegramStage(
                database, clock, api, platform, blobs, lambda desk: hook.listen_for(desk, platform.bot_id)
            )

        yield open_one
