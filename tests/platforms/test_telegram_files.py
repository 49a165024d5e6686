"""Files of Telegram are fetched whole or not at all, and never more of them than was asked for."""

import asyncio
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from starlette.types import Receive, Scope, Send

from bot.chat import copying
from bot.chat.platform import NotTaken
from bot.web.server import serving
from tests.platforms.telegram_desk import LI, Desk, bot_on, failing

MEBI = 1024 * 1024


def given(desk: Desk, content: bytes, size: int | None = None) -> str:
    """Let somebody send a file; give what it is fetched by."""
    sent = desk.api.sends_document(LI, LI, content, "a.pdf", size=size)
    return str(sent.fields["document"]["file_id"])


def fetched(desk: Desk, source: str, limit: int = MEBI) -> bytes:
    """Fetch a file."""
    into = io.BytesIO()
    desk.platform.fetch(source, into, limit)
    return into.getvalue()


@contextmanager
def refused(*, too_large: bool) -> Iterator[None]:
    """Expect a file that will never be fetched, for its size or because it is gone."""
    with pytest.raises(NotTaken) as caught:
        yield
    assert caught.value.too_large is too_large


def test_a_file_is_fetched_whole(desk: Desk) -> None:
    """What was sent is what is kept, up to the last byte allowed."""
    content = bytes(range(256)) * 1000
    assert fetched(desk, given(desk, content), len(content)) == content


@pytest.mark.parametrize("claimed", [1001, 1000, 10])
def test_a_file_that_is_too_large_is_not_taken(desk: Desk, claimed: int) -> None:
    """Whatever Telegram says its size is."""
    with refused(too_large=True):
        fetched(desk, given(desk, b"x" * 1001, claimed), 1000)


def test_a_file_beyond_what_bots_may_fetch_is_not_taken(desk: Desk) -> None:
    """Telegram gives bots no file above 20 MB."""
    with refused(too_large=True):
        fetched(desk, given(desk, b"x", 30 * MEBI), 50 * MEBI)


def test_a_file_nobody_knows_is_not_taken(desk: Desk) -> None:
    """A file that is gone will never be had."""
    with refused(too_large=False):
        fetched(desk, "BQACAgUAAxkBAAI000000")


def test_a_file_whose_content_is_gone_is_not_taken(desk: Desk) -> None:
    """Telegram knows the file and has nothing under its address."""
    source = given(desk, b"x")
    desk.api.world.paths.clear()
    with refused(too_large=False):
        fetched(desk, source)


def test_trouble_on_the_way_is_tried_again(desk: Desk) -> None:
    """Fetching twice does no harm: whatever was lost, nothing is unknown."""
    source = given(desk, b"x")
    desk.api.fail_next("getFile")
    with failing("Internal Server Error"):
        fetched(desk, source)
    desk.api.lose_reply("getFile")
    with failing("aiohttp"):
        fetched(desk, source)
    assert fetched(desk, source) == b"x"


def test_a_server_of_ours_may_share_its_folder(desk: Desk, tmp_path: Path) -> None:
    """A Bot API server in local mode names a path on this machine; the same limit holds."""
    kept = tmp_path / desk.platform.line.token / "documents" / "文件.pdf"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"x" * 1000)
    source = given(desk, b"", 0)
    desk.api.world.files[source].path = str(kept)
    assert fetched(desk, source) == b"x" * 1000
    with refused(too_large=True):
        fetched(desk, source, 999)
    kept.unlink()
    with failing("cannot be read"):
        fetched(desk, source)


def test_a_server_of_ours_names_no_file_but_the_bots(desk: Desk, tmp_path: Path) -> None:
    """Whatever this machine holds beside it stays unread, however the path winds."""
    (tmp_path / desk.platform.line.token).mkdir()
    secret = tmp_path / "secret"
    secret.write_bytes(b"x")
    source = given(desk, b"", 0)
    for path in (secret, tmp_path / desk.platform.line.token / ".." / "secret"):
        desk.api.world.files[source].path = str(path)
        with refused(too_large=False):
            fetched(desk, source)


def test_everything_goes_through_the_proxy(desk: Desk) -> None:
    """Where Telegram is reached only through a proxy, calls and files go through it, and no name is looked up."""
    source = given(desk, b"x")

    async def proxy(scope: Scope, receive: Receive, send: Send) -> None:
        path = urlsplit(scope.get("path", "")).path  # a proxy is asked for whole addresses
        await desk.api.app({**scope, "path": path}, receive, send)

    with serving(proxy) as url, bot_on("http://telegram.invalid", proxy=url) as platform:
        behind = Desk(desk.api, platform)
        behind.sends("在吗")
        assert fetched(behind, source) == b"x"
    assert desk.texts() == ["在吗"]


class Endless:
    """A server whose file has no end and does not say so; and that may answer with an error instead."""

    def __init__(self, code: int = 200, piece: int = 65536, rest: float = 0) -> None:
        self.code = code
        self.piece, self.rest = piece, rest  # bytes, and seconds between them
        self.given = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer getFile, then give and give."""
        if scope["type"] != "http":
            return
        if scope["path"].endswith("/getFile"):
            await self._answer(
                send, 200, b'{"ok":true,"result":{"file_id":"a","file_unique_id":"b","file_path":"d/a"}}'
            )
        elif self.code != 200:
            await self._answer(send, self.code, b"<html>")
        else:
            await self._give(receive, send)

    async def _answer(self, send: Send, code: int, body: bytes) -> None:
        await send({"type": "http.response.start", "status": code, "headers": []})
        await send({"type": "http.response.body", "body": body})

    async def _give(self, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await receive()
        hung_up = asyncio.ensure_future(receive())
        while not hung_up.done() and self.given < 256 * MEBI:
            await send({"type": "http.response.body", "body": b"x" * self.piece, "more_body": True})
            self.given += self.piece
            await asyncio.sleep(self.rest)


def test_a_file_without_end_is_given_up_at_the_limit() -> None:
    """No more than the limit is written, and the rest is not waited for."""
    server, into = Endless(), io.BytesIO()
    with serving(server) as url, bot_on(url) as platform, refused(too_large=True):
        platform.fetch("a", into, MEBI)
    assert len(into.getvalue()) <= MEBI
    assert server.given < 32 * MEBI


def test_a_file_that_trickles_in_is_given_up_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A byte now and then keeps no thread longer than a file may take."""
    monkeypatch.setattr(copying, "LONGEST", 0.3)
    with serving(Endless(piece=1, rest=0.05)) as url, bot_on(url) as platform, failing("too slowly"):
        platform.fetch("a", io.BytesIO(), MEBI)


def test_what_is_no_file_is_not_read(desk: Desk, tmp_path: Path) -> None:
    """A pipe that a Bot API server names would keep the desk waiting for ever."""
    pipe = tmp_path / desk.platform.line.token / "pipe"
    pipe.parent.mkdir()
    os.mkfifo(pipe)
    source = given(desk, b"", 0)
    desk.api.world.files[source].path = str(pipe)
    with refused(too_large=False):
        fetched(desk, source)


@pytest.mark.parametrize(("code", "means"), [(502, {}), (403, {})])
def test_a_download_that_is_refused_is_tried_again(code: int, means: dict[str, object]) -> None:
    """A server in trouble or a firewall in between does not take the file away."""
    with serving(Endless(code)) as url, bot_on(url) as platform, failing(f"file: {code}", **means):
        platform.fetch("a", io.BytesIO(), MEBI)
