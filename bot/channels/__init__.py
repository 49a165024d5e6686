"""Where releases go out: one module per channel."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from storage.release import Release


@dataclass(frozen=True)
class Proof:
    """What shows that a release is out: its address and the hash of what is readable there."""

    url: str
    at: datetime
    sha256: str
    id: str = ""


class ReleaseFailed(Exception):
    """The release is not (provably) out; it stays owed."""


class Channel(Protocol):
    """A release channel: publishing again what is out already changes nothing."""

    name: str

    def publish(self, release: Release, proofs: Mapping[str, str], at: datetime) -> Proof:
        """Bring a signed release out and read it back; proofs: addresses on the channels before this one.

        Raises ReleaseFailed when what is readable is not what was signed.
        """
        ...
