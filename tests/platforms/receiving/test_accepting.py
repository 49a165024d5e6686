"""What comes together shares a commit; what can never be stored keeps nothing else from being stored."""

import asyncio
from collections.abc import Sequence

import pytest
from sqlalchemy.exc import OperationalError

from bot.accepting import Accepting, Errand, in_a_thread
from tests.platforms.receiving.store import Store


def test_deliveries_that_come_together_share_commits() -> None:
    """What comes while a commit runs waits and goes with the next one: fifty deliveries, two commits."""
    store = Store()
    store.hold.clear()

    async def deliver() -> None:
        accepting = Accepting(store.accept)
        deliveries = [asyncio.create_task(accepting.put(("0", {})))]
        await asyncio.sleep(0.1)
        deliveries += [asyncio.create_task(accepting.put((str(n), {}))) for n in range(1, 50)]
        await asyncio.sleep(0.1)
        assert not any(delivery.done() for delivery in deliveries)
        store.hold.set()
        await asyncio.gather(*deliveries)

    asyncio.run(deliver())
    assert store.commits == [["0"], [str(n) for n in range(1, 50)]]


@pytest.mark.parametrize(
    ("trouble", "kept"),
    [(ValueError("no"), [[1], [4]]), (OperationalError("insert", {}, Exception("no")), [[4]])],
    ids=["one that can never be stored", "a database that stores nothing"],
)
def test_an_error_reaches_those_whom_it_concerns(trouble: Exception, kept: list[list[int]]) -> None:
    """What can never be stored alone; a locked database the whole batch. Never the next one, nor who has gone."""
    stored: list[Sequence[int]] = []

    def store(items: Sequence[int]) -> int:
        if 2 in items:
            raise trouble
        stored.append(items)
        return len(items)

    async def at_once() -> list[object]:
        loop = asyncio.get_running_loop()

        def when_all_are_there(errand: Errand) -> None:
            loop.call_soon(in_a_thread, errand)

        accepting = Accepting(store, when_all_are_there)
        bad = [asyncio.create_task(accepting.put(n)) for n in (1, 2, 3)]
        await asyncio.sleep(0)
        bad[2].cancel()
        results: list[object] = list(await asyncio.gather(*bad, return_exceptions=True))
        await accepting.put(4)
        return results

    first, second, third = asyncio.run(at_once())
    assert (first, second) == (None if [1] in kept else trouble, trouble)
    assert isinstance(third, asyncio.CancelledError)
    assert [items for items in stored if items != [3]] == kept
