"""The board as a chat platform: its answers are read where they are owed, so that nothing has to be sent."""

import uuid
from datetime import datetime

from bot.chat.own import OwnPlatform
from handlers.board.entering import BOARD
from handlers.conversation import Content


class BoardPlatform(OwnPlatform):
    """Every person's own chat on the board."""

    name = BOARD

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

    def toast(self, chat: str, content: Content, at: datetime) -> None:
        """Do nothing: it is read where it is owed."""
