"""The board as a chat platform: its answers are read where they are owed, so that nothing has to be sent."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any, BinaryIO

from bot.chat.platform import Limits, NotTaken
from handlers.board.entering import BOARD
from handlers.conversation import Content, Incoming
from handlers.house import LinkTo


class BoardPlatform:
    """Every person's own chat on the board."""

    name = BOARD
    waits = False
    pins = False
    awaited = None
    overall: Limits = ()

    def understand(self, raw: Mapping[str, Any], received_at: datetime) -> Incoming | None:
        """Read an event as it was stored: as it was said."""
        del received_at
        return Incoming.model_validate(raw)

    def limits(self, chat: str) -> Limits:
        """Return how fast a chat may be written to: without a limit."""
        del chat
        return ()

    def send(self, chat: str, content: Content, at: datetime) -> str:
        """Name the message: whoever opens the board reads it from what was owed."""
        del chat, content, at
        return uuid.uuid4().hex

    def edit(self, chat: str, message_id: str, content: Content, at: datetime) -> str:
        """Leave the message its name."""
        del chat, content, at
        return message_id

    def delete(self, chat: str, message_id: str, at: datetime) -> None:
        """Do nothing: what was answered is not shown for long."""

    def pin(self, chat: str, message_id: str, *, pinned: bool) -> None:
        """Do nothing: there are no pins here."""

    def toast(self, chat: str, content: Content, at: datetime) -> None:
        """Do nothing: it is read where it is owed."""

    def leave(self, chat: str) -> None:
        """Do nothing: the board is nobody's group."""

    def fetch(self, source: str, into: BinaryIO, limit: int) -> None:
        """Refuse: no file comes from here."""
        del into, limit
        raise NotTaken(source)

    def link(self, chat: str, message_id: str) -> str:
        """Return no address: an answer has none."""
        del chat, message_id
        return ""

    def start_link(self, code: str, *, to: LinkTo) -> str:
        """Return no address: a link to the board is asked for in chat."""
        del code, to
        return ""
