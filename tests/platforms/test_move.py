"""`python -m bot move`: a desk goes from SQLite to PostgreSQL whole, or says why not, and survives a kill -9."""

import hashlib
import json
import shutil
import signal
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from storage import outbox
from storage.carrying import digests
from storage.case import Case
from storage.database import Database
from tests.platforms.test_backup import Bureau, furnish
from tests.platforms.test_command_line import environment_of
from tests.plugins.postgresql import drop_postgresql, fresh_postgresql

NOW = datetime(2026, 11, 24, 1, 5, tzinfo=UTC)
MANY = 12_000  # rows: a dozen commits


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of a desk on SQLite with people, a case, an attachment and something owed, to copy."""
    made = furnish(Bureau(tmp_path_factory.mktemp("furnished")))
    made.owe("待发的一条")
    return made.folder


@pytest.fixture
def bureau(tmp_path: Path, furnished: Path) -> Bureau:
    """Give such a desk."""
    shutil.copytree(furnished, tmp_path, dirs_exist_ok=True)
    return Bureau(tmp_path)


def plain(url: str) -> str:
    """Return an address as an operator writes it."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def on(bureau: Bureau, url: str) -> Bureau:
    """Return the same desk on another database."""
    return Bureau(bureau.folder, {**bureau.settings, "DATABASE_URL": url})


def record(bureau: Bureau, name: str) -> list[str]:
    """Export the record; return its lines without what the export itself adds at the ends of chains."""
    bureau.bot("export-history", name)
    lines = (bureau.folder / name).read_text(encoding="utf-8").splitlines()
    bureau.bot("verify-history", name)
    rows = [line for line in lines if json.loads(line)["type"] == "row"]
    return [line for line in rows if json.loads(line)["kind"] != "exported"]


def fingerprint(file: Path) -> str:
    """Return the hash of a file."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def test_a_desk_moves_whole_and_goes_on(bureau: Bureau, postgresql_url: str) -> None:
    """Every table is the same, the record exports the same, the source is untouched, and the next row is counted on."""
    source = bureau.folder / "data" / "huiying.db"
    before = fingerprint(source)
    said = bureau.bot("move", "--to", plain(postgresql_url))
    assert "逐表核对一致" in said
    assert "下一步:把 HUIYING_DATABASE_URL 设成 postgresql://" in said
    assert f"改回 sqlite:///{source} 就行" in said
    assert fingerprint(source) == before
    moved = on(bureau, postgresql_url)
    with closing(bureau.database()) as old, closing(moved.database()) as new:
        assert digests(old) == digests(new)
    assert "这些数据已经搬进目标库" in bureau.refused("move", "--to", plain(postgresql_url))
    former, latter = record(bureau, "before.jsonl"), record(moved, "after.jsonl")
    assert latter == former
    assert len(former) > 0
    moved.take_in("西江路路灯坏了一个月没人修")
    assert moved.cases() == bureau.cases() + 1
    assert "人员 21 名" in moved.bot("doctor")
    with moved.running():
        pass


def test_a_move_is_killed_in_the_middle_and_goes_on(bureau: Bureau, postgresql_url: str) -> None:
    """Kill -9 between two commits: no desk starts on the half, the next call carries the rest, and all is the same."""
    with closing(bureau.database()) as database, database.writing() as session:
        outbox.put_all(session, [_owed(n) for n in range(MANY)])
    command = [sys.executable, "-m", "bot", "move", "--to", plain(postgresql_url)]
    child = subprocess.Popen(
        command,
        cwd=bureau.folder,
        env=environment_of(bureau.folder),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    carried = _until_some(postgresql_url, child)
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert 0 < carried < MANY
    assert "没有做完" in on(bureau, postgresql_url).refused("run")
    assert "逐表核对一致" in bureau.bot("move", "--to", plain(postgresql_url))
    with closing(bureau.database()) as old, closing(Database(postgresql_url)) as new:
        assert digests(old) == digests(new)


def _owed(n: int) -> dict[str, object]:
    return {
        "kind": "message", "platform": "elsewhere", "destination": f"elsewhere:{n}", "created_at": NOW,
        "not_before": NOW, "payload": {"text": f"第{n}条"},
    }  # fmt: skip


def _until_some(url: str, child: "subprocess.Popen[bytes]") -> int:
    """Wait until some rows were carried; return how many."""
    for _ in range(6000):
        assert child.poll() is None, "it was done before it could be killed"
        try:
            with psycopg.connect(plain(url), autocommit=True) as connection:
                found = connection.execute("SELECT count(*) FROM outbox").fetchone()
        except psycopg.errors.UndefinedTable:
            found = None
        if found and found[0]:
            return int(found[0])
        time.sleep(0.01)
    raise TimeoutError


def test_what_stands_in_the_way_is_named_and_nothing_is_touched(bureau: Bureau, postgresql_url: str) -> None:
    """A running desk on either side, another kind of target, rows or tables of others, a desk that moved already."""
    to = plain(postgresql_url)
    with bureau.running():
        assert "另一个进程正在用这个数据目录" in bureau.refused("move", "--to", to)
    with psycopg.connect(to) as _somebody:
        assert "有别的程序连着目标库" in bureau.refused("move", "--to", to)
    assert "--to 请写 postgresql://" in bureau.refused("move", "--to", "sqlite:///other.db")
    assert "--to 请写 postgresql://" in bureau.refused("move", "--to", "postgresql://h:notport/x")
    with psycopg.connect(to, autocommit=True) as connection:
        connection.execute("CREATE TABLE somebodys (n int)")
    assert "目标库里已有别的表" in bureau.refused("move", "--to", to)
    with psycopg.connect(to, autocommit=True) as connection:
        assert connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall() == [
            ("somebodys",)
        ]
    assert "已经是 PostgreSQL" in on(bureau, postgresql_url).refused("move", "--to", to)
    assert "没有可搬的数据库" in Bureau(bureau.folder, {"DATA_DIR": str(bureau.folder / "nowhere")}).refused(
        "move", "--to", to
    )


@pytest.mark.parametrize("command", ["move", "run", "doctor"])
def test_a_database_that_does_not_keep_utf8_is_refused(bureau: Bureau, ascii_url: str, command: str) -> None:
    """In a sentence that says how to make one that does."""
    to, where = (("--to", plain(ascii_url)), bureau) if command == "move" else ((), on(bureau, ascii_url))
    said = where.refused(command, *to)
    assert "数据库的编码是 SQL_ASCII" in said
    assert "createdb --encoding=UTF8" in said


def test_data_of_another_desk_is_left_alone(bureau: Bureau, postgresql_server: str) -> None:
    """A target where a desk has worked is refused and stays as it was."""
    url = fresh_postgresql(postgresql_server)
    with closing(Database(url)) as target:
        target.migrate()
        with target.writing() as session:
            session.add(Case(slip=1, title="另一件", plan_hash="p", received_at=NOW))
        before = digests(target)
    assert "目标库里已有数据" in bureau.refused("move", "--to", plain(url))
    with closing(Database(url)) as target:
        assert digests(target) == before
    drop_postgresql(url)


def test_a_password_is_never_shown(bureau: Bureau) -> None:
    """Not when nobody answers at the target's address."""
    said = bureau.refused("move", "--to", "postgresql://desk:topsecret@127.0.0.1:9/none")
    assert "数据库不能用" in said
    assert "topsecret" not in said
