"""What the desk asks of a chat platform."""

from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO, Protocol

from handlers.conversation import Content, Incoming
from handlers.house import LinkTo

Limits = tuple[tuple[int, float], ...]  # at most so many messages in so many seconds, each


class SendFailed(Exception):
    """The message did not go out."""

    def __init__(
        self,
        why: str,
        *,
        permanent: bool = False,
        unknown: bool = False,
        after: float = 0,
        moved_to: str = "",
        unreachable: bool = False,
    ) -> None:
        """Say why.

        permanent: give up; unknown: it may be out; after: seconds for which the vendor wants nothing sent there;
        moved_to: the chat's new account; unreachable: nobody can be written to there until somebody writes first.
        """
        super().__init__(why)
        self.permanent = permanent
        self.unknown = unknown
        self.after = after
        self.moved_to = moved_to
        self.unreachable = unreachable

    def half_out(self) -> "SendFailed":
        """Return the failure of a message of which a part is out already."""
        return SendFailed(
            str(self),
            permanent=self.permanent,
            unknown=not self.permanent,
            after=self.after,
            moved_to=self.moved_to,
            unreachable=self.unreachable,
        )


class NotTaken(Exception):
    """A file will never be fetched: too large, or gone."""

    def __init__(self, why: str, *, too_large: bool = False) -> None:
        """Say why."""
        super().__init__(why)
        self.too_large = too_large


@dataclass(frozen=True)
class Awaited:
    """A platform's most frequent calls as coroutines, and what runs these: many at once without a thread for each."""

    send: Callable[[str, Content], Coroutine[Any, Any, str]]
    edit: Callable[[str, str, Content], Coroutine[Any, Any, str]]
    toast: Callable[[str, Content], Coroutine[Any, Any, None]]
    begin: Callable[[Coroutine[Any, Any, None]], Future[None]]


class ChatPlatform(Protocol):
    """A platform takes rendered messages and gives receipts. All calls may raise SendFailed, from any thread."""

    name: str  # of its accounts and chats: "telegram"
    waits: bool  # a call may take long: it must not hold up calls to other chats
    pins: bool  # has pinned messages
    for_staff: bool  # people of the desk have accounts there; else the public writes there and nobody is spoken to
    spends: bool  # buttons of a message can be taken away, by a toast that names it
    overall: Limits  # for all chats together

    @property
    def awaited(self) -> Awaited | None:
        """Return the most frequent calls as coroutines, where it has them."""
        ...

    def place_of(self, raw: Mapping[str, Any]) -> str:
        """Return the chat that an event came from, at a glance; empty when it came from none."""
        ...

    def understand(self, raw: Mapping[str, Any], received_at: datetime) -> Incoming | None:
        """Read an event as it was stored when it came; None for one that means nothing to the desk."""
        ...

    def limits(self, chat: str) -> Limits:
        """Return how fast a chat may be written to."""
        ...

    def pieces(self, content: Content, *, answer: bool = False) -> int:
        """Return how many of the messages that are limited a content comes to. answer: to a tap."""
        ...

    def send(self, chat: str, content: Content, at: datetime) -> str:
        """Send a message; return the platform's id for it, or the ids of its parts with a blank between them."""
        ...

    def edit(self, chat: str, message_id: str, content: Content, at: datetime) -> str:
        """Change a message that was sent; return its id, a new one when it had to be sent again."""
        ...

    def delete(self, chat: str, message_id: str, at: datetime) -> None:
        """Take a message away."""
        ...

    def pin(self, chat: str, message_id: str, *, pinned: bool) -> None:
        """Pin a message in silence, or no longer; nothing where there are no pins."""
        ...

    def toast(self, chat: str, content: Content, at: datetime) -> None:
        """Answer a tap, visible to the person who tapped; without words the tap is only acknowledged."""
        ...

    def leave(self, chat: str) -> None:
        """Leave a chat; nothing where it was left already."""
        ...

    def fetch(self, source: str, into: BinaryIO, limit: int) -> None:
        """Write a file's content; NotTaken when it has more than limit bytes or can no longer be had."""
        ...

    def link(self, chat: str, message_id: str) -> str:
        """Return the address at which a message can be read; empty when there is none."""
        ...

    def start_link(self, code: str, *, to: LinkTo) -> str:
        """Return the address that opens a 1:1 chat, or adds the desk elsewhere, and says the code; empty: none."""
        ...
