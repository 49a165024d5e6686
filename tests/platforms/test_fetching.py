"""A download is held to its limit byte by byte."""

import tempfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.fetching import Bounded
from storage.blobs import TooLarge

LIMIT = 1000
PIECES = st.lists(st.binary(max_size=400), max_size=8)


@given(PIECES)
def test_a_bounded_file_never_holds_more_than_its_limit(pieces: list[bytes]) -> None:
    """However the bytes come, those up to the limit are there and the piece that goes beyond is not."""
    kept = b""
    with tempfile.TemporaryFile(buffering=0) as raw, Bounded(raw, LIMIT) as content:
        for piece in pieces:
            if len(kept) + len(piece) > LIMIT:
                with pytest.raises(TooLarge):
                    content.write(piece)
                break
            assert content.write(piece) == len(piece)
            kept += piece
        content.seek(0)
        assert content.read() == kept
