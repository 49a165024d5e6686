"""Libraries speak asyncio, the desk speaks from threads: one loop for all of them, in a thread of its own."""

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

import uvloop

T = TypeVar("T")
PATIENCE = 5.0  # seconds for what still runs to end when the loop is closed


class LoopClosed(Exception):
    """Nothing was begun: the loop is closed."""


class Loop:
    """Runs coroutines for any thread. The thread starts with the first of them."""

    def __init__(self, name: str) -> None:
        """Name the thread."""
        self._name = name
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._closed = False

    @property
    def began(self) -> bool:
        """Say whether anything ran here yet."""
        return self._loop is not None

    def run(self, coroutine: Coroutine[Any, Any, T], timeout: float) -> T:
        """Run to the end and return its result.

        TimeoutError after so many seconds (it is cancelled then); LoopClosed when it was never begun;
        concurrent.futures.CancelledError when the loop was closed meanwhile.
        """
        future = self.begin(coroutine)
        try:
            return future.result(timeout)
        except TimeoutError:
            future.cancel()
            raise

    def begin(self, coroutine: Coroutine[Any, Any, T]) -> Future[T]:
        """Let a coroutine run beside everything else; LoopClosed when it was never begun."""
        with self._lock:
            if self._closed:
                coroutine.close()
                raise LoopClosed("closed")
            return asyncio.run_coroutine_threadsafe(coroutine, self._running())

    def _running(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            self._loop = uvloop.new_event_loop()
            self._thread = threading.Thread(target=self._loop.run_forever, name=self._name, daemon=True)
            self._thread.start()
        return self._loop

    def close(self) -> None:
        """Cancel what still runs and end the thread; closing twice does no harm."""
        with self._lock:
            self._closed = True
            loop, thread = self._loop, self._thread
            self._loop = self._thread = None
        if loop is None or thread is None:
            return
        asyncio.run_coroutine_threadsafe(_wind_up(), loop).result(PATIENCE)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(PATIENCE)
        loop.close()


async def _wind_up() -> None:
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    if left:
        await asyncio.wait(left, timeout=PATIENCE / 2)
    await asyncio.get_running_loop().shutdown_asyncgens()
