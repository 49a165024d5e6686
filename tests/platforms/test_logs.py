"""No secret is ever shown: not by a library at debug level, not by a traceback, not by what ends the program."""

import errno
import io
import json
import logging
import subprocess
import sys
import threading
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import structlog
from pydantic import SecretStr

from bot.logs import set_up_logs
from config.redaction import Redaction
from config.settings import Settings
from tests.plugins.logs import plain_logs

ROOT = Path(__file__).parents[2]
CANARY = "7012345678:AAcanaryCanary_canary-Canary0canary00"
OTHER = "612345678:BBcanaryCanary_canary-Canary0canary11"
NAMES = ("httpx", "httpcore", "telegram")
WEBHOOK_SECRET = "canaryOfTheWebhook"
PROXY_PASSWORD = 'canary/of"the:proxy'
DATABASE_PASSWORD = "canary-of-the-database"
HEARTBEAT_KEY = "5f1c2f6e-canary-of-the-heartbeat"


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Give what was logged, with logs as a desk has them at debug level; all is put back at the end."""
    root = logging.getLogger()
    before = (root.level, {name: logging.getLogger(name).level for name in NAMES}, list(root.handlers))
    hooks = (sys.excepthook, threading.excepthook, sys.unraisablehook)
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    settings = Settings(
        _env_file=None,
        telegram_token=SecretStr(CANARY),
        telegram_webhook_secret=SecretStr(WEBHOOK_SECRET),
        telegram_proxy=SecretStr(f"socks5://desk:{quote(PROXY_PASSWORD, safe='')}@127.0.0.1:1080"),
        database_url=f"postgresql://desk:{DATABASE_PASSWORD}@db/huiying",
        heartbeat_url=SecretStr(f"https://monitor.example/ping/{HEARTBEAT_KEY}?try=1"),
    )
    set_up_logs("debug", settings.redaction())
    yield stream
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
    root.handlers[:] = before[2]
    root.setLevel(before[0])
    for name, level in before[1].items():
        logging.getLogger(name).setLevel(level)
    plain_logs()


def test_a_log_on_a_full_disk_ends_nobodys_work(written: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be kept is lost; whoever tells of a trouble goes on, and so do the logs when there is room again."""

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(written, "write", full)
        disk.setattr(written, "flush", full)
        structlog.get_logger().error("lost")
        logging.getLogger("httpx").warning("lost")
    structlog.get_logger().error("kept")
    assert [json.loads(line)["event"] for line in written.getvalue().splitlines()] == ["kept"]


def test_the_heartbeats_address_is_a_secret(written: io.StringIO) -> None:
    """Whole, or by the part that a library names alone: whoever reads it could feign a desk that lives."""
    logging.getLogger("httpx").debug("GET https://monitor.example/ping/%s?try=1", HEARTBEAT_KEY)
    logging.getLogger("httpcore").debug("target=%r", f"/ping/{HEARTBEAT_KEY}?try=1".encode())
    logging.getLogger("httpcore").debug("retry %s", HEARTBEAT_KEY)
    assert HEARTBEAT_KEY not in written.getvalue()
    assert written.getvalue().count("[secret]") == 3


def test_a_library_at_debug_level_shows_no_token(written: io.StringIO) -> None:
    """The address of a call is logged, with a word in the token's place; another bot's token is hidden too."""
    logging.getLogger("httpx").debug("POST https://api.telegram.org/bot%s/getMe", CANARY)
    logging.getLogger("httpcore").debug("https://api.telegram.org/bot%s/getMe", OTHER.replace(":", "%3A"))
    assert written.getvalue().splitlines() == [
        "DEBUG httpx POST https://api.telegram.org/bot[token]/getMe",
        "DEBUG httpcore https://api.telegram.org/bot[token]/getMe",
    ]


SECRETS = {
    "the webhook's secret": WEBHOOK_SECRET,
    "the proxy's password": PROXY_PASSWORD,
    "the proxy's password in an address": quote(PROXY_PASSWORD, safe=""),
    "the proxy's password on its way": b64encode(f"desk:{PROXY_PASSWORD}".encode()).decode(),
    "the database's password": DATABASE_PASSWORD,
}


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS)
def test_every_other_secret_is_hidden_too(written: io.StringIO, secret: str) -> None:
    """In a library's line, as bytes, in a value and in a traceback of ours."""
    logging.getLogger("httpcore").debug("auth=%r", (b"desk", secret.encode()))
    logging.getLogger("sqlalchemy").error("postgresql://desk:%s@db/huiying", secret)
    try:
        int(secret)
    except ValueError:
        logging.getLogger("asyncio").exception("Task exception was never retrieved: %s", secret)
        structlog.get_logger().exception("broke", url=secret, shown=repr(secret))
    shown = written.getvalue()
    assert shown.count("[secret]") == 7
    assert not [form for form in (secret, repr(secret)[1:-1], json.dumps(secret)[1:-1]) if form in shown]
    json.loads(shown.splitlines()[-1])


