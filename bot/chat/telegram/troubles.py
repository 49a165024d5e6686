"""What administrators hear when nothing is heard from Telegram: once an hour, by a way that still works."""

import threading
import time
from collections.abc import Callable, Mapping
from typing import Final

from bot.chat.reception import Kind, Trouble
from config.language import Said, t

EVERY: Final = 3600.0  # seconds between two alarms of the same kind
# What passes by itself is no alarm: a network that is away for a while, a database that is locked.
SAID: Final[Mapping[Kind, Said]] = {
    "conflict": t(
        "Telegram 收不到消息:有另一个程序在用同一个机器人令牌。"
        "请停掉多余的那个;找不到时,在 BotFather 用 /revoke 换新令牌,写进 HUIYING_TELEGRAM_TOKEN 后重启。"
    ),
    "token": t(
        "Telegram 不认机器人令牌:请在 BotFather 用 /token 查看,把 HUIYING_TELEGRAM_TOKEN 改对后重启。"
        "在此之前 Telegram 上的消息收不到也发不出。"
    ),
    "webhook": t(
        "Telegram 不接受 webhook 地址:请检查 HUIYING_PUBLIC_URL(https,端口 443、80、88 或 8443),"
        "或改用 HUIYING_TELEGRAM_MODE=polling。在此之前收不到 Telegram 上的消息。"
    ),
}


class Alarms:
    """Tells administrators of what they alone can mend. Call it from a thread: it writes to the database."""

    def __init__(self, alarm: Callable[[Said], None], clock: Callable[[], float] = time.monotonic) -> None:
        """Tell through this function; clock in seconds."""
        self._alarm = alarm
        self._clock = clock
        self._lock = threading.Lock()
        self._last: dict[Kind, float] = {}

    def told(self, trouble: Trouble) -> None:
        """Tell them, unless they were told within the hour."""
        said = SAID.get(trouble.kind)
        if said is None:
            return
        with self._lock:
            now, last = self._clock(), self._last.get(trouble.kind)
            if last is not None and now - last < EVERY:
                return
            self._alarm(said)  # first, so that an alarm that could not be stored is raised again
            self._last[trouble.kind] = now
