"""`python -m bot run` with Telegram: it says so, hears, shows how it goes, and stops; the token is nowhere."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from bot.chat.telegram.webhook import SECRET_HEADER, WEBHOOK_PATH
from storage import inbox
from storage.database import Database
from tests.platforms.bot_api import BotApi, bot_api

ROOT = Path(__file__).parents[2]
TOKEN = "7012345678:AArunning_running-Running0running00"
SECRET = "only-telegram"
PASSWORD = "canary/of-the-proxy"
LI = 7
SOON = 60.0  # seconds: a whole desk starts within them on a slow machine


@pytest.fixture
def api() -> Iterator[BotApi]:
    """Give a Bot API with the bot and one person, who has said something already."""
    with bot_api() as api:
        api.add_bot(TOKEN, "huiying_bot", privacy=False)
        api.add_user(LI, "李敏")
        api.says(LI, LI, "停水三天")
        yield api


@contextmanager
def running(folder: Path, **settings: str) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """Run a desk; give its address and what runs it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    data = {"DATA_DIR": str(folder / "data"), "PORT": str(port), "LOG_LEVEL": "debug", "TELEGRAM_TOKEN": TOKEN}
    named = {f"HUIYING_{name}": value for name, value in {**data, **settings}.items()}
    environment = {**os.environ, **named, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    signal.signal(
        signal.SIGINT, signal.default_int_handler
    )  # what runs in the background ignores it, and so do its own
    with (folder / "out").open("w") as out:
        command = [sys.executable, "-m", "bot", "run"]
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=out, stderr=out, text=True)
        try:
            yield f"http://127.0.0.1:{port}", process
        finally:
            process.kill()
            process.wait()


def until(folder: Path, happened: Callable[[], object]) -> None:
    """Wait until something happened; fail with what the desk printed when it did not."""
    deadline = time.monotonic() + SOON
    while not happened():
        assert time.monotonic() < deadline, (folder / "out").read_text()
        time.sleep(0.05)


def health(address: str) -> dict[str, Any]:
    """Ask how the desk is; empty while it does not answer."""
    try:
        answer: dict[str, Any] = httpx.get(f"{address}/healthz", trust_env=False).json()
    except httpx.TransportError:
        return {}
    return answer


def stored(folder: Path) -> int:
    """Count the stored updates."""
    database = Database(f"sqlite:///{folder / 'data' / 'huiying.db'}")
    with database.reading() as session:
        count = inbox.count(session, "telegram")
    database.close()
    return count


@pytest.mark.parametrize("stopping", [signal.SIGINT, signal.SIGTERM], ids=["by a key", "as a service"])
def test_a_desk_that_polls(api: BotApi, tmp_path: Path, stopping: signal.Signals) -> None:
    """It names its bot, takes what was said before and after, sets its menus, and stops in order within seconds."""
    with running(tmp_path, TELEGRAM_API_URL=api.url) as (address, process):
        until(tmp_path, lambda: health(address))
        api.settle()
        api.says(LI, LI, "还在停")
        api.settle()
        until(tmp_path, lambda: api.commands({"type": "all_private_chats"}, "en"))
        shown = health(address)
        process.send_signal(stopping)
        assert process.wait(15) == 0
    printed = (tmp_path / "out").read_text()
    assert "Traceback" not in printed
    assert "Telegram:@huiying_bot" in printed
    assert shown["ok"] is True
    assert (shown["telegram"]["mode"], shown["telegram"]["trouble"]) == ("polling", None)
    assert shown["telegram"]["last_update_seconds"] < SOON
    assert stored(tmp_path) == 2
    assert "/bot[token]/" in printed  # the lines that would hold it were written
    _nowhere(tmp_path, printed)


def test_a_desk_that_is_called(api: BotApi, tmp_path: Path) -> None:
    """It sets its webhook with the secret, and every update reaches it there."""
    settings = {"TELEGRAM_API_URL": api.url, "TELEGRAM_MODE": "webhook", "TELEGRAM_WEBHOOK_SECRET": SECRET}
    with running(tmp_path, **settings) as (address, _process):
        until(tmp_path, lambda: health(address))
        api.settle(SOON)
        until(tmp_path, lambda: health(address)["telegram"]["last_update_seconds"] is not None)
        assert api.world.bot().webhook["url"] == address + WEBHOOK_PATH
        assert set(api.statuses) == {200}  # nobody was called before there was an answer
        assert httpx.post(address + WEBHOOK_PATH, json={"update_id": 9}, trust_env=False).status_code == 401
    assert stored(tmp_path) == 1
    printed = (tmp_path / "out").read_text()
    _nowhere(tmp_path, printed)
    assert SECRET not in printed


