"""The heart of a desk: one thread stores what is delivered, handles it, and goes on whatever breaks."""

import asyncio
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

from bot.accepting import Accepting
from bot.engine.heart import Heartbeat
from handlers.conversation import Incoming
from storage.database import Database
from tests.conversations.talking import TalkingDesk, no_channels
from tests.faults.posts import typed
from tests.waiting import until

SOON = 20.0  # seconds


@contextmanager
def beating(desk: TalkingDesk) -> Iterator[Heartbeat]:
    """Let a desk's heart beat."""
    heart = Heartbeat(desk.desk)
    heart.start()
    try:
        yield heart
    finally:
        heart.stop()


def delivered(accepting: Accepting[Incoming], posts: Sequence[Incoming]) -> list[object]:
    """Deliver posts at once; return what came of each."""

    async def deliver() -> list[object]:
        return list(await asyncio.gather(*map(accepting.put, posts), return_exceptions=True))

    return asyncio.run(deliver())


def test_the_thread_that_handles_also_stores(database: Database) -> None:
    """What is delivered at once is stored at once, in the desk's own thread, and a case follows."""
    desk = TalkingDesk(database, no_channels)
    by: list[str] = []

    def store(posts: Sequence[Incoming]) -> int:
        by.append(threading.current_thread().name)
        return desk.desk.accept(*posts)

    with beating(desk) as heart:
        posts = [typed(n, f"城南{n}号院停水三天没人管") for n in range(1, 6)]
        assert delivered(Accepting(store, heart.soon), posts) == [None] * 5
        until(lambda: desk.staff.messages() and "5号院" in desk.staff.messages()[-1].text)
    assert set(by) == {"desk"}
    assert len(by) < len(posts)


def test_what_cannot_be_stored_is_told_and_stops_nothing(database: Database) -> None:
    """Whoever delivered it hears so; what comes next is stored, and what is due is still looked at."""
    desk = TalkingDesk(database, no_channels)
    broken = [True]

    def store(posts: Sequence[Incoming]) -> int:
        if broken.pop():
            broken.append(False)
            raise ValueError("no room")
        broken.append(False)
        return desk.desk.accept(*posts)

    with beating(desk) as heart:
        accepting = Accepting(store, heart.soon)
        (trouble,) = delivered(accepting, [typed(1, "城南小区停水三天没人管")])
        assert isinstance(trouble, ValueError)
        assert delivered(accepting, [typed(1, "城南小区停水三天没人管")]) == [None]
        until(desk.staff.messages)
        said = len(desk.staff.messages())
        desk.clock.move_to(desk.clock.now() + timedelta(hours=49))
        until(lambda: len(desk.staff.messages()) > said)


def test_an_errand_at_the_very_end_is_still_run(database: Database) -> None:
    """Nobody who delivered something waits for a desk that has stopped."""
    desk = TalkingDesk(database, no_channels)
    ran = threading.Event()
    with beating(desk) as heart:
        heart._stopping.set()  # noqa: SLF001 - the moment between the last look and the end of the thread
        heart.soon(ran.set)
    assert ran.is_set()
