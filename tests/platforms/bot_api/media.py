"""Photos, documents, videos and stickers as messages show them; what they hold is kept for getFile."""

import mimetypes
from pathlib import PurePath

from tests.platforms.bot_api.world import Json, StoredFile, World

SIZES = ((90, 67), (320, 240), (800, 600))  # what Telegram makes of a photo besides the largest size
LARGEST = (1280, 960)


def known(file: StoredFile) -> Json:
    """Give what every kind of file bears."""
    return {"file_id": file.file_id, "file_unique_id": file.unique_id, "file_size": file.size}


def photo_sizes(world: World, content: bytes) -> list[Json]:
    """Keep a photo in several sizes, the largest last; only that one has the content given."""
    smaller = [world.keep_file(b"%dx%d" % size, "photos", ".jpg") for size in SIZES]
    files = [*smaller, world.keep_file(content, "photos", ".jpg")]
    sizes = [*SIZES, LARGEST]
    return [
        {**known(file), "width": width, "height": height} for file, (width, height) in zip(files, sizes, strict=True)
    ]


def document_fields(world: World, name: str, content: bytes, size: int | None = None) -> Json:
    """Keep a document under its name."""
    file = world.keep_file(content, "documents", PurePath(name).suffix, size)
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return {**known(file), "file_name": name, "mime_type": kind}


def video_fields(world: World, content: bytes, size: int | None = None) -> Json:
    """Keep a video."""
    file = world.keep_file(content, "videos", ".mp4", size)
    return {**known(file), "width": 1280, "height": 720, "duration": 10, "mime_type": "video/mp4"}


def sticker_fields(world: World, emoji: str) -> Json:
    """Keep a sticker."""
    file = world.keep_file(b"RIFF sticker", "stickers", ".webp")
    shape = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
    return {**known(file), **shape, "emoji": emoji}
