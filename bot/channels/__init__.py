"""Where releases go out: one module per channel."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from storage.release import Release


@dataclass(frozen=True)
class Proof:
    """What shows that a release is out: its address (several with blanks between) and the hash of what is readable."""

    url: str
    at: datetime
    sha256: str
    id: str = ""


class Move(NamedTuple):
    """A chat that a platform has moved."""

    platform: str
    old: str
    new: str


class ReleaseFailed(Exception):
    """The release is not (provably) out, or not off; it stays owed."""

    def __init__(self, why: str, *, after: float = 0, moved: Move | None = None) -> None:
        """Say why, as a word with a detail (see handlers/release/words.py).

        after: seconds for which the vendor wants nothing sent there; moved: the chat that has another account now.
        """
        super().__init__(why)
        self.after = after
        self.moved = moved


class Channel(Protocol):
    """A release channel: publishing again what is out already changes nothing, nor does withdrawing again."""

    name: str

    def publish(self, release: Release, proofs: Mapping[str, str], at: datetime) -> Proof:
        """Bring a signed release out and read it back; proofs: addresses on the channels before this one.

        What corrects a release takes its place. Raises ReleaseFailed when what is readable is not what was signed.
        """
        ...

    def withdraw(self, release: Release, at: datetime) -> None:
        """Take a withdrawn release away, and leave its notice where it stood.

        Raises ReleaseFailed when it can (or may) still be read.
        """
        ...
