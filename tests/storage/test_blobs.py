"""Attachments are kept once, whole, under the hash of their bytes."""

import hashlib
import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.blobs import CHUNK, Blob, Blobs, FolderBlobs, NoSuchBlob, TooLarge


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "blobs"


@pytest.fixture
def blobs(folder: Path) -> Blobs:
    return FolderBlobs(folder, limit=3 * CHUNK)


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def read(blobs: Blobs, sha256: str) -> bytes:
    with blobs.open(sha256) as stream:
        return stream.read()


def test_what_was_put_can_be_opened_by_its_hash(blobs: Blobs, folder: Path) -> None:
    """Content is found again under its SHA-256, in a folder that the hash names."""
    blob = blobs.put("停水通知".encode())
    name = hashlib.sha256("停水通知".encode()).hexdigest()
    assert blob == Blob(name, 12)
    assert blobs.has(name)
    assert read(blobs, name) == "停水通知".encode()
    assert files(folder) == [f"{name[:2]}/{name[2:4]}/{name}"]


@given(st.binary(max_size=200))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
def test_bytes_always_come_back_as_they_were(blobs: Blobs, content: bytes) -> None:
    """Whatever bytes are put, the same bytes always come back, from bytes and from a stream alike."""
    blob = blobs.put(content)
    assert blobs.put(io.BytesIO(content)) == blob
    assert (read(blobs, blob.sha256), blob.size) == (content, len(content))


def test_a_stream_is_read_in_chunks(blobs: Blobs) -> None:
    """A stream is never read whole into memory."""

    class Watched(io.BytesIO):
        def __init__(self, content: bytes) -> None:
            super().__init__(content)
            self.asked: set[int | None] = set()

        def read(self, size: int | None = -1, /) -> bytes:
            self.asked.add(size)
            return super().read(size)

    content = b"x" * (2 * CHUNK + 1)
    stream = Watched(content)
    assert blobs.put(stream).size == len(content)
    assert stream.asked == {CHUNK}


def test_the_same_content_is_stored_once(blobs: Blobs, folder: Path) -> None:
    """The same photo forwarded twice takes one place, and the first file is left alone."""
    first = blobs.put(b"photo")
    place = folder / files(folder)[0]
    before = place.stat()
    assert blobs.put(io.BytesIO(b"photo")) == first
    assert files(folder) == [str(place.relative_to(folder))]
    assert place.stat().st_ino == before.st_ino


def test_many_at_once_leave_one_whole_file(blobs: Blobs, folder: Path) -> None:
    """The same content put by many at once is there once and whole."""
    content = b"y" * CHUNK
    with ThreadPoolExecutor(8) as several:
        found = set(several.map(lambda _: blobs.put(io.BytesIO(content)), range(24)))
    assert len(found) == 1
    assert len(files(folder)) == 1
    assert read(blobs, found.pop().sha256) == content


@pytest.mark.parametrize("wrap", [bytes, io.BytesIO])
def test_content_over_the_limit_is_refused_and_leaves_nothing(
    blobs: Blobs, folder: Path, wrap: type[bytes | io.BytesIO]
) -> None:
    """Content over the limit is refused with the limit and a size, and nothing of it stays behind."""
    with pytest.raises(TooLarge) as refused:
        blobs.put(wrap(b"z" * (3 * CHUNK + 1)))
    assert (refused.value.limit, refused.value.size) == (3 * CHUNK, 3 * CHUNK + 1)
    assert files(folder) == []


def test_content_at_the_limit_is_taken(blobs: Blobs) -> None:
    """Content of exactly the limit is kept."""
    assert blobs.put(b"z" * (3 * CHUNK)).size == 3 * CHUNK


def test_a_stream_that_breaks_leaves_nothing(blobs: Blobs, folder: Path) -> None:
    """When the stream breaks half-way the error comes through and nothing stays behind."""

    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell():
                raise ConnectionResetError
            return super().read(size)

    with pytest.raises(ConnectionResetError):
        blobs.put(Broken(b"z" * (2 * CHUNK)))
    assert files(folder) == []


@pytest.mark.parametrize(
    "name",
    ["", "..", "../secret", "/etc/passwd", "a" * 63, "A" * 64, "g" * 64, "../" + "a" * 61, "a" * 64 + "\n", "\0" * 64],
)
def test_path_tricks_open_nothing(blobs: Blobs, folder: Path, name: str) -> None:
    """A name that is no hash opens nothing, wherever it would lead."""
    folder.mkdir()
    (folder.parent / "secret").write_text("secret")
    assert not blobs.has(name)
    with pytest.raises(NoSuchBlob):
        blobs.open(name)


def test_an_unknown_hash_is_not_there(blobs: Blobs) -> None:
    """A hash that nothing was kept under is not there, and opening it says so."""
    assert not blobs.has("0" * 64)
    with pytest.raises(NoSuchBlob) as refused:
        blobs.open("0" * 64)
    assert refused.value.sha256 == "0" * 64
