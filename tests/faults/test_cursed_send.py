"""A send that breaks in a way nobody foresaw holds up no other."""

from contextlib import suppress
from datetime import datetime

from bot.chat.drill import NAME, DrillPlatform
from bot.chat.platform import SendFailed
from bot.desk import Desk
from handlers.conversation import Content
from storage.database import Database
from tests.conversations.talking import TalkingDesk, no_channels
from tests.faults.posts import typed


class UnspeakableError(SendFailed):
    """A failure whose own words break whoever wants to note them."""

    def __str__(self) -> str:
        """Break."""
        raise ValueError("no words")


class Cursed(DrillPlatform):
    """A platform that fails unspeakably for one text, and works for every other."""

    def send(self, chat: str, content: Content, at: datetime) -> str:
        """Send, unless it is the cursed text."""
        if "诅咒" in content.text:
            raise UnspeakableError("cursed")
        return super().send(chat, content, at)


def test_a_failure_that_cannot_be_noted_starves_nobody(database: Database) -> None:
    """The row that breaks the noting itself waits its turn; what stands behind it goes out."""
    desk = TalkingDesk(database, no_channels)
    cursed = Desk(database, desk.clock, desk.house, {NAME: Cursed(database)}, {})
    cursed.accept(typed(1, "诅咒小区停水三天没人管"), typed(2, "祝福中学门口的路灯坏了两个月没人修"))
    for _ in range(3):
        with suppress(ValueError):
            cursed.settle()
    assert "祝福中学" in desk.staff.shows("线索 S2")
    assert not [message for message in desk.staff.messages() if "诅咒" in message.text]
    with suppress(ValueError):
        cursed.settle()
    assert cursed.next_due() is not None  # the cursed card is still owed
