"""`python -m bot import FILE`: posts from a file go through the same inbox as posts from a chat."""

import getpass
import sys
import time
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.progress import Progress

from bot.collecting import (
    FIELDS,
    PLATFORM,
    Reading,
    check_columns,
    read_events,
    write_bad_rows,
)
from bot.engine.chosen import engine_for, is_alone
from bot.engine.embedded import AlreadyRunning, DeskLock
from bot.opening import OpenDesk, opened
from bot.rows import RowFile, UnreadableFile
from config.language import Voice, t
from config.settings import Settings
from storage import inbox, report
from storage.case import count as count_cases

CHUNK: Final = 50
POLL = 0.5  # seconds between looks while another process handles the inbox
ImportFile = Annotated[Path, typer.Argument(metavar="FILE", help="CSV 或 JSON 文件 / a CSV or JSON file of posts")]
Columns = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="FIELD=COLUMN", help=f"列名对应 / which column holds: {', '.join(FIELDS)}"),
]
Limit = Annotated[int | None, typer.Option(min=1, help="最多导入几条 / take at most so many rows")]
Rejects = Annotated[Path | None, typer.Option(help="坏行写到哪里 / where to write the rows not taken")]


def import_posts(settings: Settings, file: Path, columns: dict[str, str], limit: int | None, rejects: Path) -> int:
    """Import a file and tell what became of it; return the exit code."""
    voice = Voice(settings.language)
    try:
        posts = RowFile(file)
        check_columns(posts, columns)
        rows = list(islice(posts.rows(), limit))
    except UnreadableFile as trouble:
        typer.echo(trouble.why.say(voice), err=True)
        return 1
    with ExitStack() as stack:
        # On PostgreSQL this is one more worker for as long as it takes: others may be there, or none.
        worker = None if is_alone(settings) else stack.enter_context(engine_for(settings))
        open_desk = stack.enter_context(opened(settings, engine=worker))
        if worker is not None:
            stack.callback(worker.stop)
            worker.start()
        found = read_events(
            rows, columns, now=open_desk.clock.now(), zone=open_desk.desk.house.zone, operator=getpass.getuser()
        )
        if found.bad:
            write_bad_rows(rejects, found.bad, voice)
        _take(open_desk, found, voice, rejects, one_of_many=worker is not None)
    return 0


def _take(open_desk: OpenDesk, found: Reading, voice: Voice, rejects: Path, *, one_of_many: bool) -> None:
    before = _counts(open_desk)
    began = time.monotonic()
    new = _feed(open_desk, found, alone=False) if one_of_many else _feed_alone_if_one_may(open_desk, found)
    after = _counts(open_desk)
    reports, cases = after[0] - before[0], after[1] - before[1]
    said = t(
        "读入 {rows} 行:收下 {new},以前收过 {old},坏行 {bad};登记 {cases} 件,并入 {joined} 条;用时 {seconds} 秒",
        rows=len(found.events) + len(found.bad),
        new=new,
        old=len(found.events) - new,
        bad=len(found.bad),
        cases=cases,
        joined=reports - cases,
        seconds=f"{time.monotonic() - began:.1f}",
    )
    typer.echo(said.say(voice))
    broken = after[2] - before[2]
    if broken:
        typer.echo(
            t("另有 {broken} 条收下后处理出错,原文已存,没有登记;日志里按 breakdown 可查。", broken=broken).say(voice)
        )
    if found.bad:
        typer.echo(t("坏行和原因写在 {file};改好后再导入一次,收过的不会重复。", file=rejects).say(voice))


def _feed_alone_if_one_may(open_desk: OpenDesk, found: Reading) -> int:
    try:
        with DeskLock(open_desk.settings.data_dir):
            open_desk.desk.take_over()
            return _feed(open_desk, found, alone=True)
    except AlreadyRunning:
        return _feed(open_desk, found, alone=False)


def _feed(open_desk: OpenDesk, found: Reading, *, alone: bool) -> int:
    """Store the events in pieces and see them handled: by us, or by the desk that runs elsewhere."""
    new = 0
    with Progress(console=Console(file=sys.stderr), disable=not sys.stderr.isatty()) as progress:
        bar = progress.add_task("", total=len(found.events))
        for start in range(0, len(found.events), CHUNK):
            piece = found.events[start : start + CHUNK]
            new += open_desk.desk.accept(*piece)
            if alone:
                open_desk.desk.settle()
            progress.advance(bar, len(piece))
    if not alone:
        _wait(open_desk)
    return new


def _wait(open_desk: OpenDesk) -> None:
    while True:
        with open_desk.database.reading() as session:
            if inbox.count(session, PLATFORM, "waiting") == 0:
                return
        time.sleep(POLL)


def _counts(open_desk: OpenDesk) -> tuple[int, int, int]:
    with open_desk.database.reading() as session:
        broken = inbox.count(session, PLATFORM, "broken")
        return report.count(session), count_cases(session, numbered=True), broken
