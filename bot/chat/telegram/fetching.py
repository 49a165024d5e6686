"""Files of Telegram: found by their id, read in pieces, never more than was asked for."""

from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

import httpx
from telegram import File
from telegram.error import BadRequest

from bot.chat.copying import PIECE, copy_pieces
from bot.chat.platform import NotTaken, SendFailed
from bot.chat.telegram.errors import MENDING, says
from bot.chat.telegram.line import Line

UNCOMPRESSED = {"Accept-Encoding": "identity"}  # so that the bytes counted are the bytes of the file
GONE = (httpx.codes.BAD_REQUEST, httpx.codes.NOT_FOUND, httpx.codes.GONE)
# https://github.com/tdlib/telegram-bot-api/blob/master/telegram-bot-api/Client.cpp
NEVER = ("file is too big", "wrong file_id", "wrong file identifier", "temporarily unavailable", "file_id_invalid")


def fetch(line: Line, source: str, into: BinaryIO, limit: int) -> None:
    """Write a file of at most so many bytes.

    Raises NotTaken for a larger one or one that is gone, SendFailed when it should be tried again; a part of it may
    have been written then.
    """
    with line.telling(repeatable=True):
        file = _found(line, source)
        if (file.file_size or 0) > limit:
            raise NotTaken("too large", too_large=True)
        path = _path(line, file)
        if path.startswith("/"):
            _copy(_own(Path(path), line.token), into, limit)
        else:
            _download(line, f"{line.api_url}/file/bot{line.token}/{quote(path)}", into, limit)


def _found(line: Line, source: str) -> File:
    try:
        return line.call(line.bot.get_file(source))
    except BadRequest as refused:
        if says(refused, *NEVER):
            raise NotTaken(str(refused), too_large=says(refused, "too big")) from None
        raise


def _path(line: Line, file: File) -> str:
    """Return where the server keeps a file; from / on when it is a server of ours that shares its folder with us."""
    path = (file.file_path or "").removeprefix(f"{line.api_url}/file/bot{line.token}/")
    if not path:
        raise NotTaken("gone")
    return path.lstrip("/") if line.is_public else path


def _own(path: Path, token: str) -> Path:
    """Return the path of a file of this bot; a server may not name just any file of this machine.

    Files of a bot lie below a folder named by its token:
    https://github.com/aiogram/telegram-bot-api/pull/22
    """
    if token not in path.resolve().parts:
        raise NotTaken("not a file of this bot")
    return path


def _copy(path: Path, into: BinaryIO, limit: int) -> None:
    """Copy what a Bot API server in local mode has put on this machine."""
    if path.exists() and not path.is_file():  # a pipe or a device would be read for ever
        raise NotTaken("no file")
    try:
        with path.open("rb") as kept:
            copy_pieces(iter(lambda: kept.read(PIECE), b""), into, limit)
    except OSError as trouble:  # most likely its folder is not shared with the desk: that can be mended
        raise SendFailed(f"the Bot API server's file cannot be read: {trouble.strerror}") from None


def _download(line: Line, url: str, into: BinaryIO, limit: int) -> None:
    with line.downloads.stream("GET", url, headers=UNCOMPRESSED) as response:
        if response.status_code in GONE:
            raise NotTaken("gone")
        if response.status_code != httpx.codes.OK:
            raise SendFailed(f"file: {response.status_code} {response.reason_phrase}", after=_pause(response))
        if int(response.headers.get("Content-Length", 0)) > limit:
            raise NotTaken("too large", too_large=True)
        copy_pieces(response.iter_raw(), into, limit)  # as it comes: a full piece would be waited for, however slow


def _pause(response: httpx.Response) -> float:
    asked = response.headers.get("Retry-After", "")
    return min(float(asked), MENDING) if asked.isdecimal() else 0
