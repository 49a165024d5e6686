"""Replicas for the tests: desks with an engine each, on one database, with the drill's cast."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.chat.drill import NAME, DrillPlatform
from bot.chat.platform import Limits
from bot.desk import Desk
from bot.engine.replicated import Replicated
from handlers.conversation import Content, Incoming, Place, Sender
from storage import chat as chats
from storage.database import Database, Session
from storage.outbox import Outbox
from tests.conversations.talking import UNHURRIED, TalkingDesk

SOON: Final = 20.0  # seconds
NEVER: Final = 3_600.0  # seconds: longer than any test
SHORT: Final = 1.5  # seconds, of a lease


class Taking(DrillPlatform):
    """A platform that is called from threads, remembers what it took, and does first what it was told to."""

    waits = True

    def __init__(self, database: Database) -> None:
        """Take everything at once, without a limit."""
        super().__init__(database)
        self.taken: list[tuple[str, str]] = []  # chat, words
        self.before: dict[str, Callable[[], None]] = {}  # by chat: what happens before a message is taken
        self.pace: Limits = ()

    def limits(self, chat: str) -> Limits:
        """Have the same limit everywhere."""
        del chat
        return self.pace

    def send(self, chat: str, content: Content, at: datetime) -> str:
        """Take a message."""
        self.before.get(chat, lambda: None)()
        self.taken.append((chat, content.text))
        return super().send(chat, content, at)

    def to(self, chat: str) -> list[str]:
        """List what a chat got from here."""
        return [text for where, text in self.taken if where == chat]


@dataclass
class Replica:
    """One process of a desk, as far as one process can hold several."""

    desk: Desk
    engine: Replicated
    platform: Taking
    database: Database


@contextmanager
def replica(
    first: TalkingDesk,
    fetch: Callable[[Outbox, datetime], None] | None = None,
    *,
    works: bool = True,
    beat: float = NEVER,
    seconds: float = SHORT,
) -> Iterator[Replica]:
    """Open one more process on the database of a desk; it begins to look with engine.start()."""
    with ExitStack() as stack:
        database = Database(first.database.url)
        stack.callback(database.close)
        engine = stack.enter_context(Replicated(works=works, beat=beat, seconds=seconds))
        platform = Taking(database)
        engine.join(database)
        known = {NAME: platform}
        desk = Desk(database, first.clock, first.house, known, {}, fetch, reading=UNHURRIED, worker=engine.worker)
        engine.drive(desk)
        stack.callback(engine.stop)
        yield Replica(desk, engine, platform, database)


def words(n: int, text: str, chat: str = "direct:limin") -> Incoming:
    """Return the n-th words to the desk, by the one whose chat it is."""
    person = chat.removeprefix("direct:")
    return Incoming(
        platform=NAME,
        key=f"words:{n}",
        at=datetime.fromisoformat("2026-11-24T01:05:00Z"),
        place=Place(account=chat, direct=chat.startswith("direct:")),
        sender=Sender(account=person, name=person),
        message_id=f"80{n}",
        text=text,
    )


def owed(session: Session, chat: str, said: str, now: datetime) -> Outbox:
    """Return a message to a chat, to be owed."""
    there = chats.at(session, NAME, chat)
    assert there is not None
    return Outbox(
        kind="message", platform=NAME, destination=f"{NAME}:{chat}", chat_id=there.id, lane=0, payload={"text": said},
        created_at=now, not_before=now,
    )  # fmt: skip
