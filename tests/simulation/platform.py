"""A chat platform of the simulation: it decides when calls land and when they come back, and writes everything down."""

from collections import defaultdict, deque
from collections.abc import Callable, Coroutine, Generator, Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import coroutine
from typing import Any, Final, ParamSpec, TypeVar

from bot.chat.drill import NAME
from bot.chat.own import OwnPlatform
from bot.chat.platform import Awaited, Limits, SendFailed
from bot.chat.telegram.platform import IN_GROUP, IN_PRIVATE, OVERALL
from handlers.conversation import Content
from tests.invariants import Received
from tests.simulation.weather import Deed, Fate, Weather
from tests.simulation.world import World

P = ParamSpec("P")
T = TypeVar("T")
LONGEST_MEMORY: Final = timedelta(minutes=5)  # longer than a call lasts and the platform wants to be left alone
LONGEST_WAY: Final = timedelta(seconds=0.8)  # until a call that has left arrives
REMEMBERED: Final = 30  # messages of a chat that people look at


@dataclass
class Shown:
    """A message of the desk as people see it."""

    id: str
    serial: int
    text: str
    buttons: tuple[tuple[Mapping[str, str], ...], ...]


@dataclass(frozen=True)
class Call:
    """One call that has left."""

    chat: str
    deed: Deed
    content: Content
    message_id: str = ""


@dataclass
class Running:
    """A row of calls of one life of the desk."""

    coroutine: Coroutine[Any, Any, None]
    life: int
    done: "Future[None]" = field(default_factory=Future)


@coroutine
def _placed(call: Call) -> Generator[Call, str, str]:
    return (yield call)


