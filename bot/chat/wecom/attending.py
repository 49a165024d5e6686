"""Everything that goes on for WeCom while the desk runs."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from starlette.routing import BaseRoute

from bot.accepting import Errand, in_a_thread
from bot.chat.receiving import Accept
from bot.chat.reception import Reception
from bot.chat.wecom.aibot import AIBOT_PATH, Answering, aibot_route
from bot.chat.wecom.callback import CALLBACK_PATH, callback_route
from bot.chat.wecom.menu import menu
from bot.chat.wecom.platform import WecomPlatform
from bot.chat.wecom.sealed import Seal
from bot.loop import Loop
from config.accounts import WECOM
from config.language import Line, Voice, t
from config.settings import Settings


class Attending:
    """Hears what comes from WeCom, which calls by itself, and keeps the app's menu."""

    name = WECOM
    loop: Loop | None = None  # its route is served wherever the others are

    def __init__(
        self,
        settings: Settings,
        accept: Accept,
        platform: WecomPlatform,
        soon: Callable[[Errand], None] = in_a_thread,
        *,
        hears: bool = True,
    ) -> None:
        """Put together what the settings ask for; hears: else this process only speaks."""
        self.reception = Reception("webhook")
        self._platform = platform
        self._menu = menu(settings.language)
        self.routes: list[BaseRoute] = []
        self._url = settings.public_url + CALLBACK_PATH
        self._aibot_url = settings.public_url + AIBOT_PATH if settings.wecom_aibot_token is not None else ""
        token, key = settings.wecom_token, settings.wecom_aes_key
        if hears and token is not None and key is not None:
            seal = Seal(token.get_secret_value(), key.get_secret_value(), settings.wecom_corp_id or "")
            clock = partial(datetime.now, UTC)  # the machine's: WeCom dates what it seals by real time
            self.routes = [callback_route(accept, seal, clock, reception=self.reception, soon=soon)]
        token, key = settings.wecom_aibot_token, settings.wecom_aibot_aes_key
        if hears and token is not None and key is not None:
            seal = Seal(token.get_secret_value(), key.get_secret_value(), "")  # of a bot of the corp's own
            answering = Answering(seal, partial(datetime.now, UTC), platform.database, Voice(settings.language))
            self.routes.append(aibot_route(accept, answering, reception=self.reception, soon=soon))

    def start(self) -> None:
        """Set the menu; WeCom calls as soon as somebody listens."""
        self._platform.keep_menu(self._menu)

    def listens(self) -> None:
        """Do nothing: what was delivered to a closed port is delivered again."""

    def stop(self) -> None:
        """Do nothing: what is not stored any more is delivered again."""

    def said(self) -> Line:
        """Say how the desk is reached on WeCom."""
        if self._aibot_url:
            return t("企业微信:接收消息的地址是 {url},智能机器人的是 {robot}", url=self._url, robot=self._aibot_url)
        return t("企业微信:接收消息的地址是 {url}", url=self._url)
