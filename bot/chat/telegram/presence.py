"""The bot makes itself known: it learns its name, says where it is called, and keeps its menus. Until it worked."""

import threading
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, Final, TypeVar

import structlog
from telegram.error import BadRequest

from bot.chat.reception import Kind, Reception, Told, Trouble
from bot.chat.telegram.commands import Menu, set_menus
from bot.chat.telegram.errors import FAILURES
from bot.chat.telegram.platform import TelegramPlatform
from bot.chat.telegram.waiting import WAITS, Waiting, trouble_of
from bot.chat.telegram.webhook import set_webhook
from storage.database import DatabaseTrouble

log = structlog.get_logger()
T = TypeVar("T")
EVERY: Final = 300.0  # seconds between two looks at what should be in force
PATIENCE: Final = 30.0  # seconds for one call
MENUS_PATIENCE: Final = 300.0  # seconds for all menus
STOPPING: Final = 2.0  # seconds


class Presence:
    """Works in a thread of its own, so that no clock waits for Telegram."""

    def __init__(
        self,
        platform: TelegramPlatform,
        wanted: Callable[[], Sequence[Menu]],
        told: Told,
        reception: Reception,
        *,
        met: Callable[[], None] = lambda: None,
        webhook: tuple[str, str] | None = None,
        listening: threading.Event | None = None,
        waits: Mapping[Kind, tuple[float, float]] = WAITS,
    ) -> None:
        """Prepare; met is called once the bot knows its name, webhook is an address and its secret.

        listening is set when somebody answers there; none: from the start.
        """
        self._platform = platform
        self._wanted = wanted
        self._told = told
        self._reception = reception
        self._on_met = met
        self._webhook = webhook
        self._listening = listening
        self._webhook_was_set = False
        self._shown: set[Menu] = set()
        self._waiting = Waiting(waits)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="presence", daemon=True)
        self.met = threading.Event()

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Stop; a call under way is ended when the platform is closed."""
        self._stopping.set()
        if self._listening is not None:
            self._listening.set()
        self._thread.join(STOPPING)

    def _work(self) -> None:
        wait = 0.0
        while not self._stopping.wait(wait):
            wait = self._once()

    def _once(self) -> float:
        """Do what is still to be done; return the seconds until the next look."""
        try:
            self._meet()
            self._keep_webhook()
        except FAILURES as error:
            return self._failed(_trouble(error))
        self._waiting.over()
        if self._webhook is not None:
            self._reception.works()
        self._keep_menus()
        return EVERY

    def _failed(self, trouble: Trouble) -> float:
        self._reception.troubled(trouble)
        try:
            self._told(trouble)
        except DatabaseTrouble as unusable:
            log.warning("nobody could be told", why=str(unusable.orig))
        return self._waiting.after(trouble)

    def _meet(self) -> None:
        """Learn the name before anything is heard: until then no @mention is the desk's."""
        if not self.met.is_set():
            self._platform.introduce(self._call(self._platform.bot.get_me()))
            log.info("telegram", bot=self._platform.username)
            self.met.set()
            if not self._stopping.is_set():
                self._on_met()

    def _keep_webhook(self) -> None:
        """Set the webhook, for the first time since another secret may be in force, and whenever it is another one."""
        if self._webhook is None:
            return
        if self._listening is not None:
            self._listening.wait()  # what is delivered to a closed port comes again minutes later
        if self._stopping.is_set():
            return
        url, secret = self._webhook
        if self._webhook_was_set and self._call(self._platform.bot.get_webhook_info()).url == url:
            return
        self._call(set_webhook(self._platform.bot, url, secret))
        self._webhook_was_set = True
        log.info("telegram webhook set", url=url)

    def _keep_menus(self) -> None:
        """Set the menus that are not as they should be; what could not be set is tried again with the next look."""
        try:
            wanted = [menu for menu in self._wanted() if menu not in self._shown]
            left = self._call(set_menus(self._platform.bot, wanted), MENUS_PATIENCE) if wanted else []
        except (*FAILURES, DatabaseTrouble) as error:
            log.warning("the menus were not set", why=str(error))
        else:
            self._shown |= set(wanted) - set(left)

    def _call(self, coroutine: Coroutine[Any, Any, T], patience: float = PATIENCE) -> T:
        return self._platform.loop.run(coroutine, patience)


def _trouble(error: Exception) -> Trouble:
    return Trouble("webhook", str(error)) if isinstance(error, BadRequest) else trouble_of(error)