class FaultyPlatform(OwnPlatform):
    """What is sent through it lands, or does not, and is answered, or not, as the weather wills."""

    name = NAME
    waits = True
    pins = True
    overall: Limits = OVERALL

    def __init__(self, world: World, weather: Weather, clock: Callable[[], datetime]) -> None:
        """Begin empty; clock tells the desk's time."""
        self.log: list[Received] = []
        self.boards: dict[str, deque[Shown]] = defaultdict(lambda: deque(maxlen=REMEMBERED))
        self.life = 0
        self._world = world
        self._weather = weather
        self._clock = clock
        self._messages = 0
        self.come_back: Callable[[Callable[[], None]], None] = lambda answered: answered()
        self.awaited = Awaited(self._send, self._edit, self._toast, self._begin)

    # what the desk calls and waits for

    async def _send(self, chat: str, content: Content) -> str:
        return await _placed(Call(chat, "send", content))

    async def _edit(self, chat: str, message_id: str, content: Content) -> str:
        return await _placed(Call(chat, "edit", content, message_id))

    async def _toast(self, chat: str, content: Content) -> None:
        await _placed(Call(chat, "toast", content))

    def _begin(self, calls: Coroutine[Any, Any, None]) -> "Future[None]":
        running = Running(calls, self.life)
        self._go_on(running, lambda: calls.send(None))
        return running.done

    def _go_on(self, running: Running, resume: Callable[[], Call]) -> None:
        """Let a row of calls go on until its next call leaves."""
        try:
            call = resume()
        except StopIteration:
            running.done.set_result(None)
            return
        fate = self._leaves(call)
        answer = self._new_id() if call.deed == "send" else call.message_id
        if fate.lands:
            self._world.after(fate.answered_after / 2, lambda: self._lands(call, answer))
        self._world.after(fate.answered_after, lambda: self._answers(running, call, fate, answer))

    def _answers(self, running: Running, call: Call, fate: Fate, answer: str) -> None:
        if running.life == self.life:  # else whoever asked is no more
            self.come_back(lambda: self._answered(running, call, fate, answer))

    def _answered(self, running: Running, call: Call, fate: Fate, answer: str) -> None:
        self._world.tell(f"{call.deed} #{call.content.serial} to {call.chat} comes back: {fate.name}")
        if fate.failure is not None:
            failure = fate.failure
            self._go_on(running, lambda: running.coroutine.throw(failure))
        else:
            self._go_on(running, lambda: running.coroutine.send(answer))

    def _leaves(self, call: Call) -> Fate:
        fate = self._weather.fate(call.chat, call.deed, self._world.now)
        arrives = self._clock() + min(timedelta(seconds=fate.answered_after / 2), LONGEST_WAY)
        self.log.append(
            Received(
                f"{NAME}:{call.chat}", arrives, call.content.text, call.content.serial or None, call.deed,
                fate.lands, fate.failure is None, fate.failure.after if fate.failure is not None else 0.0,
            )
        )  # fmt: skip
        self._world.tell(f"{call.deed} #{call.content.serial} to {call.chat} leaves: {call.content.text!r}")
        return fate

    def died(self, kept: Mapping[str, datetime]) -> None:
        """Let the desk that died not be blamed for writing too soon, where it had not kept until when it may not.

        kept: until when a destination is paused, as it stands in the tables.
        """
        for n in reversed(range(len(self.log))):
            call = self.log[n]
            if self._clock() - call.at > LONGEST_MEMORY:
                return
            until = call.at + timedelta(seconds=call.nothing_for)
            if call.nothing_for and kept.get(call.destination, call.at) < until:
                self.log[n] = replace(call, nothing_for=0)

    def _lands(self, call: Call, message_id: str) -> None:
        content = call.content
        if call.deed == "toast":
            return
        shown = Shown(message_id, content.serial, content.text, content.buttons)
        board = self.boards[call.chat]
        for place, there in enumerate(board):
            if there.id == message_id:
                board[place] = shown
                return
        board.append(shown)

    def _new_id(self) -> str:
        self._messages += 1
        return str(self._messages)

    # what the desk calls from a thread

    def _at_once(self, call: Call) -> str:
        fate = self._leaves(call)
        answer = self._new_id() if call.deed == "send" else call.message_id
        if fate.lands and call.deed in ("send", "edit"):
            self._lands(call, answer)
        if fate.failure is not None:
            raise fate.failure
        return answer

    def send(self, chat: str, content: Content, at: datetime) -> str:
        """Send a message and wait for what comes of it."""
        del at
        return self._at_once(Call(chat, "send", content))

    def edit(self, chat: str, message_id: str, content: Content, at: datetime) -> str:
        """Change a message and wait for what comes of it."""
        del at
        return self._at_once(Call(chat, "edit", content, message_id))

    def delete(self, chat: str, message_id: str, at: datetime) -> None:
        """Take a message away."""
        del at
        self._at_once(Call(chat, "delete", Content(""), message_id))
        self.boards[chat] = deque((one for one in self.boards[chat] if one.id != message_id), maxlen=REMEMBERED)

    def pin(self, chat: str, message_id: str, *, pinned: bool) -> None:
        """Pin a message."""
        self._at_once(Call(chat, "pin", Content("pinned" if pinned else "not pinned"), message_id))

    def toast(self, chat: str, content: Content, at: datetime) -> None:
        """Answer a tap."""
        del at
        self._at_once(Call(chat, "toast", content))

    def limits(self, chat: str) -> Limits:
        """Return how fast a chat may be written to: as on Telegram."""
        return IN_PRIVATE if chat.startswith("direct:") else IN_GROUP


def limits_of(destination: str) -> Limits:
    """Return the limits of a destination, or of the whole platform, as the invariants ask for them."""
    platform, _, chat = destination.partition(":")
    if platform != NAME:
        return ()
    return (IN_PRIVATE if chat.startswith("direct:") else IN_GROUP) if chat else OVERALL


class SimulatedThreads(Executor):
    """Runs what would run in a thread of its own: later, at a moment that the dice decide."""

    def __init__(self, world: World, life: Callable[[], int], come_back: Callable[[Callable[[], None]], None]) -> None:
        """Run for one life of the desk at a time."""
        self._world = world
        self._life = life
        self._come_back = come_back

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> "Future[T]":
        """Let something run soon, unless the desk is gone by then."""
        life, done = self._life(), Future[T]()

        def run() -> None:
            done.set_result(fn(*args, **kwargs))

        def come_back() -> None:
            if life == self._life():
                self._come_back(run)

        self._world.after(self._world.dice.uniform(0.05, 3.0), come_back)
        return done


__all__ = ["FaultyPlatform", "SendFailed", "Shown", "SimulatedThreads", "limits_of"]
