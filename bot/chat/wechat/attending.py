"""Everything that goes on for the official account while the desk runs."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from starlette.routing import BaseRoute

from bot.accepting import Errand, in_a_thread
from bot.chat.receiving import Accept
from bot.chat.reception import Reception
from bot.chat.wechat.callback import CALLBACK_PATH, Door, Replies, callback_route
from bot.chat.wechat.hearing import WECHAT
from bot.chat.wechat.words import UNREADABLE, how, receipt
from bot.chat.wecom.sealed import Seal
from bot.loop import Loop
from config.language import Line, Voice, t
from config.settings import Settings


class Attending:
    """Hears what comes from the account's platform, which calls by itself."""

    name = WECHAT
    loop: Loop | None = None  # its route is served wherever the others are

    def __init__(
        self,
        settings: Settings,
        accept: Accept,
        phone: str,
        soon: Callable[[Errand], None] = in_a_thread,
        *,
        hears: bool = True,
    ) -> None:
        """Put together what the settings ask for; phone: the bureau's; hears: else this process only publishes."""
        self.reception = Reception("webhook")
        self.routes: list[BaseRoute] = []
        self._url = settings.public_url + CALLBACK_PATH
        if hears and settings.wechat_token is not None:
            clock = partial(datetime.now, UTC)  # the machine's: the platform signs by real time
            door, replies = door_of(settings), replies_of(phone, settings.language)
            self.routes = [callback_route(accept, door, replies, clock, reception=self.reception, soon=soon)]

    def start(self) -> None:
        """Do nothing: the platform calls as soon as somebody listens."""

    def listens(self) -> None:
        """Do nothing: what was delivered to a closed port is delivered again."""

    def stop(self) -> None:
        """Do nothing: what is not stored any more is delivered again."""

    def said(self) -> Line:
        """Say how followers are heard."""
        return t("公众号:接收消息的地址是 {url}", url=self._url)


def door_of(settings: Settings) -> Door:
    """Return what lets the platform in, and nobody else."""
    token, key = settings.wechat_token, settings.wechat_aes_key
    if token is None:
        raise ValueError("no HUIYING_WECHAT_TOKEN")
    seal = Seal(token.get_secret_value(), key.get_secret_value(), settings.wechat_app_id or "") if key else None
    return Door(token.get_secret_value(), seal)


def replies_of(phone: str, language: str) -> Replies:
    """Return the fixed words in the desk's language."""
    voice = Voice(language)
    return Replies(receipt(phone).say(voice), how(phone).say(voice), UNREADABLE.say(voice))
