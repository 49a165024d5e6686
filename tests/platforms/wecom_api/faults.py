"""What can go wrong on the vendors' side, and the limits they keep."""

import time
from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from threading import RLock

from tests.platforms.asgi import HtmlError, Loss
from tests.platforms.wecom_api.world import ApiError

# https://developer.work.weixin.qq.com/document/path/90312 (访问频率限制) and .../path/91770 (消息推送)
PER_MEMBER = ((30, 60.0), (1000, 3600.0))  # messages, seconds: the surplus is dropped without a word
PER_WEBHOOK = ((20, 60.0),)  # the surplus meets 45009


@dataclass
class Fault:
    method: str | None
    chat: str | None
    times: int
    error: ApiError | HtmlError | None = None  # what is answered instead
    loss: Loss | None = None
    seconds: float = 0.0

    def meets(self, method: str, chats: Collection[str]) -> bool:
        """Tells whether the fault is meant for a call."""
        return self.method in (None, method) and (self.chat is None or self.chat in chats)

    @property
    def sort(self) -> str:
        """What it is: a lost reply, a wait, or another answer."""
        return "loss" if self.loss else "wait" if self.seconds else "error"


@dataclass
class Violation:
    scope: str  # "member", "bot", "webhook", or "cut" for a text that was too long
    chat: str
    at: float = field(default_factory=time.time)


class Limits:
    """At most so many messages in so many seconds, in windows that slide."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._sent: dict[tuple[str, str], deque[float]] = {}
        self.rules: dict[str, tuple[tuple[int, float], ...]] = {}
        self.violations: list[Violation] = []

    def enforce(self) -> None:
        """Keep the limits from now on."""
        self.rules = {"member": PER_MEMBER, "bot": PER_MEMBER, "webhook": PER_WEBHOOK}

    def clear(self) -> None:
        """Keep none, and forget what was sent."""
        self.rules.clear()
        self._sent.clear()
        self.violations.clear()

    def over(self, scope: str, chat: str) -> bool:
        """Count a message; tells whether it is one too many."""
        now, sent = self._clock(), self._sent.setdefault((scope, chat), deque(maxlen=PER_MEMBER[-1][0]))
        for count, seconds in self.rules.get(scope, ()):
            if sum(1 for at in sent if at > now - seconds) >= count:
                self.violations.append(Violation(scope, chat))
                return True
        sent.append(now)
        return False


class Faults:
    """The faults that are due, and how the vendors are now."""

    def __init__(self, lock: RLock) -> None:
        self._lock = lock
        self._due: list[Fault] = []
        self.delay = 0.0
        self.down: int | None = None

    def add(self, fault: Fault) -> None:
        """Let a fault happen to the next calls it is meant for."""
        with self._lock:
            self._due.append(fault)

    def clear(self) -> None:
        """Let nothing go wrong any more."""
        with self._lock:
            self._due.clear()
            self.delay, self.down = 0.0, None

    def take(self, sort: str, method: str, chats: Collection[str]) -> Fault | None:
        """Take the first fault of a sort that a call meets."""
        with self._lock:
            for fault in self._due:
                if fault.sort == sort and fault.meets(method, chats):
                    fault.times -= 1
                    if fault.times <= 0:
                        self._due.remove(fault)
                    return fault
        return None
