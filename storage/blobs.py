"""Attachments by content hash: the same bytes are kept once, under the name that they themselves give."""

import hashlib
import io
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Protocol

CHUNK: Final = 256 * 1024
DEFAULT_LIMIT: Final = 50 * 1024 * 1024
_NAME: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Blob:
    """What is kept: the SHA-256 (hex) of the bytes and how many they are."""

    sha256: str
    size: int


class TooLarge(Exception):
    """The content has more bytes than are taken in; size is how many were seen before it was refused."""

    def __init__(self, limit: int, size: int) -> None:
        super().__init__(f"more than {limit} bytes ({size} seen)")
        self.limit = limit
        self.size = size


class NoSuchBlob(LookupError):
    """Nothing is kept under this name, or it is no name of a blob at all."""

    def __init__(self, sha256: str) -> None:
        super().__init__(f"no blob {sha256[:80]!r}")
        self.sha256 = sha256


class Blobs(Protocol):
    """Where attachments are kept, on any kind of storage."""

    def put(self, content: bytes | BinaryIO) -> Blob:
        """Keep the content for good before returning; TooLarge when it is over the limit."""
        ...

    def open(self, sha256: str) -> BinaryIO:
        """Open kept content for reading; NoSuchBlob when there is none."""
        ...

    def has(self, sha256: str) -> bool:
        """Say whether content with this hash is kept."""
        ...


class FolderBlobs:
    """Blobs in a folder on this machine: ab/cd/abcd…, each written aside, synced, then renamed into place."""

    def __init__(self, path: Path, *, limit: int = DEFAULT_LIMIT) -> None:
        """Keep blobs below path, each of at most limit bytes."""
        self.path = path
        self.limit = limit

    def put(self, content: bytes | BinaryIO) -> Blob:
        """Keep the content for good before returning; TooLarge when it is over the limit."""
        if isinstance(content, bytes):
            self._refuse_over_limit(len(content))
            content = io.BytesIO(content)
        with self._aside() as (path, written):
            blob = self._copy(content, written)
            self._settle(path, self._place(blob.sha256))
        return blob

    def open(self, sha256: str) -> BinaryIO:
        """Open kept content for reading; NoSuchBlob when there is none."""
        try:
            return self._place(sha256).open("rb")
        except FileNotFoundError:
            raise NoSuchBlob(sha256) from None

    def has(self, sha256: str) -> bool:
        """Say whether content with this hash is kept."""
        return _NAME.fullmatch(sha256) is not None and self._place(sha256).is_file()

    def _place(self, sha256: str) -> Path:
        if _NAME.fullmatch(sha256) is None:  # also keeps "../" and absolute paths out
            raise NoSuchBlob(sha256)
        return self.path / sha256[:2] / sha256[2:4] / sha256

    @contextmanager
    def _aside(self) -> Iterator[tuple[Path, BinaryIO]]:
        aside = self.path / "incoming"
        aside.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=aside)
        try:
            with os.fdopen(handle, "wb") as written:
                yield Path(name), written
        finally:
            Path(name).unlink(missing_ok=True)  # refused, failed, or already kept; once renamed, nothing is left aside

    def _copy(self, content: BinaryIO, written: BinaryIO) -> Blob:
        digest, size = hashlib.sha256(), 0
        while chunk := content.read(CHUNK):
            size += len(chunk)
            self._refuse_over_limit(size)
            digest.update(chunk)
            written.write(chunk)
        written.flush()
        os.fsync(written.fileno())
        return Blob(digest.hexdigest(), size)

    def _refuse_over_limit(self, size: int) -> None:
        if size > self.limit:
            raise TooLarge(self.limit, size)

    def _settle(self, written: Path, place: Path) -> None:
        if place.is_file():
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        written.replace(place)
        for folder in (place.parent, place.parent.parent, self.path):  # a rename lives only once its folders are synced
            _sync(folder)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
