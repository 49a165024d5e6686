"""`python -m bot judge FILE`: a row of judgement for each post of a file, without a desk or a database."""

import csv
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated, Final, TextIO

import typer
from rich.console import Console
from rich.progress import Progress

from bot.post_rows import NAMES, PostFile, PostRow
from bot.rows import UnreadableFile
from bot.second_opinion import NotPrivate, SecondOpinion, Where
from bot.whole_file import whole_file
from config.language import Line, Voice, t
from config.lexicon import load_lexicon
from config.plan_file import load_plan
from config.settings import Settings
from handlers.judgement.bulk import COLUMNS, PARTED, Bench
from handlers.learning.model import Model, Unreadable
from handlers.reading.post import AccidentGrades
from handlers.sameness.bulk import Post, Relation, relate
from storage.models import BadName, Damaged, Models

Write = Callable[[Mapping[str, str]], object]
JSON_LINES: Final = (".jsonl", ".ndjson", ".json")
SHEETS: Final = (".xlsx", ".xls", ".et", ".ods")
_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
JudgeFile = Annotated[Path, typer.Argument(metavar="FILE", help="CSV 或 JSONL / a CSV or JSONL file of posts")]
Out = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="写到文件(.csv 或 .jsonl)/ write to a file")]
ModelName = Annotated[str | None, typer.Option("--model", metavar="NAME", help="用学到的模型判分类 / a learned model")]
Second = Annotated[bool, typer.Option("--second-opinion", help="也问本单位的语言模型,只供参考 / ask the model too")]
Columns = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="FIELD=COLUMN", help=f"列名对应 / which column holds: {', '.join(NAMES)}"),
]


def judge_posts(
    settings: Settings, file: Path, out: Path | None, model: str | None, columns: list[str], *, second: bool = False
) -> int:
    """Judge the posts of a file and write a row for each; return the exit code."""
    voice = Voice(settings.language)
    try:
        _check_out(file, out)
        named = columns_named(columns)
        posts, others = PostFile(file, named), PostFile(file, named)
        bench = _bench(settings, model)
        began, kinds = time.monotonic(), Counter[str]()
        with ExitStack() as stack:
            opinion = stack.enter_context(_second_opinion(settings)) if second else None
            write = stack.enter_context(_writing(out))
            step = stack.enter_context(progress(posts.size))
            related = relate(_as_post(row) for row in others.posts())
            for row, relation in zip(posts.posts(), related, strict=True):
                judged = {"id": row.id, **_judged(bench, row), **_related(relation)}
                if opinion is not None:
                    _show_opinion(judged, opinion.ask(row.whole))
                kinds[judged["kind"]] += 1
                write(judged)
                step(posts.at)
    except UnreadableFile as trouble:
        typer.echo(trouble.why.say(voice), err=True)
        return 1
    counted = "、".join(f"{kind} {count}" for kind, count in kinds.most_common())
    seconds = f"{time.monotonic() - began:.1f}"
    said = t("判了 {n} 条,用时 {seconds} 秒:{counted}", n=kinds.total(), seconds=seconds, counted=counted)
    typer.echo(said.say(voice), err=True)
    return 0


def _check_out(file: Path, out: Path | None) -> None:
    """Refuse to write over the posts, or a table under the name of a spreadsheet."""
    if out is None:
        return
    if out.resolve() == file.resolve():
        raise UnreadableFile(t("--out 和要判的是同一个文件,请换一个名字:{file}", file=file))
    if out.suffix.lower() in SHEETS:
        raise UnreadableFile(t("--out 只写 .csv 或 .jsonl(表格软件都能打开 .csv):{file}", file=out))


def columns_named(pairs: list[str]) -> dict[str, str]:
    """Read which column holds what; UnreadableFile for a field that is none."""
    named = dict(pair.partition("=")[::2] for pair in pairs)
    unknown = sorted(set(named) - set(NAMES))
    if unknown:
        wrong = t("--map 里的 {wrong} 不认识;可用:{fields}", wrong=", ".join(unknown), fields=", ".join(NAMES))
        raise UnreadableFile(wrong)
    return named


def bench_of(settings: Settings) -> Bench:
    """Return what posts are judged by under the plan of the settings, without any model."""
    rows = load_plan(settings.plan).plan.accident_grades
    grades = AccidentGrades(tuple((row.grade, row.deaths, row.serious_injuries, row.loss_yuan) for row in rows))
    return Bench(load_lexicon(), grades)


