"""Files of the drill room: kept by content hash, pictures known by their own bytes and not by what a browser claims."""

from pathlib import Path
from typing import BinaryIO, Final

from bot.drill import words
from bot.drill.refused import Refused
from handlers.conversation import File
from handlers.reading.picture import look_of
from storage.blobs import Blobs

MEGABYTE: Final = 1024 * 1024
MOST_MEGABYTES: Final = 10
MOST_FILES: Final = 10
LONGEST_NAME: Final = 120
PICTURES: Final = Path(__file__).parent / "pictures"
ANY: Final = "application/octet-stream"
_SIGNS: Final = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)


def keep_file(blobs: Blobs, name: str, content: BinaryIO) -> File:
    """Keep one file; Refused when it is empty or too large."""
    name = plain_name(name)
    size = content.seek(0, 2)
    content.seek(0)
    if size == 0:
        raise Refused(words.empty_file(name))
    if size > MOST_MEGABYTES * MEGABYTE:
        raise Refused(words.file_too_large(name, MOST_MEGABYTES))
    media_type = picture_type(content.read(16))
    content.seek(0)
    blob = blobs.put(content)
    content.seek(0)
    look = look_of(content) if media_type != ANY else ""
    return File(sha256=blob.sha256, size=blob.size, name=name, media_type=media_type, look=look)


def keep_picture(blobs: Blobs, name: str) -> File:
    """Keep one of the pictures that come with the example."""
    with (PICTURES / name).open("rb") as content:
        return keep_file(blobs, name, content)


def picture_type(head: bytes) -> str:
    """Return the media type of a picture by its first bytes; of anything else: just bytes."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    return next((media_type for sign, media_type in _SIGNS if head.startswith(sign)), ANY)


def plain_name(name: str) -> str:
    """Return a file's name without folders and control characters."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in last if sign.isprintable())[-LONGEST_NAME:] or "file"