def test_a_password_nobody_told_of_is_hidden_in_an_address() -> None:
    """Before the settings are read, and in an address that is none of theirs."""
    hide = Redaction().hide
    assert hide("at http://wang:pa55@proxy:1080/x") == "at http://wang:[secret]@proxy:1080/x"
    assert hide('"http://desk:8080", "who": "li@desk"') == '"http://desk:8080", "who": "li@desk"'


@pytest.mark.parametrize("name", ["access_token", "corpsecret", "secret", "key"])
def test_a_key_nobody_told_of_is_hidden_in_an_address(written: io.StringIO, name: str) -> None:
    """WeCom's and WeChat's stand behind a question mark; a token is not known when the logs are set up."""
    logging.getLogger("urllib3").debug('"GET /cgi-bin/message/send?a=1&%s=%s&b=2 HTTP/1.1" 200', name, "s3cret-value")
    logging.getLogger("urllib3").debug("https://qyapi.weixin.qq.com/cgi-bin/gettoken?%s=%s", name, "s3cret-value")
    assert "s3cret" not in written.getvalue()
    assert f"{name}=[secret]&b=2" in written.getvalue()


def test_what_people_write_is_in_no_line_of_the_library(written: io.StringIO) -> None:
    """Its debug lines hold texts and the codes of invitations."""
    logging.getLogger("telegram.Bot").debug("Calling Bot API endpoint `sendMessage` with parameters `停水三天`")
    assert written.getvalue() == ""


def test_our_own_lines_show_no_token(written: io.StringIO) -> None:
    """Neither a value nor a traceback holds it, and the line is still JSON."""
    try:
        int(CANARY)
    except ValueError:
        structlog.get_logger().exception("broke", address=f"/bot{CANARY}/x", half=CANARY.partition(":")[2])
    line = json.loads(written.getvalue())
    assert (line["address"], line["half"]) == ("/bot[token]/x", "[token]")
    assert line["exception"].endswith("with base 10: '[token]'")


def test_the_traceback_of_a_library_shows_no_token(written: io.StringIO) -> None:
    """What hangs on a record is hidden as its words are."""
    try:
        int(CANARY)
    except ValueError:
        logging.getLogger("asyncio").exception("Task exception was never retrieved")
    assert written.getvalue().rstrip().endswith("with base 10: '[token]'")
    assert CANARY not in written.getvalue()


def test_a_thread_that_breaks_shows_no_token(written: io.StringIO) -> None:
    """The end of a thread is a log line like any other."""

    def broken() -> None:
        raise ValueError(CANARY)

    thread = threading.Thread(target=broken, name="polling")
    thread.start()
    thread.join()
    assert written.getvalue().startswith("CRITICAL crash a thread broke: polling\n")
    assert written.getvalue().rstrip().endswith("ValueError: [token]")


CRASHES = {
    "the end of the program": "raise ValueError(TOKEN)",
    "what nobody can be told": """
class Last:
    def __del__(self):
        raise ValueError(TOKEN)
Last()""",
    "a task nobody asked after": """
import asyncio, gc
async def broken():
    raise ValueError(TOKEN)
async def whole():
    task = asyncio.create_task(broken())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    del task
    gc.collect()
asyncio.run(whole())""",
}


@pytest.mark.parametrize("crash", CRASHES.values(), ids=CRASHES)
def test_whatever_breaks_last_shows_no_token(crash: str) -> None:
    """What Python itself writes to standard error goes the same way, even for a token the logs were not told of."""
    begin = f"from bot.logs import set_up_logs\nset_up_logs()\nTOKEN = {CANARY!r}\n"
    done = subprocess.run([sys.executable, "-c", begin + crash], cwd=ROOT, capture_output=True, text=True, check=False)
    assert "ValueError: [token]" in done.stderr
    assert CANARY not in done.stderr + done.stdout


def test_a_command_that_breaks_shows_no_setting(tmp_path: Path) -> None:
    """An error nobody foresaw ends a command with a traceback, and no local variable is in it."""
    crash = f"""
import os, sys
os.environ["HUIYING_TELEGRAM_TOKEN"] = {CANARY!r}
os.environ["HUIYING_DATA_DIR"] = {str(tmp_path)!r}
from bot import __main__ as main
def broken(settings):
    given = settings.telegram_token.get_secret_value()
    raise KeyError(given)
main.examining.examine = broken
sys.argv = ["bot", "doctor"]
main.app()"""
    done = subprocess.run([sys.executable, "-c", crash], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "KeyError: '[token]'" in done.stderr
    assert CANARY not in done.stderr + done.stdout


@pytest.mark.parametrize("level", ["info", "warning", "error"])
def test_the_chatty_libraries_speak_at_debug_level_alone(written: io.StringIO, level: str) -> None:
    """At any other level their addresses are not even logged."""
    set_up_logs(level)  # type: ignore[arg-type]
    for name in NAMES:
        logging.getLogger(name).info("POST /bot/getMe")
    assert written.getvalue() == ""


@pytest.mark.parametrize("text", ["12:34:56", "港建舆 2026:12", "1234567:short", "at 123456789:"])
def test_what_is_no_token_stays(text: str) -> None:
    """Times, ports and numbers are shown as they are."""
    assert Redaction().hide(text) == text
