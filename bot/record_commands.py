"""The command line of the record: take the history out, and check what was taken out."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final, NoReturn

import typer

from bot.logs import set_up_logs
from bot.whole_file import whole_file
from config.language import LANGUAGES, SOURCE_LANGUAGE, Said, Voice, t
from config.plan_file import PlanError, load_plan
from config.settings import SettingsError, read_settings
from handlers.record.verify import Verdict, bounded_lines, verify
from storage.database import Database, DatabaseUnusable
from storage.history_export import Exported, export

ACTOR: Final = "desk"
ExportFile = Annotated[Path, typer.Argument(metavar="FILE", help="导出到哪个文件 / where to write the export")]
CheckedFile = Annotated[Path, typer.Argument(metavar="EXPORT", help="要核验的导出文件 / the export to check")]
NotedHead = Annotated[str | None, typer.Option("--head", metavar="HASH", help="此前记下的封印头 / the head noted down")]


def register(app: typer.Typer) -> None:
    """Add the commands of the record to the command line."""
    app.command("export-history", help="导出履历并封印 / seal the history and export it")(export_history)
    app.command("verify-history", help="离线核验导出的履历 / check an export offline")(verify_history)


def export_history(file: ExportFile) -> None:
    """Seal the history and write it to a file, whole or not at all; exit 1 when that cannot be done."""
    try:
        settings = read_settings()
        set_up_logs(settings.log_level, settings.redaction())
        desk = load_plan(settings.plan).plan.bureau.name.zh
        exported = _export(settings.database_url, file, desk)
    except (SettingsError, PlanError) as refused:
        _fail(refused)
    except DatabaseUnusable:
        _fail(t("数据库不能用,或其中还没有履历;未写出任何文件"))
    except OSError as trouble:
        _fail(t("无法写出 {file}:{reason}", file=file, reason=trouble.strerror))
    _tell_export(file, exported)


def verify_history(file: CheckedFile, head: NotedHead = None) -> None:
    """Check an export without database or settings; exit 0 when it is valid, else 1."""
    try:
        with file.open(encoding="utf-8", errors="surrogateescape", newline="\n") as stream:
            verdict = verify(bounded_lines(stream), head)
    except OSError as trouble:
        _fail(t("无法读取 {file}:{reason}", file=file, reason=trouble.strerror))
    _tell_verdict(verdict, head)


def _export(url: str, file: Path, desk: str) -> Exported:
    database = Database(url)
    try:
        with whole_file(file) as aside, aside.open("w", encoding="utf-8", newline="\n") as stream:
            return export(
                database, stream, at=datetime.now(UTC), desk=desk, actor=ACTOR, actor_name=os.environ.get("USER", "")
            )
    finally:
        database.close()


def _tell_export(file: Path, exported: Exported) -> None:
    _say(
        t(
            "已导出 {rows} 条履历({chains} 条链,{seals} 次封印,{erased} 条已清除)到 {file}",
            rows=exported.rows,
            chains=exported.chains,
            seals=exported.seals,
            erased=exported.erased,
            file=file,
        )
    )
    _say(t("封印头 {head}", head=exported.head))
    _say(t("请另处记下封印头;核验:python -m bot verify-history {file} --head {head}", file=file, head=exported.head))


def _tell_verdict(verdict: Verdict, head: str | None) -> None:
    if not verdict.ok:
        more = t("另有 {count} 处问题未列出", count=verdict.untold) if verdict.untold else None
        _fail(t("无效:发现 {count} 处问题", count=len(verdict.problems) + verdict.untold), *verdict.problems, more)
    _say(
        t(
            "有效:{rows} 条履历,{chains} 条链,{seals} 次封印,{erased} 条已清除",
            rows=verdict.rows,
            chains=verdict.chains,
            seals=verdict.seals,
            erased=verdict.erased,
        )
    )
    _say(t("封印头 {head}", head=verdict.head))
    if head is None:
        _say(t("没有给出 --head:整体重写或截短后重新封印的文件无法识破"))
    elif verdict.seals_after:
        _say(t("所给封印头之后又有 {count} 次封印", count=verdict.seals_after))


def _say(line: Said) -> None:
    typer.echo(line.say(_voice()))


def _fail(*lines: Said | None) -> NoReturn:
    for line in lines:
        if line is not None:
            typer.echo(line.say(_voice()), err=True)
    raise typer.Exit(1)


def _voice() -> Voice:
    """Speak the language of the environment alone: checking must work where nothing else is set up."""
    language = os.environ.get("HUIYING_LANGUAGE", SOURCE_LANGUAGE)
    return Voice(language if language in LANGUAGES else SOURCE_LANGUAGE)
