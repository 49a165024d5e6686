"""Many deliveries at once, one commit for all that wait: whoever delivers hears back once it is stored."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from storage.database import DatabaseTrouble

Item = TypeVar("Item")
Errand = Callable[[], None]
BATCH = 200  # items in one commit: what comes in bursts must not make one transaction that holds up all others


def in_a_thread(errand: Errand) -> None:
    """Let a thread of the running loop's own run an errand."""
    asyncio.get_running_loop().run_in_executor(None, errand)


def store_all(store: Callable[[Sequence[Item]], int], items: Sequence[Item]) -> list[Exception | None]:
    """Store items together; each by itself when one of them can never be stored. Return what kept each from it."""
    try:
        store(items)
    except DatabaseTrouble as trouble:  # it keeps none of them for good
        return [trouble] * len(items)
    except Exception as error:  # noqa: BLE001 - handed to whoever brought the item
        if len(items) == 1:
            return [error]
        return [trouble for item in items for trouble in store_all(store, [item])]
    return [None] * len(items)


class Accepting(Generic[Item]):
    """Collects what is delivered until it can be stored, and stores it together. For one event loop."""

    def __init__(self, store: Callable[[Sequence[Item]], int], soon: Callable[[Errand], None] = in_a_thread) -> None:
        """Store batches with this function; soon lets another thread run an errand, never two at once."""
        self._store = store
        self._soon = soon
        self._waiting: deque[tuple[Item, asyncio.Future[None]]] = deque()
        self._asked = False  # somebody will come for what waits

    async def put(self, item: Item) -> None:
        """Return once the commit that holds the item is done; raises whatever kept it from being stored."""
        loop = asyncio.get_running_loop()
        stored: asyncio.Future[None] = loop.create_future()
        self._waiting.append((item, stored))
        self._ask(loop)
        await stored

    def _ask(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._waiting and not self._asked:
            self._asked = True
            self._soon(lambda: self._store_batch(loop))

    def _store_batch(self, loop: asyncio.AbstractEventLoop) -> None:
        """Store what waits by now; in the other thread."""
        batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
        troubles = store_all(self._store, [item for item, _ in batch])
        loop.call_soon_threadsafe(self._stored, loop, [stored for _, stored in batch], troubles)

    def _stored(
        self,
        loop: asyncio.AbstractEventLoop,
        batch: Sequence["asyncio.Future[None]"],
        troubles: Sequence[Exception | None],
    ) -> None:
        self._asked = False
        self._ask(loop)
        for stored, trouble in zip(batch, troubles, strict=True):
            if stored.done():  # whoever delivered it has gone
                continue
            if trouble is None:
                stored.set_result(None)
            else:
                stored.set_exception(trouble)
