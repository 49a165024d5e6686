"""The loop on which the library runs serves any thread, and ends when it is told to."""

import asyncio
import threading
from concurrent.futures import CancelledError, ThreadPoolExecutor

import pytest

from bot.loop import Loop, LoopClosed


async def number(given: int) -> int:
    """Give a number after a turn of the loop."""
    await asyncio.sleep(0)
    return given


def test_any_thread_is_served() -> None:
    """Every thread gets its own result, all from one loop."""
    loop = Loop("served")
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda given: loop.run(number(given), 5), range(50))) == list(range(50))
    assert [thread.name for thread in threading.enumerate()].count("served") == 1
    loop.close()


def test_what_takes_too_long_is_cancelled() -> None:
    """Whoever waits gets a time-out, and nothing runs on behind it."""
    loop, ended = Loop("cancelled"), threading.Event()

    async def dawdle() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()

    with pytest.raises(TimeoutError):
        loop.run(dawdle(), 0.05)
    assert ended.wait(5)
    loop.close()


def test_a_closed_loop_begins_nothing() -> None:
    """What waits is cancelled, what comes later is refused, and the thread is gone."""
    loop, outcome = Loop("closed"), list[type[BaseException]]()

    def wait() -> None:
        try:
            loop.run(asyncio.sleep(60), 60)
        except (CancelledError, LoopClosed) as error:
            outcome.append(type(error))

    waiting = threading.Thread(target=wait)
    waiting.start()
    threading.Event().wait(0.2)
    loop.close()
    waiting.join(5)
    assert outcome == [CancelledError]
    with pytest.raises(LoopClosed):
        loop.run(number(1), 5)
    assert "closed" not in {thread.name for thread in threading.enumerate()}
