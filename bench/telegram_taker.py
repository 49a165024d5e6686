"""The least that can answer an update: bare sockets, no library. With it the double's own ceiling is measured."""

import argparse
import asyncio
import contextlib
import json
from collections import deque
from typing import Final, cast

from bench.telegram_double import CONNECTIONS, EMPTY

WEBHOOK: Final = "/"
TAKEN: Final = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


class Calls:
    """Connections to the double; what finds none free waits for one."""

    def __init__(self) -> None:
        self.waiting: deque[bytes] = deque()
        self.idle: deque[asyncio.Transport] = deque()

    def send(self, request: bytes) -> None:
        self.waiting.append(request)
        self.go_on()

    def go_on(self) -> None:
        while self.idle and self.waiting:
            self.idle.popleft().write(self.waiting.popleft())


class Call(asyncio.Protocol):
    """One connection to the double."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._calls.idle.append(self._transport)

    def data_received(self, data: bytes) -> None:
        if data.endswith(b"}"):  # short answers, which come in one piece
            self._calls.idle.append(self._transport)
            self._calls.go_on()


class Taker(asyncio.Protocol):
    """One connection from the double."""

    def __init__(self, calls: Calls, head: str) -> None:
        self._calls = calls
        self._head = head

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._transport.write(TAKEN)
        message = json.loads(data.partition(EMPTY)[2])["message"]
        body = json.dumps({"chat_id": message["chat"]["id"], "text": message["text"]}).encode()
        self._calls.send(f"{self._head}Content-Length: {len(body)}\r\n\r\n".encode() + body)


async def run(token: str, api_port: int, port: int) -> None:
    """Answer until interrupted."""
    loop, calls = asyncio.get_running_loop(), Calls()
    head = f"POST /bot{token}/sendMessage HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    for _ in range(CONNECTIONS):
        await loop.create_connection(lambda: Call(calls), "127.0.0.1", api_port)
    server = await loop.create_server(lambda: Taker(calls, head), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--token", required=True)
    parser.add_argument("--api-port", type=int, required=True)
    parser.add_argument("--port", type=int, required=True)
    given = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run(given.token, given.api_port, given.port))
