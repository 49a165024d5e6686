"""Many deliveries at once, one commit for all that wait: whoever delivers hears back once it is stored."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
BATCH = 200  # items in one commit: what comes in bursts must not make one transaction that holds up all others


class Accepting(Generic[Item]):
    """Collects what is delivered while a commit runs, and stores it with the next one. For one event loop."""

    def __init__(self, store: Callable[[Sequence[Item]], int]) -> None:
        """Store batches with this function; it is called in a thread, never twice at once."""
        self._store = store
        self._waiting: list[tuple[Item, asyncio.Future[None]]] = []
        self._storing: asyncio.Task[None] | None = None

    async def put(self, item: Item) -> None:
        """Return once the commit that holds the item is done; raises whatever kept its batch from being stored."""
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, stored))
        if self._storing is None:
            self._storing = asyncio.create_task(self._store_all())
        await stored

    async def _store_all(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
                await self._store_batch(batch)
        finally:
            self._storing = None

    async def _store_batch(self, batch: Sequence[tuple[Item, asyncio.Future[None]]]) -> None:
        trouble: Exception | None = None
        try:
            await asyncio.to_thread(self._store, [item for item, _ in batch])
        except Exception as error:  # noqa: BLE001 - handed to everybody whose item was in the batch
            trouble = error
        for _, stored in batch:
            if stored.done():  # whoever delivered it has gone
                continue
            if trouble is None:
                stored.set_result(None)
            else:
                stored.set_exception(trouble)
