"""What the desk asks of a chat platform."""

from datetime import datetime
from typing import Protocol

from handlers.conversation import Content


class SendFailed(Exception):
    """The message did not go out."""

    def __init__(self, why: str, *, permanent: bool = False, unknown: bool = False, after: float = 0) -> None:
        """Say why; permanent: give up; unknown: it may be out; after: seconds the vendor wants us to wait."""
        super().__init__(why)
        self.permanent = permanent
        self.unknown = unknown
        self.after = after


class ChatPlatform(Protocol):
    """A platform takes rendered messages and gives receipts. All calls may raise SendFailed."""

    name: str

    def send(self, chat: str, content: Content, at: datetime) -> str:
        """Send a message; return the platform's id for it."""
        ...

    def edit(self, chat: str, message_id: str, content: Content, at: datetime) -> str:
        """Change a message that was sent; return its id, a new one when it had to be sent again."""
        ...

    def toast(self, chat: str, content: Content, at: datetime) -> None:
        """Answer a tap, visible to the person who tapped."""
        ...
