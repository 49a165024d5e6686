"""Real processes: four start at once, one polls, and kill -9 of any of them leaves nothing undone."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlmodel import col, select

from storage import chat as chats
from storage import inbox, lease, outbox
from storage import person as people
from storage.chat import Chat
from storage.database import Database
from storage.lease import Lease
from storage.outbox import Outbox
from storage.timer import Timer
from tests.platforms.bot_api import BotApi, bot_api

ROOT = Path(__file__).parents[2]
TOKEN = "7012345678:AArunning_running-Running0running00"
LI, STAFF = 7, -1001
SOON = 120.0  # seconds: four desks start within them on a slow machine
STOOD_STILL, REPEATED, TURN = "值班台停了", "可能重复", "took a turn"


@pytest.fixture
def api() -> Iterator[BotApi]:
    """Give a Bot API with the bot, one person and the staff's group."""
    with bot_api() as api:
        me = api.add_bot(TOKEN, "huiying_bot", privacy=False).user.id
        api.add_user(LI, "李敏")
        api.add_chat(STAFF, "supergroup", "值班群", members=[LI, me])
        yield api


@pytest.fixture
def database(ready_postgresql_url: str) -> Iterator[Database]:
    """Give a database with the staff's group, whose last worker was seen two hours ago."""
    database = Database(ready_postgresql_url)
    with database.writing() as session:
        people.save(session, Chat(platform="telegram", account=str(STAFF), use="staff", title="值班群"))
        seen = time.time() - 7_200
        session.add(Lease(name=f"{lease.WORKER}gone", holder="gone", until=seen, renewed_at=seen))
    yield database
    database.close()


@dataclass
class Running:
    """One process."""

    command: str
    process: "subprocess.Popen[str]"
    address: str
    out: Path

    def health(self) -> dict[str, Any]:
        """Ask how it is; empty while it does not answer."""
        try:
            answer: dict[str, Any] = httpx.get(f"{self.address}/healthz", trust_env=False).json()
        except httpx.TransportError:
            return {}
        return answer

    def printed(self) -> str:
        """Return what it said and logged."""
        return self.out.read_text(encoding="utf-8")

    def kill(self) -> None:
        """Let it be gone without a word."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


@contextmanager
def started(folder: Path, api: BotApi, url: str, *commands: str) -> Iterator[list[Running]]:
    """Start processes at once, all with one data directory; kill what is left of them at the end."""
    running = []
    for n, command in enumerate(commands):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        named = {
            "DATA_DIR": str(folder / "data"), "PORT": str(port), "DATABASE_URL": url,
            "TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": api.url,
        }  # fmt: skip
        settings = {f"HUIYING_{name}": value for name, value in named.items()}
        environment = {**os.environ, **settings, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
        out = folder / f"{n}-{command}"
        with out.open("w") as file:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.launcher", command],
                cwd=folder,
                env=environment,
                stdout=file,
                stderr=file,
                text=True,
            )
        running.append(Running(command, process, f"http://127.0.0.1:{port}", out))
    try:
        yield running
    finally:
        for each in running:
            each.process.kill()
            each.process.wait()


def until(running: list[Running], happened: Callable[[], object]) -> None:
    """Wait until something happened; fail with what they printed when it did not."""
    deadline = time.monotonic() + SOON
    while not happened():
        assert time.monotonic() < deadline, "\n".join(
            f"== {each.out.name} {each.health()}\n{each.printed()}" for each in running
        )
        time.sleep(0.05)


def said(api: BotApi, chat: int, words: str = "") -> list[str]:
    """List what the desk said in a chat with these words."""
    return [message.text for message in api.messages(chat, own=True) if words in message.text]


def test_four_processes_and_kill_9(api: BotApi, database: Database, tmp_path: Path) -> None:
    """They start at once and say once what passed; the one that polls dies, the one that sends dies: others go on."""
    with started(tmp_path, api, database.url, "run", "run", "web", "work") as all_:
        until(all_, lambda: all(each.health().get("engine", {}).get("workers") == 3 for each in all_))
        until(all_, lambda: said(api, STAFF, STOOD_STILL))
        with database.reading() as session:
            assert len(session.exec(select(Timer).where(Timer.kind == "digest", Timer.stage == "waiting")).all()) == 1
        assert sorted("/drill/" in each.printed() for each in all_ if each.command == "run") == [False, True]

        until(all_, lambda: any(TURN in each.printed() for each in all_))
        (poller,) = [each for each in all_ if TURN in each.printed()]
        assert poller.command != "work"
        api.says(LI, LI, "/start")
        until(all_, lambda: said(api, LI))
        poller.kill()
        left = [each for each in all_ if each is not poller]
        api.says(LI, LI, "我是谁")
        until(left, lambda: _handled(database) == 2)

        api.hang(STAFF, 60.0, method="sendMessage", times=1)
        _owe(database, "一言既出")
        sending = _sending(database, left)
        api.mend()
        sending.kill()
        left.remove(sending)
        until(left, lambda: said(api, STAFF, REPEATED))
        assert len(said(api, STAFF, REPEATED)) == 1
        assert len(said(api, STAFF, STOOD_STILL)) == 1

        for each in left:
            each.process.send_signal(signal.SIGTERM)
        assert [each.process.wait(SOON) for each in left] == [0] * len(left)
    with database.reading() as session:
        assert lease.workers(session) <= 2  # those that were killed may not have ended yet, those that stopped have
        rows = session.exec(select(Outbox).where(col(Outbox.stage) != "sent")).all()
        assert not [row for row in rows if row.kind == "message"]
    assert not [each.out.name for each in all_ if "Traceback" in each.printed()]


def _handled(database: Database) -> int:
    with database.reading() as session:
        return inbox.count(session, "telegram") - inbox.count(session, "telegram", "waiting")


def _owe(database: Database, text: str) -> None:
    now = datetime.now(UTC)
    with database.writing() as session:
        there = chats.at(session, "telegram", str(STAFF))
        assert there is not None
        row = Outbox(
            kind="message", platform="telegram", destination=f"telegram:{STAFF}", chat_id=there.id,
            payload={"text": text}, created_at=now, not_before=now,
        )  # fmt: skip
        outbox.put(session, row)


def _sending(database: Database, left: list[Running]) -> Running:
    """Wait until one of them is sending; return which."""
    held: list[str] = []

    def is_sent() -> bool:
        with database.reading() as session:
            held[:] = session.exec(select(Outbox.held_by).where(Outbox.stage == "sending"))
        return bool(held)

    until(left, is_sent)
    found = re.search(r":(\d+):", held[0])
    assert found is not None, held
    (sending,) = [each for each in left if each.process.pid == int(found[1])]
    return sending


@pytest.mark.parametrize("command", ["web", "work"])
def test_on_sqlite_there_is_one_process(tmp_path: Path, command: str) -> None:
    """The command says why it does not start, and what to do; it makes nothing."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "HUIYING_DATA_DIR": str(tmp_path / "data")}
    environment.pop("HUIYING_DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, "-m", "bot", command],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert f"{command} 用于几个进程共用一个 PostgreSQL" in done.stderr
    assert "python -m bot run" in done.stderr
    assert not (tmp_path / "data").exists()
