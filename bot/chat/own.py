"""A chat platform of the desk's own, without a vendor: what is said comes as it is, and much need not be done."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any, BinaryIO

from bot.chat.platform import Awaited, Limits, NotTaken
from handlers.conversation import Content, Incoming
from handlers.house import LinkTo


class OwnPlatform:
    """What is the same wherever no vendor stands between: no limits, no pins, no addresses, nothing to fetch."""

    waits = False
    pins = False
    for_staff = True
    spends = False
    awaited: Awaited | None = None
    overall: Limits = ()

    def place_of(self, raw: Mapping[str, Any]) -> str:
        """Return the chat of an event: its own word for it."""
        return Incoming.model_validate(raw).place.account

    def understand(self, raw: Mapping[str, Any], received_at: datetime) -> Incoming | None:
        """Read an event as it was stored: as it was said."""
        del received_at  # it says itself when it was said
        return Incoming.model_validate(raw)

    def limits(self, chat: str) -> Limits:
        """Return how fast a chat may be written to: without a limit."""
        del chat
        return ()

    def pieces(self, content: Content, *, answer: bool = False) -> int:
        """Count each message as one; an answer to a tap is none."""
        del content
        return 0 if answer else 1

    def pin(self, chat: str, message_id: str, *, pinned: bool) -> None:
        """Do nothing: there are no pins here."""

    def leave(self, chat: str) -> None:
        """Do nothing: the desk is at home here."""

    def fetch(self, source: str, into: BinaryIO, limit: int) -> None:
        """Refuse: a file comes with what is said, or not at all."""
        del into, limit
        raise NotTaken(source)

    def link(self, chat: str, message_id: str) -> str:
        """Return no address: messages have none here."""
        del chat, message_id
        return ""

    def start_link(self, code: str, *, to: LinkTo) -> str:
        """Return no address: nobody is let in by a link here."""
        del code, to
        return ""


class TakingPlatform(OwnPlatform):
    """Takes whatever it is given and shows it nowhere: who reads it, reads what was owed."""

    def send(self, chat: str, content: Content, at: datetime) -> str:
        """Name the message."""
        del chat, content, at
        return uuid.uuid4().hex

    def edit(self, chat: str, message_id: str, content: Content, at: datetime) -> str:
        """Leave the message its name."""
        del chat, content, at
        return message_id

    def delete(self, chat: str, message_id: str, at: datetime) -> None:
        """Do nothing: it stands nowhere."""

    def toast(self, chat: str, content: Content, at: datetime) -> None:
        """Do nothing: it is read where it is owed."""
