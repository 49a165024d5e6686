"""Updates that are delivered: stored before they are acknowledged, and only from Telegram."""

import socket
import time
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from bot.chat.reception import Reception
from bot.chat.telegram.webhook import SECRET_HEADER
from tests.platforms.bot_api import BotApi
from tests.platforms.receiving.store import BOT, LI, SECRET, SOON, Store, hook


def post(url: str, body: bytes | str, secret: str | bytes = SECRET, **more: Any) -> httpx.Response:  # noqa: ANN401 - any parameter of the library's
    """Deliver as Telegram does."""
    headers = {SECRET_HEADER.encode(): secret if isinstance(secret, bytes) else secret.encode()}
    content = body.encode() if isinstance(body, str) else body
    return httpx.post(url, content=content, headers=headers, trust_env=False, **more)


def test_a_delivery_is_answered_once_it_is_stored(api: BotApi) -> None:
    """200 with nothing in it; the same update again changes nothing."""
    store, reception = Store(), Reception("webhook")
    with hook(store, reception) as url:
        api.deliver_to = (url, SECRET)
        api.says(LI, LI, "停水三天")
        api.repeat_last_update(2)
        assert post(url, '{"update_id": 1}').content == b""
    assert api.statuses == [200, 200, 200]
    assert [update.get("message", {}).get("text") for update in store.kept.values()] == ["停水三天", None]
    assert reception.shown()["last_update_seconds"] is not None


def test_a_locked_database_is_no_acknowledgement(api: BotApi) -> None:
    """503, and the platform delivers again: nothing is lost."""
    store, reception = Store(), Reception("webhook")
    store.locked = True
    with hook(store, reception) as url:
        refused = post(url, '{"update_id": 1}')
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
        api.deliver_to = (url, SECRET)
        api.says(LI, LI, "停水三天")
        assert api.statuses == [503]
        assert reception.shown()["trouble"] == "storage"
        store.locked = False
        assert api.deliver() == [200]
    assert store.texts == ["停水三天"]
    assert reception.shown()["trouble"] is None


def test_one_update_that_can_never_be_stored_does_not_stop_the_others() -> None:
    """Delivered again it would fail again, and hold up what comes after it: it is passed over and logged."""
    store = Store()
    store.cursed = f"{BOT}:1"
    with hook(store) as url:
        assert post(url, '{"update_id": 1}').status_code == 200
        assert post(url, '{"update_id": 2}').status_code == 200
    assert list(store.kept) == [f"{BOT}:2"]


def test_blanks_around_the_secret_are_no_part_of_it() -> None:
    """A proxy may leave them: RFC 9110, 5.5."""
    store = Store()
    with hook(store) as url:
        assert spoken(url, b'Content-Length: 16\r\n\r\n{"update_id": 1}', secret=f"{SECRET} \t").startswith(
            b"HTTP/1.1 200"
        )
    assert list(store.kept) == [f"{BOT}:1"]


BAD = {
    "no secret": ("", '{"update_id": 1}', 401),
    "another secret": ("Only-Telegram_knows-thiS", '{"update_id": 1}', 401),
    "a secret no header can hold": ("密".encode(), '{"update_id": 1}', 401),
    "no JSON": (SECRET, "停水", 400),
    "no object": (SECRET, "[1]", 400),
    "no number": (SECRET, '{"message": {}}', 400),
    "a number that is none": (SECRET, '{"update_id": true}', 400),
    "a number in words": (SECRET, '{"update_id": "1"}', 400),
    "what no database can keep as a number": (SECRET, '{"update_id": 1, "x": NaN}', 400),
    "half a character": (SECRET, b'{"update_id": 1, "x": "\xe5"}', 400),
    "a number beyond all bounds": (SECRET, '{"update_id": 1, "x": 1e999}', 400),
    "nested without end": (SECRET, "[" * 200_000, 400),
    "nested deeper than it can be kept": (SECRET, f'{{"update_id": 1, "x": {"[" * 900}{"]" * 900}}}', 400),
    "too large": (SECRET, '{"update_id": 1, "x": "' + "x" * 1_000_000 + '"}', 413),
}


@pytest.mark.parametrize(("secret", "body", "code"), BAD.values(), ids=BAD)
def test_what_telegram_would_not_send_is_refused(secret: str | bytes, body: bytes | str, code: int) -> None:
    """An empty answer with the fitting code, and nothing is stored."""
    store = Store()
    with hook(store) as url:
        answer = post(url, body, secret)
    assert (answer.status_code, answer.content) == (code, b"")
    assert store.commits == []


def test_only_post_is_heard() -> None:
    """Whoever looks at the address with a browser sees nothing."""
    with hook(Store()) as url:
        assert httpx.get(url, headers={SECRET_HEADER: SECRET}, trust_env=False).status_code == 405


def spoken(url: str, *parts: bytes, wait: float = 0.0, secret: str = SECRET) -> bytes:
    """Send raw parts of a request and return the beginning of the answer."""
    at = urlsplit(url)
    with socket.create_connection((at.hostname, at.port or 80), timeout=SOON) as line:
        head = f"POST {at.path} HTTP/1.1\r\nHost: x\r\n{SECRET_HEADER}: {secret}\r\n".encode()
        line.sendall(head + parts[0])
        for part in parts[1:]:
            time.sleep(wait)
            line.sendall(part)
        return line.recv(100)


def test_a_body_that_says_it_is_too_large_is_not_waited_for() -> None:
    """The answer comes before the body."""
    with hook(Store()) as url:
        assert spoken(url, b"Content-Length: 900000000\r\n\r\n").startswith(b"HTTP/1.1 413")


def test_a_body_that_does_not_say_its_size_is_read_no_further_than_allowed() -> None:
    """Chunk after chunk: as soon as there is too much of it, the answer comes."""
    chunk = b"64\r\n" + b"x" * 100 + b"\r\n"
    with hook(Store(), largest=150) as url:
        answer = spoken(url, b"Transfer-Encoding: chunked\r\n\r\n", chunk, chunk, wait=0.05)
    assert answer.startswith(b"HTTP/1.1 413")


def test_what_no_database_can_keep_is_replaced() -> None:
    """A NUL or half a surrogate pair, in a value or a name, at any depth."""
    store = Store()
    with hook(store) as url:
        post(url, r'{"update_id": 1, "a": ["x\u0000", {"b\u0000": "\ud83d"}], "c": "\ud83d\ude00"}')
    assert store.kept[f"{BOT}:1"] == {"update_id": 1, "a": ["x\ufffd", {"b\ufffd": "?"}], "c": "😀"}


def test_nothing_is_acknowledged_before_its_commit() -> None:
    """While the commit runs there is no answer."""
    store = Store()
    with hook(store) as url, ExitStack() as stack:
        store.hold.clear()
        stack.callback(store.hold.set)
        with pytest.raises(httpx.ReadTimeout):
            post(url, '{"update_id": 1}', timeout=0.3)
        assert store.commits == []
        store.hold.set()
        assert post(url, '{"update_id": 1}').status_code == 200