def models_of(settings: Settings) -> Models:
    """Return where this desk keeps what it learned."""
    return Models(settings.data_dir / "models")


def _bench(settings: Settings, name: str | None) -> Bench:
    bench = bench_of(settings)
    return bench if name is None else Bench(bench.lexicon, bench.grades, loaded(models_of(settings), name))


def loaded(models: Models, name: str) -> Model:
    """Load the version of a model that is in use; UnreadableFile says why that cannot be."""
    try:
        kept = models.in_use(name)
        if kept is None:
            known = "、".join(each for each in models.names() if models.in_use(each)) or "-"
            raise UnreadableFile(
                t("没有叫 {name} 的模型;有:{known}。用 python -m bot learn 训练。", name=name, known=known)
            )
        return Model.from_bytes(models.content(kept))
    except BadName as bad:
        raise UnreadableFile(bad_name(name)) from bad
    except (Damaged, Unreadable, OSError) as broken:
        why = t("模型 {name} 的文件坏了或是别的版本写的;用 python -m bot learn --undo 退回,或重新训练。", name=name)
        raise UnreadableFile(why) from broken


def bad_name(name: str) -> Line:
    """Say what a model may be called."""
    return t("模型不能叫 {name};请用字母、数字、汉字、- 和 _,最多 40 个字。", name=name)


@contextmanager
def _second_opinion(settings: Settings) -> Iterator[SecondOpinion]:
    """Give what the model of the settings is asked by; UnreadableFile says why it is not asked."""
    if settings.model_url is None:
        raise UnreadableFile(t("没有设 HUIYING_MODEL_URL,不能问第二意见。"))
    key = settings.model_key.get_secret_value() if settings.model_key else ""
    where = Where(
        settings.model_url, settings.model_name, key, timeout=settings.model_seconds, public=settings.model_public
    )
    try:
        opinion = SecondOpinion(where)
    except NotPrivate as public:
        why = t("模型的地址 {host} 不在本单位网络里;确要把帖文送出去,请设 HUIYING_MODEL_PUBLIC=true。", host=public)
        raise UnreadableFile(why) from public
    try:
        yield opinion
    finally:
        opinion.close()


def _show_opinion(judged: dict[str, str], said: str | None) -> None:
    """Put the second opinion beside the reasons; nothing else of the row hangs on it."""
    told = f"第二意见→{said or '-'}"
    judged["reasons"] = PARTED.join(filter(None, (judged["reasons"], told)))


def _judged(bench: Bench, row: PostRow) -> dict[str, str]:
    return bench.judged(row.title, row.whole, row.text, day_of(row))


def day_of(row: PostRow) -> date:
    """Return the day of a post; one that tells none was written in the last year it names, or just now."""
    if row.moment is not None:
        return row.moment.date()
    return day_named(row.whole, date.today())  # noqa: DTZ011 - a day is all that is asked, wherever this is run


def day_named(text: str, today: date) -> date:
    """Return the end of the last year that a text names, or today where it names none."""
    years = [int(year) for year in _YEAR.findall(text)]
    last = max((year for year in years if year <= today.year), default=today.year)
    return today if last == today.year else date(last, 12, 31)


def _as_post(row: PostRow) -> Post:
    return Post(row.id, row.title, row.text, row.moment, row.likes)


def _related(relation: Relation) -> dict[str, str]:
    return {"copy_of": relation.copy_of, "event_of": relation.event_of, "heat": f"{relation.heat:.1f}"}


@contextmanager
def _writing(out: Path | None) -> Iterator[Write]:
    """Give what writes one row: to a file that is there whole or not at all, or to the screen."""
    if out is None:
        yield _table(sys.stdout)
        return
    with whole_file(out) as aside:
        with aside.open("w", encoding="utf-8", newline="") as stream:
            yield _lines(stream) if out.suffix.lower() in JSON_LINES else _table(stream)
        aside.chmod(0o644)


def _table(stream: TextIO) -> Write:
    writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
    writer.writeheader()
    return writer.writerow


def _lines(stream: TextIO) -> Write:
    return lambda row: stream.write(json.dumps(row, ensure_ascii=False) + "\n")


@contextmanager
def progress(size: int) -> Iterator[Callable[[int], None]]:
    """Show on a terminal how far one is, in bytes of the file."""
    with Progress(console=Console(file=sys.stderr), disable=not sys.stderr.isatty()) as shown:
        bar = shown.add_task("", total=size)
        yield lambda at: shown.update(bar, completed=at)
