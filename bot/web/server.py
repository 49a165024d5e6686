"""The web server of a desk."""

import asyncio
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import wait
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from bot.loop import Loop

LOOPBACK = "127.0.0.1"
GRACE = 2  # seconds for requests under way when the server goes down; then it hangs up
HANGING_UP = 1  # seconds for requests that were hung up on to end
KEPT_OPEN = 75  # seconds for an idle connection: longer than a proxy keeps its own, which would find it just closed
BACKLOG = 2048  # callers that wait to be let in
A_LOOK = 1.0  # seconds
PATIENCE = 10.0  # seconds for a server to come up or go down


class _Server(uvicorn.Server):
    """A server that says when it listens, and going down hangs up on whoever is never done.

    Left to themselves, a page that listens for news and a body half sent would be cancelled, each with an error.
    """

    def __init__(self, app: ASGIApp, grace: int, listens: Callable[[], None] = lambda: None) -> None:
        config = uvicorn.Config(
            app,
            log_level="warning",
            log_config=None,
            timeout_graceful_shutdown=grace + HANGING_UP,
            timeout_keep_alive=KEPT_OPEN,
        )
        super().__init__(config)
        self._grace = grace
        self._listens = listens

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._listens()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        hanging_up = asyncio.get_running_loop().call_later(self._grace, self._hang_up)
        await super().shutdown(sockets)
        hanging_up.cancel()

    def _hang_up(self) -> None:
        for connection in list(self.server_state.connections):
            connection.transport.close()


class PortTaken(Exception):
    """Nothing can listen there: somebody else does, or the address is not this machine's."""

    def __init__(self, host: str, port: int, why: str) -> None:
        """Say where, and why not."""
        super().__init__(f"{host}:{port}: {why}")
        self.host, self.port, self.why = host, port, why


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """Open a port: whoever calls from now on waits until it is served. Port 0: any free one. Raises PortTaken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as trouble:
        # Python's own words repeat the address.
        raise PortTaken(host, port, os.strerror(trouble.errno) if trouble.errno else str(trouble)) from trouble
    with listener:
        # asyncio does this only for sockets made with a protocol number; without it an answer waits 40 ms for an ACK
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield listener


def serve(
    app: ASGIApp, listener: socket.socket, *, listens: Callable[[], None] = lambda: None, loop: Loop | None = None
) -> None:
    """Serve until interrupted or terminated; listens is called once whoever calls is answered.

    On a loop where other things go on too, when one is given.
    """
    server, own = _Server(app, GRACE, listens), loop or Loop("web")
    running = own.begin(server.serve([listener]))
    with _terminated_as_interrupted():
        try:
            while not wait([running], A_LOOK).done:  # a signal that another thread took is seen at the next look
                pass
        except KeyboardInterrupt:
            server.should_exit = True
        try:
            running.result(GRACE + HANGING_UP + PATIENCE)
        finally:
            if loop is None:
                own.close()


@contextmanager
def _terminated_as_interrupted() -> Iterator[None]:
    """Let SIGTERM, with which services and containers are stopped, end the desk as orderly as Ctrl+C does."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def serving(app: ASGIApp, port: int = 0) -> Iterator[str]:
    """Serve on loopback beside what goes on here; give the address."""
    server = _Server(app, 0)
    with listening(LOOPBACK, port) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        _until_up(server)
        try:
            yield f"http://{LOOPBACK}:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(PATIENCE)


def _until_up(server: uvicorn.Server) -> None:
    for _ in range(int(PATIENCE * 100)):
        if server.started:
            return
        time.sleep(0.01)
    raise TimeoutError("the web server did not come up")
