"""Takes in the files that platforms hold: streamed aside, looked at, then kept by the hash of their content."""

import io
import tempfile
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, BinaryIO

import structlog

from bot.chat.platform import ChatPlatform, NotTaken, SendFailed
from handlers.act import Act
from handlers.drafting import documents
from handlers.house import House
from handlers.intake import fetching
from handlers.intake.content import HEAD
from handlers.intake.files import Trouble, disguise, kept_as
from handlers.reading.docx import Document, NotRead
from handlers.reading.picture import look_of
from storage.blobs import Blob, Blobs, TooLarge
from storage.database import Database
from storage.outbox import Outbox
from storage.report import Attachment

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

log = structlog.get_logger()
PATIENCE = timedelta(days=3)  # a file that cannot be had for so long is gone


@dataclass(frozen=True)
class Kept:
    """A file that is here now, under the media type it turned out to have."""

    blob: Blob
    media_type: str
    look: str = ""  # of a picture


class Fetching:
    """Fetches owed files; a second call for the same row changes nothing."""

    def __init__(self, database: Database, house: House, blobs: Blobs, platforms: Mapping[str, ChatPlatform]) -> None:
        """Fetch from these platforms into these blobs."""
        self._database = database
        self._house = house
        self._blobs = blobs
        self._platforms = platforms

    def fetch(self, row: Outbox, now: datetime) -> None:
        """Fetch the file of an owed row, from any thread; SendFailed when it may succeed later."""
        attachment = uuid.UUID(row.payload["attachment"])
        if not self._is_owed(attachment):
            return
        try:
            came = self._take_in(row)
        except OSError as trouble:  # no room, no folder: the file stays owed
            raise SendFailed(repr(trouble)) from trouble
        except SendFailed as failure:
            if failure.permanent or now - row.created_at > PATIENCE:
                failure.permanent = True
                self._note(attachment, "gone", now, row)
            raise
        log.info("file fetched" if isinstance(came, Kept) else "file not taken", serial=row.serial)
        self._note(attachment, came, now, row)

    def _is_owed(self, attachment: uuid.UUID) -> bool:
        with self._database.reading() as session:
            return session.get_one(Attachment, attachment).stage == "owed"

    def _take_in(self, row: Outbox) -> Kept | Trouble:
        limit = self._house.file_limit
        with tempfile.TemporaryFile(buffering=0) as aside, Bounded(aside, limit) as content:
            try:
                self._platforms[row.platform].fetch(row.payload["source"], content, limit)
                return self._keep(content, row)
            except TooLarge:
                return "too_large"
            except NotTaken as refused:
                return "too_large" if refused.too_large else "gone"

    def _keep(self, content: BinaryIO, row: Outbox) -> Kept | Trouble:
        content.seek(0)
        head = content.read(HEAD)
        trouble = disguise(head, row.payload["name"], row.payload["media_type"])
        if trouble is not None:
            return trouble
        content.seek(0)
        blob, media_type = self._blobs.put(content), kept_as(head, row.payload["media_type"])
        content.seek(0)
        return Kept(blob, media_type, look_of(content) if media_type.startswith("image/") else "")

    def _note(self, attachment: uuid.UUID, came: Kept | Trouble, now: datetime, row: Outbox) -> None:
        text = self._draft_in(came, row)
        with self._database.writing() as session:
            act = Act(session, self._house, now)
            if isinstance(came, Kept):
                fetching.fetched(act, attachment, came.blob, came.media_type, came.look)
                if text is not None:
                    documents.came(act, row.payload, row.payload["name"], text)
                act.end({"kind": "file_fetched"})
            else:
                fetching.not_taken(act, attachment, came)
                act.end({"kind": "file_not_taken"})

    def _draft_in(self, came: Kept | Trouble, row: Outbox) -> Document | NotRead | None:
        """Read a document that was sent as a draft; None for any other file."""
        if not isinstance(came, Kept) or "draft_of" not in row.payload:
            return None
        with self._blobs.open(came.blob.sha256) as content:
            return documents.of_bytes(content.read())


class Bounded(io.BufferedRandom):
    """A file that takes no more than so many bytes, however much a platform sends."""

    def __init__(self, raw: io.RawIOBase, limit: int) -> None:
        """Write into raw, at most limit bytes."""
        super().__init__(raw)
        self._limit = limit
        self._written = 0

    def write(self, some: "ReadableBuffer", /) -> int:
        """Take some bytes; TooLarge, without taking them, when they would be too many."""
        size = memoryview(some).nbytes
        self._written += size
        if self._written > self._limit:
            raise TooLarge(self._limit, self._written)
        return super().write(some)
