"""What can go wrong on Telegram's side, and the limits it keeps."""

import math
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.platforms.asgi import HtmlError, Loss
from tests.platforms.bot_api.calling import Calling
from tests.platforms.bot_api.world import GROUPS, ApiError, World

COUNTED = ("send", "edit", "forward", "copy")
MINUTE = 60.0


def too_many(seconds: int) -> ApiError:
    """Give the refusal to somebody who sends too fast."""
    return ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


@dataclass
class Fault:
    method: str | None
    chat: int | None
    times: int
    error: ApiError | HtmlError | None = None  # what is answered instead
    loss: Loss | None = None
    seconds: float = 0.0

    def meets(self, call: Calling) -> bool:
        """Tells whether the fault is meant for a call."""
        return self.chat is None or call.parameters.chat_id() == self.chat


@dataclass
class Violation:
    scope: str  # "group", "chat" or "overall"
    chat_id: int | str | None
    at: float = field(default_factory=time.time)


class Limits:
    """At most so many messages in so many seconds, by chat and over all, in a window that slides."""

    def __init__(self, group: int | None, chat: float | None, overall: int | None, *, answer: bool) -> None:
        self._group, self._chat, self._overall = group, chat, overall
        self._answer = answer
        self._sent: dict[tuple[str, object], deque[float]] = {}
        self._blocked: dict[tuple[str, object], float] = {}
        self.violations: list[Violation] = []

    def check(self, method: str, call: Calling, now: float) -> None:
        """Count a call; raises ApiError 429 when it was one too many or came before the wait was over."""
        if not method.startswith(COUNTED) or method == "sendChatAction":
            return
        waits = [self._wait(*rule, call.parameters.chat_id(), now) for rule in self._rules(call)]
        if any(waits) and self._answer:
            raise too_many(max(1, math.ceil(max(waits))))

    def _rules(self, call: Calling) -> Iterable[tuple[str, object, int, float]]:
        chat_id = call.parameters.chat_id()
        chat = call.world.find_chat(call.bot, chat_id) if chat_id is not None else None
        if self._overall:
            yield "overall", call.bot.token, self._overall, 1.0
        if self._chat:
            yield "chat", chat_id, max(1, round(self._chat)), max(1.0, 1 / self._chat)
        if self._group and chat is not None and chat.kind in GROUPS:
            yield "group", chat_id, self._group, MINUTE

    def _wait(
        self, scope: str, key: object, count: int, seconds: float, chat_id: int | str | None, now: float
    ) -> float:
        sent = self._sent.setdefault((scope, key), deque())
        while sent and sent[0] <= now - seconds:
            sent.popleft()
        wait = self._blocked.get((scope, key), 0.0) - now
        if wait <= 0 and len(sent) < count:
            sent.append(now)
            return 0.0
        self.violations.append(Violation(scope, chat_id))
        if not self._answer:
            sent.append(now)
        if wait <= 0:
            wait = sent[0] + seconds - now
            self._blocked[scope, key] = now + wait
        return wait


class Faults:
    """The faults that are due, and how the API is now."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._answers: dict[str | None, list[Fault]] = {}
        self.delay = 0.0
        self.down: int | None = None
        self.limits: Limits | None = None

    def add(self, fault: Fault) -> None:
        """Let a fault happen to the next calls it is meant for."""
        with self._world.lock:
            self._answers.setdefault(fault.method, []).append(fault)

    def clear(self) -> None:
        """Let nothing go wrong any more."""
        with self._world.lock:
            self._answers.clear()
            self.delay, self.down, self.limits = 0.0, None, None

    def take(self, method: str, call: Calling, *, loses: bool, waits: bool = False) -> Fault | None:
        """Take the first fault of a sort that a call meets: an answer, a lost reply, or a wait."""
        named = (method,) if method == "getUpdates" else (method, None)
        for name in named:
            for fault in self._answers.get(name, ()):
                sort = (fault.loss is not None, fault.seconds > 0)
                if sort == (loses, waits) and fault.meets(call):
                    self._use(fault)
                    return fault
        return None

    def hold(self) -> float:
        """Take for how many seconds a file is held when half of it was sent."""
        for fault in self._answers.get("download", ()):
            self._use(fault)
            return fault.seconds
        return 0.0

    def _use(self, fault: Fault) -> None:
        fault.times -= 1
        if fault.times <= 0:
            self._answers[fault.method].remove(fault)

    @property
    def any(self) -> bool:
        """Tells whether any fault is due."""
        return any(self._answers.values())
