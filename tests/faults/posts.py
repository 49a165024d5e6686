"""A post as 李敏 types it into the staff group."""

from datetime import datetime

from bot.chat.drill import NAME
from handlers.conversation import Incoming, Place, Sender


def typed(n: int, words: str) -> Incoming:
    """Give the n-th such message."""
    return Incoming(
        platform=NAME,
        key=f"typed:{n}",
        at=datetime.fromisoformat("2026-11-24T01:05:00Z"),
        place=Place(account="staff"),
        sender=Sender(account="limin", name="李敏"),
        message_id=f"90{n}",
        text=f"上报 {words}",
    )
