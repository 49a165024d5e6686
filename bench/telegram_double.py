"""The Bot API double of the benchmark, in a process of its own: it pushes updates and notes when each was answered.

Pushes and answers share one event loop, so that no second thread takes turns with the one that keeps the log.
"""

import argparse
import asyncio
import contextlib
import json
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Final, cast
from urllib.parse import urlsplit

from starlette.types import Receive, Scope, Send

from tests.platforms.bot_api import BotApi, Call
from tests.platforms.bot_api.pushing import SECRET_HEADER
from tests.platforms.bot_api.server import Server
from tests.platforms.bot_api.world import Bot, Json

CONNECTIONS: Final = 40  # the most that Telegram opens to a webhook
PATH: Final = "/load"
FIRST: Final = 1_000_000  # the number of the first person's account
EMPTY: Final = b"\r\n\r\n"  # ends an answer without a body


def accounts(count: int) -> list[int]:
    """Number the accounts of so many people."""
    return list(range(FIRST, FIRST + count))


def name_of(account: int) -> str:
    """Name the person with an account."""
    return f"陈{account}"


@dataclass(frozen=True)
class Order:
    """One round: who says what to which bot and its webhook, and how fast; every person waits for their answer."""

    token: str
    url: str
    secret: str
    texts: list[str]
    users: list[int]
    answers: list[str]  # what the answer to each text must hold
    rate: float = 0.0  # updates a second; 0: as fast as they are taken
    patience: float = 60.0  # seconds for the whole round


@dataclass
class Done:
    """What the log says of a round; moments are the wall clock's, -1 for what never came."""

    due: list[float] = field(default_factory=list)
    pushed: list[float] = field(default_factory=list)
    taken: list[float] = field(default_factory=list)
    answered: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    cpu: float = 0.0  # seconds of this process


class Log(list[Call]):
    """The double's log of calls, which lets a round know of each as it comes in."""

    def __init__(self) -> None:
        super().__init__()
        self.round: Round | None = None

    def append(self, call: Call) -> None:
        super().append(call)
        if self.round is not None and call.method == "sendMessage":
            self.round.answered(call)


class Wire(asyncio.Protocol):
    """One connection to a webhook: one update at a time."""

    def __init__(self, round_: "Round") -> None:
        self._round = round_
        self._answer = b""
        self._number = -1
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def push(self, number: int, request: bytes) -> None:
        self._number = number
        if self.transport is not None:
            self.transport.write(request)

    def close(self) -> None:
        if self.transport is not None:
            self.transport.close()

    def data_received(self, data: bytes) -> None:
        self._answer += data
        if self._answer.endswith(EMPTY):
            status, self._answer = self._answer[9:12], b""
            number, self._number = self._number, -1
            self._round.taken(self, number, status)

    def connection_lost(self, _why: Exception | None) -> None:
        self._round.lost(self, self._number)