def test_whoever_is_never_done_does_not_hold_up_the_end(api: BotApi, tmp_path: Path) -> None:
    """A page that listens for news and bodies sent by half are hung up on within seconds, without an error."""
    settings = {"TELEGRAM_API_URL": api.url, "TELEGRAM_MODE": "webhook", "TELEGRAM_WEBHOOK_SECRET": SECRET}
    head = f"POST {WEBHOOK_PATH} HTTP/1.1\r\nHost: x\r\n{SECRET_HEADER}: {SECRET}\r\nContent-Length: 99\r\n\r\n{{"
    form = "POST /drill/say HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=x\r\n"
    page = "GET /drill/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    with running(tmp_path, **settings) as (address, process), ExitStack() as lines:
        until(tmp_path, lambda: health(address))
        at = urlsplit(address)
        for half in (head, form + "Content-Length: 99\r\n\r\n", page):
            line = lines.enter_context(socket.create_connection((at.hostname, at.port or 80), timeout=SOON))
            line.sendall(half.encode())
            if half == page:
                assert line.recv(12) == b"HTTP/1.1 200"
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0
        assert time.monotonic() - began < 10
    printed = (tmp_path / "out").read_text()
    assert not [word for word in ("Traceback", "error", "broke") if word in printed], printed


def test_a_desk_without_telegram_in_reach_runs_all_the_same(api: BotApi, tmp_path: Path) -> None:
    """It says that it is connecting, is well, and hears as soon as there is a way."""
    api.down(502)
    with running(tmp_path, TELEGRAM_API_URL=api.url) as (address, _process):
        until(tmp_path, lambda: health(address))
        shown = health(address)
        assert (shown["ok"], shown["telegram"]["trouble"]) == (True, "unreachable")
        api.up()
        until(tmp_path, lambda: not api.pending())
        until(tmp_path, lambda: health(address)["telegram"]["trouble"] is None)
    assert "正在连接" in (tmp_path / "out").read_text()
    assert stored(tmp_path) == 1


def test_the_password_of_a_proxy_is_not_shown(tmp_path: Path) -> None:
    """Neither as it is written nor as it is sent: a library logs what it says to the proxy."""
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        named = f"socks5://desk:{PASSWORD.replace('/', '%2F')}@127.0.0.1:{proxy.getsockname()[1]}"
        threading.Thread(target=_refusing, args=[proxy], daemon=True).start()
        with running(tmp_path, TELEGRAM_PROXY=named) as (address, _process):
            until(tmp_path, lambda: health(address).get("telegram", {}).get("trouble") == "unreachable")
    printed = (tmp_path / "out").read_text()
    assert "auth=(b'desk', b'[secret]')" in printed
    assert not [form for form in (PASSWORD, PASSWORD.replace("/", "%2F")) if form in printed]


def test_the_password_of_a_database_out_of_reach_is_not_shown(tmp_path: Path) -> None:
    """The desk does not start, and says why without it."""
    with running(tmp_path, DATABASE_URL=f"postgresql://desk:{PASSWORD}@127.0.0.1:1/huiying") as (_address, process):
        process.wait(SOON)
    printed = (tmp_path / "out").read_text()
    assert "HUIYING_DATABASE_URL" in printed
    assert PASSWORD not in printed


def _refusing(proxy: socket.socket) -> None:
    """Ask every caller for name and password, and hang up."""
    while True:
        try:
            caller = proxy.accept()[0]
        except OSError:  # the test is over
            return
        with caller:
            caller.recv(16)
            caller.sendall(b"\x05\x02")


def _nowhere(folder: Path, printed: str) -> None:
    """Find the token's secret half neither in what was printed nor in any file of the desk."""
    secret = TOKEN.partition(":")[2]
    assert secret not in printed
    files = [file for file in (folder / "data").rglob("*") if file.is_file()]
    assert files
    assert not [file for file in files if secret.encode() in file.read_bytes()]
