"""`python -m bot restore`: a backup is checked, brought up to date and only then put in the place of what is here."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import typer

from bot.backup import archive
from bot.backup.archive import BackupTrouble, Manifest
from bot.backup.checking import check_copy
from bot.backup.holding import hold_back
from bot.building import build_house
from bot.engine.embedded import LOCK, DeskLock
from bot.refused import CommandRefused
from config.language import Said, Voice, lines, t
from config.plan_file import plan_path
from config.settings import ENV_FILE, Settings, read_settings
from handlers.record.verify import Verdict
from storage import lease
from storage.copies import Copies, copies_for
from storage.database import Condition, Database

MARK: Final = "%Y%m%d-%H%M%S"


@dataclass(frozen=True)
class Done:
    """What a restoring did."""

    manifest: Manifest
    verdict: Verdict
    held: int
    kept: list[str]  # where what was here before is now
    put_back: list[str]  # files of the bureau that were missing here


def restore_backup(settings: Settings, source: Path, *, force: bool, check: bool) -> int:
    """Put a backup in the place of what is here, or only check it; return the exit code."""
    manifest = archive.look(source)
    with tempfile.TemporaryDirectory(prefix="huiying-") as folder:
        put_back = [] if check else _own_settings(source, manifest, Path(folder))
    if put_back:
        settings = read_settings()
    voice = Voice(settings.language)
    if check:
        typer.echo(_checked(manifest, _check_only(settings, source, manifest)).say(voice))
        return 0
    with DeskLock(settings.data_dir):
        _refuse_while_others_work(settings)
        done = _restore(settings, source, force=force, put_back=put_back)
    _note_when_nobody_looked(settings, manifest.at)
    typer.echo(_told(done).say(voice))
    return 0


def _note_when_nobody_looked(settings: Settings, since: datetime) -> None:
    """Let the next start report what passed since then: it asks the lock's file, on PostgreSQL the leases."""
    os.utime(settings.data_dir / LOCK, (since.timestamp(), since.timestamp()))
    with closing(Database(settings.database_url)) as database:
        if database.is_sqlite:
            return
        with database.writing() as session:
            lease.see_last(session, since)


def _refuse_while_others_work(settings: Settings) -> None:
    """Refuse to take a database away from workers on other machines: they hold no lock file here."""
    with closing(Database(settings.database_url)) as database:
        if database.is_sqlite or database.condition() != "current":
            return
        with database.reading() as session:
            living = lease.workers(session)
    if living:
        raise CommandRefused(t("还有 {n} 个工作进程在用这个数据库。请先停掉所有机器上的进程,再恢复。", n=living))


def _own_settings(source: Path, manifest: Manifest, folder: Path) -> list[str]:
    """Put the settings back first where there are none: they say where everything else belongs."""
    if ENV_FILE.exists() or archive.ENV not in manifest.files:
        return []
    archive.unpack(source, folder, lambda path: path == archive.ENV)
    archive.copy_aside(folder / archive.ENV, ENV_FILE)
    return [str(ENV_FILE)]


def _check(settings: Settings, manifest: Manifest, copy: Path) -> Verdict:
    """Check a copy as what it is; one of SQLite needs nothing of the desk for it."""
    with tempfile.TemporaryDirectory(prefix="huiying-") as folder:
        url = f"sqlite:///{folder}/checked.db" if manifest.form == "sqlite" else settings.database_url
        with closing(Database(url)) as database:
            return check_copy(_fitting(database, manifest), copy, manifest.head)


def _check_only(settings: Settings, source: Path, manifest: Manifest) -> Verdict:
    """Check a whole backup where nothing is changed."""
    with tempfile.TemporaryDirectory(prefix="huiying-") as name:
        archive.unpack(source, Path(name), lambda path: path == archive.DATABASE)
        return _check(settings, manifest, Path(name) / archive.DATABASE)


