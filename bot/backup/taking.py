"""`python -m bot backup`: everything a bureau cannot make again, in one file, checked before it counts."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import typer

from bot.backup import archive
from bot.backup.archive import BackupTrouble, Manifest
from bot.backup.checking import check_copy
from bot.engine.embedded import LOCK
from bot.examining import NOT_TO_BE_READ
from bot.web.health import VERSION
from bot.whole_file import whole_file
from config.language import Voice, lines, t
from config.plan_file import PlanError, load_plan, plan_path
from config.settings import ENV_FILE, Settings
from handlers.record.verify import Verdict
from storage import history
from storage.copies import copies_of
from storage.database import Database

MEGABYTE: Final = 1_000_000
DRILL: Final = "drill"  # its own database, never backed up


def take_backup(settings: Settings, target: Path) -> int:
    """Write a backup, whole and checked, or nothing at all; return the exit code. Works beside a running desk."""
    at = datetime.now(UTC)
    file = target / f"huiying-{at:%Y%m%d-%H%M%S}.tar.gz" if target.is_dir() else target
    _refuse(settings, file)
    with closing(Database(settings.database_url)) as database:
        condition = database.condition()
        if condition not in ("current", "older"):
            raise BackupTrouble(NOT_TO_BE_READ[condition])
        with tempfile.TemporaryDirectory(dir=file.parent, prefix=".backup-") as folder, whole_file(file) as aside:
            manifest, verdict = _write(settings, database, at, aside, Path(folder))
    _tell(settings, file, manifest, verdict)
    return 0


def _refuse(settings: Settings, file: Path) -> None:
    if file.exists():
        raise BackupTrouble(t("{file} 已经有了;备份从不覆盖。请换一个名字,或给出一个目录。", file=file))
    if not file.parent.is_dir():
        raise BackupTrouble(t("没有目录 {folder}。请先建立它。", folder=file.parent))
    if file.resolve().is_relative_to(settings.data_dir.resolve()):
        raise BackupTrouble(
            t("备份不能放在数据目录 {folder} 里:它坏了,备份也没了。请放到别处。", folder=settings.data_dir)
        )


def _write(settings: Settings, database: Database, at: datetime, aside: Path, folder: Path) -> tuple[Manifest, Verdict]:
    copies = copies_of(database)
    head, revision = _standing(database)
    copy = folder / archive.DATABASE
    copies.take(copy)
    # The database first, the files after it: each file that a row of the copy names is there by then.
    found: dict[str, Path | bytes] = {
        archive.DATABASE: copy,
        **dict(_kept_data(settings, database)),
        **_config(settings),
    }
    manifest = Manifest(
        at=at,
        program=VERSION,
        revision=revision,
        form=copies.form,
        head=head,
        files={path: archive.kept(content) for path, content in found.items()},
    )
    archive.write(aside, manifest, found)
    # What counts is what can be read back.
    back = folder / "back"
    archive.unpack(aside, back, lambda path: path == archive.DATABASE)
    return manifest, check_copy(copies, back / archive.DATABASE, head)


def _standing(database: Database) -> tuple[str, str]:
    """Return the newest seal, which the copy must reach, and the revision of the tables."""
    with database.reading() as session:
        sealed = history.newest_seal(session)
    return sealed.hash if sealed else "", database.revision() or ""


def _kept_data(settings: Settings, database: Database) -> Iterator[tuple[str, Path]]:
    """Yield what lies in the data directory besides the database: attachments, keys, and whatever else is put there."""
    for file in sorted(settings.data_dir.rglob("*")):
        path = file.relative_to(settings.data_dir)
        if file.is_file() and not file.is_symlink() and not _is_left_out(path, file, database.file):
            yield f"{archive.DATA}/{path.as_posix()}", file


def _is_left_out(path: Path, file: Path, database: Path | None) -> bool:
    if path.parts[0] == DRILL or path.name == LOCK or path.parts[:2] == ("blobs", "incoming"):
        return True
    if any(part.startswith(".") for part in path.parts):  # what is being written
        return True
    return database is not None and file.parent == database.parent and file.name.startswith(database.name)


def _config(settings: Settings) -> dict[str, Path | bytes]:
    """Return what the bureau wrote itself: settings, roster, plan. A plan that is broken is kept as it is."""
    found: dict[str, Path | bytes] = {}
    if ENV_FILE.is_file():
        found[archive.ENV] = ENV_FILE
    if settings.roster is not None and settings.roster.is_file():
        found[archive.ROSTER] = settings.roster
    return found | {archive.PLANS + name: text.encode() for name, text in _plans(settings).items()}


def _plans(settings: Settings) -> Mapping[str, str]:
    try:
        return load_plan(settings.plan).texts
    except PlanError:
        file = plan_path(settings.plan)
        return {file.name: file.read_text(encoding="utf-8", errors="replace")} if file.is_file() else {}


def _tell(settings: Settings, file: Path, manifest: Manifest, verdict: Verdict) -> None:
    size = f"{file.stat().st_size / MEGABYTE:.1f}"
    attached = sum(path.startswith(f"{archive.DATA}/") for path in manifest.files)
    said = lines(
        t("已备份到 {file}({size} MB,附件等文件 {n} 个)", file=file, size=size, n=attached),
        t("已核验:数据库完整,文件哈希一致,履历 {rows} 条有效", rows=verdict.rows),
        t("SHA-256 {hash}", hash=archive.kept(file).sha256),
        None if archive.ENV in manifest.files else t("没有 .env,设置不在备份里:请另外保存。"),
        t("里面有原文、个人信息和令牌,只有本人能读(0600)。请加密后再放到别的机器上。"),
    )
    typer.echo(said.say(Voice(settings.language)))
