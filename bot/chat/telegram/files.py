"""The files a message carries, still with Telegram: each is fetched later, by its file id."""

from collections.abc import Sequence
from typing import Protocol

from telegram import Message, PhotoSize

from handlers.conversation import File


class _Medium(Protocol):
    file_id: str
    file_unique_id: str
    file_size: int | None


# An animation is sent as a document too, for old bots: it is looked for first, so that it counts once.
_KINDS = (
    ("animation", ".mp4", "video/mp4"),
    ("video", ".mp4", "video/mp4"),
    ("video_note", ".mp4", "video/mp4"),
    ("audio", ".mp3", "audio/mpeg"),
    ("voice", ".ogg", "audio/ogg"),
    ("document", "", "application/octet-stream"),
)


def files_of(message: Message) -> tuple[File, ...]:
    """Return the files of a message: one, or none. Stickers are no files to the desk, nor is what must be paid for."""
    if message.photo:
        return (_photo(message.photo),)
    for kind, suffix, media_type in _KINDS:
        medium: _Medium | None = getattr(message, kind)
        if medium is not None:
            return (_file(medium, f"{kind.replace('_', '-')}-{medium.file_unique_id}{suffix}", media_type),)
    return ()


def _photo(sizes: Sequence[PhotoSize]) -> File:
    largest = max(sizes, key=lambda size: size.width * size.height)
    return _file(largest, f"photo-{largest.file_unique_id}.jpg", "image/jpeg")


def _file(medium: _Medium, name: str, media_type: str) -> File:
    """Describe a file by what its sender says of it, which nobody has checked."""
    return File(
        source=medium.file_id,
        size=medium.file_size or 0,
        name=getattr(medium, "file_name", None) or name,
        media_type=getattr(medium, "mime_type", None) or media_type,
    )
