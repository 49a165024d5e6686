"""The whole double: the world, what people do in it, what goes wrong, and what there is to read afterwards."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from urllib.parse import urlsplit

from bot.web.server import serving
from tests.platforms.asgi import REASONS, HtmlError, Loss
from tests.platforms.bot_api.faults import Fault, Faults, Limits, Violation, too_many
from tests.platforms.bot_api.methods import command_key
from tests.platforms.bot_api.people import People
from tests.platforms.bot_api.places import Places
from tests.platforms.bot_api.server import Server
from tests.platforms.bot_api.world import ApiError, Call, Json, Message, Toast

EVER = 1_000_000_000


class BotApi(Places, People):
    """Telegram's Bot API as the tests have it."""

    def __init__(self) -> None:
        super().__init__()
        self.faults = Faults(self.world)
        self.app = Server(self.world, self.delivery, self.faults, self.control)
        self.url = ""
        self._serving = ExitStack()

    # ---------------------------------------------------------------------------------------------- running
    def open(self, port: int = 0) -> None:
        """Serve on loopback; the same port again after `down`."""
        self.delivery.closing = False
        port = port or (urlsplit(self.url).port or 0 if self.url else 0)
        self.url = self._serving.enter_context(serving(self.app, port))

    def close(self) -> None:
        """Stop serving."""
        self.delivery.close()
        self._serving.close()

    def reset(self) -> None:
        """Be as new at the same address: cheaper than another double for every test."""
        self.up()
        self.delivery.clear()
        self.faults.clear()
        self.world.clear()

    @property
    def base_url(self) -> str:
        """The library's `base_url`."""
        return f"{self.url}/bot"

    @property
    def base_file_url(self) -> str:
        """The library's `base_file_url`."""
        return f"{self.url}/file/bot"

    @property
    def clock(self) -> Callable[[], float]:
        """The clock that dates answers and ends queries and what can be deleted; time.time by itself."""
        return self.world.clock

    @clock.setter
    def clock(self, clock: Callable[[], float]) -> None:
        self.world.clock = clock

    # ---------------------------------------------------------------------------------------------- delivery
    @property
    def deliver_to(self) -> tuple[str, str] | None:
        """Where every act pushes the first bot's updates, before it returns: address and secret token."""
        return self.delivery.deliver_to

    @deliver_to.setter
    def deliver_to(self, where: tuple[str, str] | list[str] | None) -> None:
        self.delivery.deliver_to = None if where is None else (where[0], where[1])

    @property
    def statuses(self) -> list[int]:
        """What pushes were answered with, in order; 0 for no answer."""
        return self.delivery.statuses

    @property
    def took(self) -> list[float]:
        """How many seconds each push of `deliver_to` waited for its answer, in order."""
        return self.delivery.took

    def deliver(self) -> list[int]:
        """Push what is pending to `deliver_to` and give the answers."""
        return self.delivery.deliver()

    def settle(self, timeout: float = 10.0) -> None:
        """Wait until every update was taken; raises TimeoutError."""
        self.delivery.settle(timeout)

    def pending(self, *, bot: str | None = None) -> list[Json]:
        """Give the updates that nobody took yet."""
        with self.world.lock:
            return list(self.world.bot(bot).pending)

    def repeat_last_update(self, times: int = 1, *, bot: str | None = None) -> None:
        """Deliver the newest update again, under the same update_id."""
        with self.world.lock:
            whom = self.world.bot(bot)
            if whom.last_update is None:
                raise LookupError("there was no update yet")
            polls = not whom.webhook and self.deliver_to is None
            (whom.again if polls else whom.pending).extend([whom.last_update] * times)
            self.delivery.wake()
        self.deliver()

    # ---------------------------------------------------------------------------------------------- faults
    def fail_next(
        self,
        method: str | None = None,
        chat: int | None = None,
        times: int = 1,
        *,
        code: int = 500,
        description: str = "",
        retry_after: int | None = None,
    ) -> None:
        """Answer the next calls with an error; 5xx without a description is an HTML page."""
        error: ApiError | HtmlError
        if retry_after is not None:
            error = too_many(retry_after)
        elif code >= 500 and not description:
            error = HtmlError(code)
        else:
            error = ApiError(code, description or REASONS.get(code, "Error"))
        self.faults.add(Fault(method, chat, times, error=error))

    def lose_reply(
        self, method: str | None = None, chat: int | None = None, times: int = 1, *, how: Loss = "close"
    ) -> None:
        """Carry the next calls out, then hang up without an answer ("close") or never answer ("silence")."""
        self.faults.add(Fault(method, chat, times, loss=how))

    def hang(self, chat: int | None, seconds: float, *, method: str | None = None, times: int = EVER) -> None:
        """Let calls about a chat wait so long before they are carried out; method "download": a file, half-way."""
        self.faults.add(Fault(method, chat, times, seconds=seconds))

    def late(self, seconds: float) -> None:
        """Let every call wait so long before it is carried out; 0 ends that."""
        self.faults.delay = seconds

    def down(self, code: int | None = None) -> None:
        """Refuse connections, or answer everything with an HTML page of a code such as 502."""
        self.faults.down = code
        if code is None:
            self.delivery.closing = True
            self.delivery.wake()
            self._serving.close()

    def up(self) -> None:
        """Be there again on the same port."""
        self.faults.down = None
        if self.delivery.closing:
            self.open()

    def mend(self) -> None:
        """Let nothing go wrong any more."""
        self.faults.clear()

    def enforce_limits(
        self,
        group_per_minute: int | None = 20,
        chat_per_second: float | None = None,
        overall_per_second: int | None = 30,
        *,
        answer: bool = True,
    ) -> None:
        """Answer 429 to whoever sends or edits faster, or only count them; by the wall clock."""
        self.faults.limits = Limits(group_per_minute, chat_per_second, overall_per_second, answer=answer)

    @property
    def violations(self) -> list[Violation]:
        """Every call that was over a limit, or came before its wait was over."""
        return list(self.faults.limits.violations) if self.faults.limits else []

    # ---------------------------------------------------------------------------------------------- reading
    def messages(
        self, chat: int, *, bot: str | None = None, deleted: bool = False, service: bool = False, own: bool = False
    ) -> list[Message]:
        """Give a chat's messages; those of bots alone if `own`; deleted and service ones if asked for."""
        with self.world.lock:
            found = list(self.chat_of(chat, bot).messages)
        kept = [each for each in found if (deleted or not each.deleted) and (service or not each.service)]
        return [each for each in kept if not own or self.world.bot_of(each.sender) is not None]

    def toasts(self) -> list[Toast]:
        """Give every answer to a tap, in order."""
        with self.world.lock:
            return list(self.world.toasts)

    def calls(self, method: str | None = None, chat: int | None = None) -> list[Call]:
        """Give the calls that bots made, in order."""
        with self.world.lock:
            found = list(self.world.calls)
        return [call for call in found if method in (None, call.method) and chat in (None, call.chat_id)]

    def pinned(self, chat: int, *, bot: str | None = None) -> list[Message]:
        """Give a chat's pinned messages, the newest pin last."""
        with self.world.lock:
            where = self.chat_of(chat, bot)
            return [where.messages[number - 1] for number in where.pins]

    def commands(self, scope: Json | None = None, language: str = "", *, bot: str | None = None) -> list[Json]:
        """Give the commands a bot registered for a scope and language."""
        with self.world.lock:
            return list(self.world.bot(bot).commands.get(command_key(scope, language), []))

    # ---------------------------------------------------------------------------------------------- control
    def control(self, name: str, given: Any) -> object:  # noqa: ANN401 - whatever JSON holds
        """Do by name what the Python interface does; a list does it once for each element."""
        if name.startswith("_") or not hasattr(type(self), name):
            raise LookupError(f"no control {name}")
        if isinstance(given, list):
            return [self.control(name, each) for each in given]
        found = getattr(self, name)
        if name == "down":  # whoever closes the door from inside could not open it again
            given.setdefault("code", 502)
        if name == "deliver_to":
            self.deliver_to = given.get("to")
            return None
        return _plain(found(**given) if callable(found) else found)


def _plain(value: object) -> object:
    """Give a value as JSON can hold it."""
    if isinstance(value, Message):
        flags = {"deleted": value.deleted, "pinned": value.pinned, "silent": value.silent, "at": value.at}
        return {**value.json(), **flags}
    if isinstance(value, Call | Toast | Violation):
        return vars(value)
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value if isinstance(value, dict | str | int | float | bool | None) else str(value)


@contextmanager
def bot_api(port: int = 0) -> Iterator[BotApi]:
    """Run a double beside what goes on here."""
    api = BotApi()
    api.open(port)
    try:
        yield api
    finally:
        api.close()


def run_forever(port: int) -> None:
    """Run a double by itself, printing its address, until interrupted."""
    with bot_api(port) as api:
        print(api.url, flush=True)  # noqa: T201 - the address is what whoever started it waits for
        while True:
            time.sleep(3600)
