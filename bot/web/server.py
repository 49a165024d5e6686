"""The web server of a desk."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import uvicorn
from starlette.types import ASGIApp

LOOPBACK = "127.0.0.1"
PATIENCE = 10.0  # seconds for a server to come up or go down


class _Telling(uvicorn.Server):
    """A server that says when it listens."""

    def __init__(self, config: uvicorn.Config, listens: Callable[[], None]) -> None:
        super().__init__(config)
        self._listens = listens

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._listens()


def serve(app: ASGIApp, host: str, port: int, listens: Callable[[], None] = lambda: None) -> None:
    """Serve until interrupted; listens is called once whoever calls is answered."""
    config = uvicorn.Config(
        app, host=host, port=port, log_level="warning", log_config=None, timeout_graceful_shutdown=3
    )
    with suppress(KeyboardInterrupt):  # uvicorn has shut down by then, and raises it again
        _Telling(config, listens).run()


@contextmanager
def serving(app: ASGIApp, port: int = 0) -> Iterator[str]:
    """Serve on loopback beside what goes on here; give the address."""
    listener = socket.create_server((LOOPBACK, port))
    # asyncio does this only for sockets made with a protocol number; without it an answer waits 40 ms for an ACK
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", log_config=None, timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    _until_up(server)
    try:
        yield f"http://{LOOPBACK}:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(PATIENCE)
        listener.close()


def _until_up(server: uvicorn.Server) -> None:
    for _ in range(int(PATIENCE * 100)):
        if server.started:
            return
        time.sleep(0.01)
    raise TimeoutError("the web server did not come up")
