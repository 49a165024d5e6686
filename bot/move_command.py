"""`python -m bot move`: every row goes from SQLite to PostgreSQL, and both sides are held against each other."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import Final

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot.backup.checking import check_history
from bot.engine.embedded import DeskLock
from bot.refused import CommandRefused
from config.language import Line, Said, Voice, lines, t
from config.redaction import Redaction
from config.settings import DATABASES, Settings
from handlers.record.verify import Verdict
from storage import history
from storage.carrying import CannotCarry, Different, Digests, InUse, NotEmpty, Step, Told, carry, count, finish
from storage.database import BadAddress, Condition, Database, DatabaseUnusable

STEPS: Final[dict[Step, Line]] = {"read": t("读源库"), "carry": t("搬运"), "compare": t("核对")}
NOT_TO_BE_MOVED: Final[dict[Condition, Line]] = {
    "missing": t("没有可搬的数据库:{file} 不存在。"),
    "older": t("{file} 是旧版程序的表:请先备份,用这个程序启动一次,停下,再搬。"),
    "newer": t("{file} 比程序新:请先升级程序,再搬。"),
}
NOT_EMPTY: Final[dict[str, Line]] = {
    "tables": t("目标库里已有别的表,没有动它。请另建一个空库。"),
    "rows": t("目标库里已有数据,没有动它。请另建一个空库。"),
    "half": t("目标库里是另一次没有搬完的数据:源库后来变过,或不是这一个。没有动它。请删掉目标库,另建一个空库,再搬。"),
    "done": t("这些数据已经搬进目标库,而且核对过。下一步:把 HUIYING_DATABASE_URL 设成它。"),
}


def move_house(settings: Settings, to: str) -> int:
    """Move all that the desk's database holds; return the exit code. Interrupted, it goes on when called again."""
    url = _target(to)
    hide = Redaction(addresses=(url,)).hide
    with closing(_opened(settings.database_url)) as source, closing(_opened(url)) as target:
        _refuse(source)
        with DeskLock(settings.data_dir):
            try:
                known, verdict = _moved(settings, source, target)
            except DatabaseUnusable as trouble:
                raise CommandRefused(
                    t("数据库不能用:{why}。修好以后再搬,会接着搬。", why=hide(str(trouble.orig)))
                ) from None
            except CannotCarry as refused:
                raise CommandRefused(t("目标库不收这一行:{why}", why=hide(str(refused)))) from None
    typer.echo(_told(settings, hide(to), known, verdict).say(Voice(settings.language)))
    return 0


def _target(to: str) -> str:
    """Return the target's address as the driver takes it."""
    scheme, separator, rest = to.partition("://")
    kind = DATABASES.get(scheme, "") if separator else ""
    if not kind.startswith("postgresql"):
        raise CommandRefused(t("--to 请写 postgresql://用户:密码@主机/库名。"))
    return f"{kind}://{rest}"


def _opened(url: str) -> Database:
    try:
        return Database(url)
    except BadAddress:
        raise CommandRefused(t("数据库的地址看不懂。--to 请写 postgresql://用户:密码@主机/库名。")) from None


def _refuse(source: Database) -> None:
    if source.file is None:
        raise CommandRefused(t("这里用的已经是 PostgreSQL;只能从 SQLite 搬过去。"))
    condition: Condition = source.condition() if source.file.exists() else "missing"
    if condition != "current":
        raise CommandRefused(Line(NOT_TO_BE_MOVED[condition].text, {"file": source.file}))


def _moved(settings: Settings, source: Database, target: Database) -> tuple[Digests, Verdict]:
    """Carry, compare, verify the history where it is now, and only then let a desk run there."""
    now = datetime.now(UTC)
    with source.reading() as session:
        sealed = history.newest_seal(session)
    try:
        with _shown(settings, count(source)) as told:
            known = carry(source, target, at=now, told=told)
    except NotEmpty as holds:
        raise CommandRefused(NOT_EMPTY[holds.what]) from None
    except InUse:
        raise CommandRefused(t("有别的程序连着目标库(值班台、psql 或另一次搬家)。请先让它们断开。")) from None
    except Different as table:
        why = t("{table} 两边不一样,没有搬成。源库没有改动。请另建一个空库再搬,并保留这一个以便查明原因。", table=table)
        raise CommandRefused(why) from None
    verdict = check_history(target, sealed.hash if sealed else "")
    finish(target, datetime.now(UTC))
    return known, verdict


@contextmanager
def _shown(settings: Settings, rows: int) -> Iterator[Told]:
    """Show how far it is: one bar for each step, with the table it is at."""
    voice = Voice(settings.language)
    form = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*form, TextColumn("{task.fields[table]}"), console=Console(stderr=True)) as progress:
        bars = {step: progress.add_task(said.say(voice), total=rows, table="") for step, said in STEPS.items()}

        def told(step: Step, table: str, more: int) -> None:
            progress.update(bars[step], advance=more, table=table)

        yield told


def _told(settings: Settings, to: str, known: Digests, verdict: Verdict) -> Said:
    rows = sum(digest.rows for digest in known.values())
    return lines(
        t("已搬完:{tables} 张表、{rows} 行,逐表核对一致;履历 {n} 条有效。",
          tables=len(known), rows=rows, n=verdict.rows),
        t("源库没有改动;附件等仍在 {folder},不要删。", folder=settings.data_dir),
        t("下一步:把 HUIYING_DATABASE_URL 设成 {to}(密码照实填写),运行 python -m bot doctor,再启动。", to=to),
        t("要退回:还没有在新库上启动时,把 HUIYING_DATABASE_URL 改回 {former} 就行;启动以后的新内容只在新库里。",
          former=settings.database_url),
    )  # fmt: skip
