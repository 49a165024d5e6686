"""A vendor's file, written down piece by piece within bounds of size and time."""

import time
from collections.abc import Iterable
from typing import BinaryIO, Final

from bot.chat.platform import NotTaken, SendFailed

PIECE: Final = 64 * 1024  # bytes
LONGEST: Final = 300.0  # seconds for one file


def copy_pieces(pieces: Iterable[bytes], into: BinaryIO, limit: int) -> None:
    """Write pieces, at most so many bytes; NotTaken when there are more, SendFailed when they come too slowly."""
    left, until = limit, time.monotonic() + LONGEST
    for piece in pieces:
        left -= len(piece)
        if left < 0:
            raise NotTaken("too large", too_large=True)
        if time.monotonic() > until:
            raise SendFailed("the file comes too slowly")
        into.write(piece)