def _restore(settings: Settings, source: Path, *, force: bool, put_back: list[str]) -> Done:
    now = datetime.now(UTC)
    mark = now.astimezone().strftime(MARK)
    with _staging(settings.data_dir) as folder, closing(Database(settings.database_url)) as database:
        manifest = archive.look(source)
        copies = _fitting(database, manifest)
        _refuse_what_is_here(database, force=force)
        archive.unpack(source, folder, lambda _: True)
        copy = folder / archive.DATABASE
        verdict = _check(settings, manifest, copy)
        if copies.form != manifest.form:  # and once more after it was carried into another kind of database
            verdict = check_copy(copies, copy, manifest.head)
        put_back += _put_back(settings, folder)
        # A desk whose plan is refused would not start: better said while everything is still as it was.
        build_house(settings.plan, language=settings.language, public_url=settings.public_url)
        with copies.load(copy) as ready:
            ready.database.migrate()
            held = hold_back(ready.database, manifest, now)
            kept = _put_data(settings, folder, mark)
            former = ready.place(mark)
    return Done(manifest, verdict, held, [former, *kept] if former else kept, put_back)


@contextmanager
def _staging(data: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=data, prefix=".restoring-") as name:
        yield Path(name)


def _fitting(database: Database, manifest: Manifest) -> Copies:
    copies = copies_for(database, manifest.form)
    if copies is None:
        told = t("备份来自 PostgreSQL,HUIYING_DATABASE_URL 指的是 SQLite。请改成 PostgreSQL 的地址再恢复。")
        raise BackupTrouble(told)
    return copies


def _refuse_what_is_here(database: Database, *, force: bool) -> None:
    if not force and _condition(database) != "missing":
        raise BackupTrouble(t("这里已经有数据,没有动它。确要换成备份请加 --force:现有的会留在旁边,不会删除。"))


def _condition(database: Database) -> Condition:
    if database.file is not None and not database.file.exists():
        return "missing"
    return database.condition()


def _put_data(settings: Settings, folder: Path, mark: str) -> list[str]:
    """Put back what lay in the data directory; a file that differs is kept beside, and none is taken away."""
    kept = []
    for found in _files(folder / archive.DATA):
        place = settings.data_dir / found.relative_to(folder / archive.DATA)
        if place.exists():
            if archive.kept(place) == archive.kept(found):
                continue
            place.replace(place.with_name(f"{place.name}.before-{mark}"))
            kept.append(f"{place}.before-{mark}")
        archive.copy_aside(found, place)
    return kept


def _put_back(settings: Settings, folder: Path) -> list[str]:
    """Put back roster and plan where they are missing; what is there stays as it is."""
    wanted = {found: plan_path(settings.plan).parent / found.name for found in _files(folder / archive.PLANS)}
    if settings.roster is not None:
        wanted[folder / archive.ROSTER] = settings.roster
    missing = {found: place for found, place in wanted.items() if found.is_file() and not place.exists()}
    for found, place in missing.items():
        archive.copy_aside(found, place)
    return [str(place) for place in missing.values()]


def _files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*") if file.is_file())


def _checked(manifest: Manifest, verdict: Verdict) -> Said:
    return lines(
        t("备份完好:{at} 做的,程序 {program},表 {revision}", at=manifest.at, program=manifest.program,
          revision=manifest.revision),
        t("文件 {n} 个,哈希一致;履历 {rows} 条有效", n=len(manifest.files), rows=verdict.rows),
    )  # fmt: skip


def _told(done: Done) -> Said:
    return lines(
        t("已从 {at} 的备份恢复;履历 {rows} 条有效。", at=done.manifest.at, rows=done.verdict.rows),
        *[t("原来的留在 {place};确认无误后可以删除。", place=place) for place in done.kept],
        *[t("缺的文件已放回:{place}", place=place) for place in done.put_back],
        t("当时待发的 {n} 条没有再发,可能已经发出:看 python -m bot outbox。", n=done.held) if done.held else None,
        t("下一步:python -m bot doctor,然后 make run。"),
    )
