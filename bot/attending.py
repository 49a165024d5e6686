"""Everything that goes on for Telegram while the desk runs, put together."""

from collections.abc import Callable
from functools import partial
from threading import Event
from typing import Final

from starlette.routing import BaseRoute

from bot.accepting import Errand, in_a_thread
from bot.chat.reception import Reception
from bot.chat.telegram.commands import Menu, menus, places
from bot.chat.telegram.hearing import TELEGRAM
from bot.chat.telegram.platform import TelegramPlatform
from bot.chat.telegram.polling import Polling
from bot.chat.telegram.presence import Presence
from bot.chat.telegram.troubles import Alarms
from bot.chat.telegram.webhook import WEBHOOK_PATH, webhook_route
from bot.desk import Desk
from bot.loop import Loop
from config.language import Line, t
from config.settings import Settings

MEETING: Final = 3.0  # seconds
POLLING: Final = "polling:telegram"  # what one desk at a time does: Telegram gives each update to whoever asks first
InTurn = Callable[[str, Errand, Errand], None]


def at_once(name: str, begin: Errand, end: Errand) -> None:
    """Begin without asking: there is nobody else."""
    del name, end
    begin()


class Attending:
    """Hears what comes from Telegram for as long as the desk runs."""

    name = TELEGRAM

    def __init__(
        self,
        settings: Settings,
        desk: Desk,
        platform: TelegramPlatform,
        soon: Callable[[Errand], None] = in_a_thread,
        *,
        in_turn: InTurn = at_once,
        hears: bool = True,
    ) -> None:
        """Put together what the settings ask for; nothing is asked of the network before start().

        soon: lets the thread run an errand that stores what a webhook delivers; best the one that handles it too.
        in_turn: begins, and ends, what one desk at a time does; hears: else this one only speaks.
        """
        self._desk = desk
        self._platform = platform
        self.loop: Loop | None = platform.loop
        self.reception = Reception(settings.telegram_mode)
        accept = partial(desk.accept_raw, TELEGRAM)
        alarms = Alarms(desk.alarm)
        self._polling = Polling(platform, accept, alarms.told, self.reception)
        self.routes: list[BaseRoute] = []
        webhook = None
        if hears and settings.telegram_webhook_secret is not None and settings.telegram_mode == "webhook":
            secret = settings.telegram_webhook_secret.get_secret_value()
            self.routes = [webhook_route(accept, secret, platform.bot_id, reception=self.reception, soon=soon)]
            webhook = (settings.public_url + WEBHOOK_PATH, secret)
        polls = hears and webhook is None
        met = partial(in_turn, POLLING, self._polling.start, self._polling.stop) if polls else lambda: None
        self._listening = Event()
        self._presence = Presence(
            platform, self._menus, alarms.told, self.reception, met=met, webhook=webhook, listening=self._listening
        )

    def start(self) -> None:
        """Begin to hear. Waits a little for the bot's name: what was stored before may speak to the desk by it."""
        self._presence.start()
        self._presence.met.wait(MEETING)

    def listens(self) -> None:
        """Let Telegram call: the routes are served from now on."""
        self._listening.set()

    def stop(self) -> None:
        """Stop hearing; what was not stored comes again."""
        self._presence.stop()
        self._polling.stop()

    def said(self) -> Line:
        """Say how the desk is reached on Telegram."""
        if self._platform.username:
            return t("Telegram:@{name}", name=self._platform.username)
        return t("Telegram:正在连接;连不上时请运行 python -m bot doctor")

    def _menus(self) -> list[Menu]:
        with self._desk.database.reading() as session:
            return menus(self._desk.house, places(session))