class Round:
    """Pushes updates over several connections; a person's next update waits for the answer to the one before."""

    def __init__(self, order: Order, bot: Bot, requests: list[tuple[int, bytes]]) -> None:
        self._order = order
        self._requests = requests
        self._username = bot.user.username
        self._by_user: dict[int, deque[int]] = {}
        for number, (user, _) in enumerate(requests):
            self._by_user.setdefault(user, deque()).append(number)
        self._ready = deque(self._by_user)  # people without an update under way
        self._under_way: dict[int, int] = {}  # user: update
        self._wires: list[Wire] = []
        self._idle: deque[Wire] = deque()
        self._reconnecting: set[asyncio.Task[None]] = set()
        self._allowed = 0  # how many may have been pushed by now
        self._pushed = 0
        self._left = len(requests)
        self._over = asyncio.Event()
        nothing = [-1.0] * len(requests)
        self.done = Done(list(nothing), list(nothing), list(nothing), list(nothing))

    async def run(self) -> Done:
        """Push everything and wait for the answers."""
        await asyncio.gather(*(self._connect() for _ in range(CONNECTIONS)))
        began = time.process_time()
        pacing = asyncio.create_task(self._pace())
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._over.wait(), self._order.patience)
        self.done.cpu = time.process_time() - began
        pacing.cancel()
        self._left = 0
        for wire in self._wires:
            wire.close()
        return self.done

    async def _connect(self) -> None:
        at = urlsplit(self._order.url)
        _, wire = await asyncio.get_running_loop().create_connection(
            lambda: Wire(self), at.hostname or "", at.port or 80
        )
        self._wires.append(wire)
        self._idle.append(wire)
        self._go_on()

    async def _pace(self) -> None:
        began = time.time()
        for number in range(len(self._requests) if self._order.rate else 0):
            self.done.due[number] = began + number / self._order.rate
            await asyncio.sleep(max(0.0, self.done.due[number] - time.time()))
            self._allowed = number + 1
            self._go_on()
        self._allowed = len(self._requests)
        self._go_on()

    def _go_on(self) -> None:
        """Push while there is a connection, somebody who waits for nothing, and leave to do so."""
        while self._idle and self._ready and self._pushed < self._allowed:
            user = self._ready.popleft()
            number = self._by_user[user].popleft()
            self._under_way[user] = number
            self._push(self._idle.popleft(), number)

    def _push(self, wire: Wire, number: int) -> None:
        now = time.time()
        self.done.pushed[number] = now
        if not self._order.rate:
            self.done.due[number] = now
        self._pushed += 1
        wire.push(number, self._requests[number][1])

    def taken(self, wire: Wire, number: int, status: bytes) -> None:
        """Note that the webhook took an update."""
        self.done.taken[number] = time.time()
        if status != b"200":
            self.done.wrong.append(f"{number}: {status.decode()}")
        self._idle.append(wire)
        self._go_on()

    def lost(self, wire: Wire, number: int) -> None:
        """Open another connection for one that was closed while it was idle; one closed before its answer is wrong."""
        if self._left and number >= 0:
            self.done.wrong.append(f"{number}: the connection was closed")
            self._over.set()
        elif self._left:
            self._idle.remove(wire)
            connecting = asyncio.create_task(self._connect())
            self._reconnecting.add(connecting)
            connecting.add_done_callback(self._reconnecting.discard)

    def answered(self, call: Call) -> None:
        """Note an answer; it must say what answers the one update that its chat waits for."""
        user = call.chat_id or 0
        number = self._under_way.pop(user, None)
        if call.bot != self._username or number is None:
            self.done.wrong.append(f"unexpected: {call.bot} to {user}")
            return
        if self._order.answers[number] not in str(call.parameters.get("text")):
            self.done.wrong.append(f"{number}: answered with {call.parameters.get('text')}")
        self.done.answered[number] = call.at
        self._left -= 1
        if self._by_user[user]:
            self._ready.append(user)
        if self._left == 0:
            self._over.set()
        self._go_on()


class LoadingServer(Server):
    """The double's server, which also carries out rounds on its own loop."""

    api: "LoadingApi"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http" and scope["path"] == PATH:
            return await self._serve_load(receive, send)
        return await super().__call__(scope, receive, send)

    async def _serve_load(self, receive: Receive, send: Send) -> None:
        body = b""
        more = True
        while more:
            event = await receive()
            body += event.get("body", b"")
            more = event.get("more_body", False)
        done = await self.api.load(Order(**json.loads(body)))
        answer = json.dumps(asdict(done)).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(answer)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": answer})


class LoadingApi(BotApi):
    """The double with a load generator."""

    def __init__(self) -> None:
        super().__init__()
        server = LoadingServer(self.world, self.delivery, self.faults, self.control)
        server.api = self
        self.app = server
        self.log = Log()
        self.world.calls = self.log

    async def load(self, order: Order) -> Done:
        """Carry out one round."""
        bot = self.world.bot(order.token)
        self.log.clear()
        self.log.round = Round(order, bot, list(self._requests(order, bot)))
        done = await self.log.round.run()
        self.log.round = None
        done.wrong += [f"{call.code} {call.error}" for call in self.log if call.code != 200]
        return done

    def _requests(self, order: Order, bot: Bot) -> Iterator[tuple[int, bytes]]:
        """Write the messages and make the requests that will push them, before the clock runs."""
        for number, text in enumerate(order.texts):
            user = order.users[number % len(order.users)]
            yield user, _request(order, self._update(bot, user, text))

    def _update(self, bot: Bot, user: int, text: str) -> Json:
        chat = self.chat_of(user, bot.token)
        chat.started = True
        message = self.world.write(chat, {"from": self.user_of(user).json(), "text": text})
        bot.next_update_id += 1
        return {"update_id": bot.next_update_id, "message": message.json()}

    def people(self, users: list[int], names: list[str]) -> int:
        """Register so many people."""
        for user, name in zip(users, names, strict=True):
            self.add_user(user, name)
        return len(users)


def _request(order: Order, update: Json) -> bytes:
    at, body = urlsplit(order.url), json.dumps(update).encode()
    lines = (
        f"POST {at.path} HTTP/1.1",
        f"Host: {at.netloc}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        f"{SECRET_HEADER}: {order.secret}",
    )
    return "\r\n".join(lines).encode() + EMPTY + body


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    api = LoadingApi()
    api.open(parser.parse_args().port)
    print(api.url, flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        while True:
            time.sleep(3600)
    api.close()


if __name__ == "__main__":
    main()
