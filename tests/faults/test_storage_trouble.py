"""A locked database and a full disk: nothing that was accepted is lost, nothing is half done."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.chat.drill import NAME
from handlers.conversation import Incoming, Place, Sender
from storage import case as cases
from storage import inbox
from storage.database import Database, DatabaseTrouble, is_full, is_lock
from tests.conversations.talking import MORNING, TalkingDesk, no_channels

POST = "上报 阳光花园小区全小区停水三天了,物业互相推诿,老人小孩都没水喝。"


def _desk(file: Path, lock_wait: int = 100) -> TalkingDesk:
    return TalkingDesk(Database(f"sqlite:///{file}", lock_wait=lock_wait), no_channels)


def _event(n: int, text: str = POST) -> Incoming:
    return Incoming(
        platform=NAME,
        key=f"fault:{n}",
        at=MORNING,
        place=Place(account="staff"),
        sender=Sender(account="limin", name="李敏"),
        message_id=f"9{n}",
        text=text,
    )


@pytest.fixture
def database_file(empty_sqlite: Path, tmp_path: Path) -> Path:
    """Give a migrated SQLite file."""
    return Path(shutil.copy(empty_sqlite, tmp_path / "huiying.db"))


def test_a_locked_database_refuses_at_once_and_loses_nothing(database_file: Path) -> None:
    """While another process holds the writer, accepting fails loudly; afterwards the same event is taken."""
    desk = _desk(database_file)
    holder = sqlite3.connect(database_file, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseTrouble) as trouble:
        desk.desk.accept(_event(1))
    assert is_lock(trouble.value)
    holder.execute("ROLLBACK")
    assert desk.desk.accept(_event(1)) == 1
    desk.desk.settle()
    assert desk.case("S1").reports == 1


def test_what_was_accepted_survives_a_lock_while_it_is_handled(database_file: Path) -> None:
    """An event that was stored is handled when the lock is gone; its handling is all or nothing."""
    desk = _desk(database_file)
    desk.desk.accept(_event(1))
    holder = sqlite3.connect(database_file, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseTrouble):
        desk.desk.settle()
    holder.execute("ROLLBACK")
    with desk.database.reading() as session:
        assert (inbox.count(session, NAME, "waiting"), cases.count(session)) == (1, 0)
    desk.desk.settle()
    assert desk.case("S1").reports == 1


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """Give a real file system of 4 MiB."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    mounted = os.geteuid() == 0 and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if not mounted or mounted.returncode != 0:
        pytest.skip("only root on a machine that allows mounts can make a tiny file system")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_refuses_and_loses_nothing(empty_sqlite: Path, tiny_disk: Path) -> None:
    """On a full disk accepting fails loudly; with room again, every accepted event is handled, none twice."""
    desk = _desk(Path(shutil.copy(empty_sqlite, tiny_disk / "huiying.db")))
    accepted = _fill(desk)
    assert accepted > 0
    with contextlib.suppress(DatabaseTrouble):
        desk.desk.settle()
    (tiny_disk / "ballast").unlink()
    subprocess.run(["mount", "-o", "remount,size=64m", str(tiny_disk)], check=True)
    desk.desk.settle()
    with desk.database.reading() as session:
        assert inbox.count(session, NAME) == accepted
        assert inbox.count(session, NAME, "waiting") == 0
        assert inbox.count(session, NAME, "broken") == 0


def _fill(desk: TalkingDesk) -> int:
    """Fill the disk with ballast, then accept events until it refuses; return how many were accepted."""
    folder = Path(desk.database.url.removeprefix("sqlite:///")).parent
    with (folder / "ballast").open("wb") as ballast, contextlib.suppress(OSError):
        while shutil.disk_usage(folder).free > 600_000:
            ballast.write(b"\0" * 50_000)
            ballast.flush()
    for n in range(10_000):
        try:
            desk.desk.accept(_event(n, f"{POST}第{n}次" + "水" * 3_000))
        except DatabaseTrouble as trouble:
            if not is_full(trouble):
                raise
            return n
    raise AssertionError("the disk never filled")
