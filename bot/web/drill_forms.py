"""Forms of the drill page read: what is in them, and the file or the words that are refused."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from bot.drill import words
from bot.drill.files import MOST_FILES, keep_file, keep_picture
from bot.drill.presets import preset
from bot.drill.refused import Refused
from bot.web.edge import TooMuch
from handlers.conversation import File, Origin
from storage.blobs import Blobs

LARGEST_FIELD: Final = 4 * 1024 * 1024  # bytes: a text that is far too long is still given back
MOST_FIELDS: Final = 40
LONGEST_NUMBER: Final = 15
LONGEST_AUTHOR: Final = 200
LONGEST_URL: Final = 2000


@dataclass(frozen=True)
class Form:
    """A form as it was filled in."""

    fields: Mapping[str, str]
    files: Sequence[UploadFile] = field(default=())

    def get(self, name: str) -> str:
        """Return what stands in a field; empty when it is not there."""
        return self.fields.get(name, "")

    def number(self, name: str) -> int | None:
        """Return a field's number, if it is one."""
        text = self.get(name)
        return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER else None


async def read_form(request: Request) -> Form:
    """Read a form; TooMuch when it is beyond all limits."""
    try:
        data: FormData = await request.form(
            max_files=4 * MOST_FILES, max_fields=MOST_FIELDS, max_part_size=LARGEST_FIELD
        )
    except HTTPException as refused:
        raise TooMuch from refused
    texts = {name: value for name, value in data.multi_items() if isinstance(value, str)}
    files = [value for value in data.getlist("files") if isinstance(value, UploadFile) and value.filename]
    return Form(texts, files)


def kept_files(form: Form, blobs: Blobs) -> list[File]:
    """Keep the files of a form and the pictures of its preset; Refused when one may not be sent."""
    chosen = preset(form.get("preset"))
    pictures = chosen.pictures if chosen else ()
    count = len(form.files) + len(pictures)
    if count > MOST_FILES:
        raise Refused(words.too_many_files(count, MOST_FILES))
    kept = [keep_picture(blobs, name) for name in pictures]
    return [*kept, *(keep_file(blobs, file.filename or "", file.file) for file in form.files)]


def origin_of(form: Form, zone: ZoneInfo) -> Origin | None:
    """Return where a forward comes from; None when the form names nothing of the kind."""
    author, url, posted = (form.get(name).strip() for name in ("author", "url", "posted"))
    if not (author or url or posted):
        return None
    return Origin(kind="user", author=author[:LONGEST_AUTHOR], url=_address(url), posted_at=_moment(posted, zone))


def _address(url: str) -> str | None:
    if not url:
        return None
    with suppress(ValueError):
        parts = urlsplit(url)
        if parts.scheme in ("http", "https") and parts.hostname and len(url) <= LONGEST_URL:
            return url
    raise Refused(words.not_a_link())


def _moment(posted: str, zone: ZoneInfo) -> datetime | None:
    if not posted:
        return None
    try:
        return datetime.fromisoformat(posted).replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Refused(words.not_a_moment()) from None


def ago(now: datetime, minutes: int, zone: ZoneInfo) -> str:
    """Return a moment as the page's time field takes it."""
    return (now - timedelta(minutes=minutes)).astimezone(zone).strftime("%Y-%m-%dT%H:%M")
