"""A commit whose answer is lost has happened: what it claimed is sent, what it did is not done again."""

import gc
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from bot.chat.drill import NAME
from bot.looks import guarded
from handlers.conversation import Incoming
from storage.database import Database
from storage.history import HistoryRow
from tests.conversations.talking import TalkingDesk, no_channels
from tests.faults.launcher import Fault
from tests.faults.posts import typed
from tests.invariants import assert_unbroken, broken


@pytest.mark.parametrize("does", ["accepting", "handling", "claiming", "noting", "firing"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_commit_that_nobody_heard_of_loses_and_repeats_nothing(when: str, does: str, database: Database) -> None:
    """The connection breaks before the server commits, or after: nothing lies about for ever, nothing is told twice."""
    desk = TalkingDesk(database, no_channels)
    with Fault(f"{when} {does} {1 if does == 'firing' else 2}", connection_breaks) as fault:
        for n in (1, 2, 3):
            delivers(desk, typed(n, f"城南{n}号院停水三天没人管"))
            looks(desk)
        desk.clock.move_to(desk.clock.now() + timedelta(hours=49))
        looks(desk)
        assert fault.left <= 0
    assert_unbroken(broken(database, now=desk.clock.now(), accepted=[(NAME, f"typed:{n}") for n in (1, 2, 3)]))
    texts = [message.text for message in desk.direct("李敏").messages()]
    assert not [text for text in texts if "可能重复" in text]
    assert not [text for text, count in Counter(texts).items() if count > 1]
    with database.reading() as session:
        told = session.exec(select(HistoryRow).where(HistoryRow.kind == "sent"))
        serials = Counter(row.payload["serial"] for row in told if row.payload)
    assert not [serial for serial, count in serials.items() if count > 1]
    gc.collect()  # a connection that a broken commit left behind goes back while there is a pool to take it


def connection_breaks() -> None:
    """Fail as a driver does whose server is gone."""
    raise OperationalError("COMMIT", {}, Exception("server closed the connection unexpectedly"))


def delivers(desk: TalkingDesk, post: Incoming) -> None:
    """Deliver as a platform does: again until it is told that it was taken."""
    while guarded(lambda: desk.desk.accept(post)) is None:
        pass


def looks(desk: TalkingDesk) -> None:
    """Let the heart beat until all is done."""
    quiet = 0
    while quiet < 3:
        quiet = 0 if desk.desk.look().done else quiet + 1
