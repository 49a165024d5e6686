"""`python -m bot lint-reply FILE`: which official replies of a file say nothing, and what each of them lacks (R17)."""

import csv
import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final, TextIO

import typer

from bot.rows import Row, RowFile, UnreadableFile, encoding_of
from bot.whole_file import whole_file
from config.language import Voice, t
from config.settings import Settings
from handlers.drafting import emptiness_words
from handlers.drafting.emptiness import weigh

REPLY: Final = ("reply", "text")  # the columns that may hold a reply, the first that is there
TEXTS: Final = (".txt", ".md")  # one reply by itself, unless it is a table
COLUMNS: Final = ("id", "empty", "score", "reasons", "missing")
FILE_HELP: Final = "CSV 或 JSONL,列 id 和 reply;.txt 为一条答复 / columns id and reply; a .txt is one reply"
ReplyFile = Annotated[Path, typer.Argument(metavar="FILE", help=FILE_HELP)]
Out = Annotated[
    Path | None, typer.Option("--out", metavar="FILE", help="结果写到哪里,.csv 或 .jsonl / where to write the verdicts")
]


def lint_replies(settings: Settings, file: Path, out: Path | None) -> int:
    """Judge every reply of a file, one row for each; return the exit code."""
    voice = Voice(settings.language)
    try:
        rows, column = _replies(file)
    except UnreadableFile as trouble:
        typer.echo(trouble.why.say(voice), err=True)
        return 1
    with _opened(out) as stream:
        judged = [_judged(n, row, column, voice) for n, row in enumerate(rows, 1)]
        _write(judged, stream, as_json=out is not None and out.suffix.lower() in (".jsonl", ".json"))
    empty = sum(row["empty"] == "yes" for row in judged)
    typer.echo(emptiness_words.told(len(judged), empty).say(voice), err=True)
    return 0


def _replies(file: Path) -> tuple[list[Row], str]:
    """Read the replies and the name of their column; a text that is no table of replies is one reply."""
    if file.suffix.lower() in TEXTS and not _is_table(file):
        return [{"id": file.stem, REPLY[0]: file.read_text(encoding=encoding_of(file))}], REPLY[0]
    table = RowFile(file)
    column = _column(table)
    if column is None:
        raise UnreadableFile(t("文件里没有列 reply 或 text;有:{there}", there="、".join(table.names)))
    return list(table.rows()), column


def _is_table(file: Path) -> bool:
    try:
        return _column(RowFile(file)) is not None
    except UnreadableFile:
        return False


def _column(table: RowFile) -> str | None:
    return next((name for name in REPLY if name in table.names), None)


def _judged(n: int, row: Row, column: str, voice: Voice) -> dict[str, str | float]:
    verdict = weigh(str(row.get(column) or ""))
    why = emptiness_words.reasons(verdict.reasons) if verdict.reasons else None
    if why is None and verdict.empty:
        why = emptiness_words.nothing_of_its_own()
    return {
        "id": str(row.get("id") or row.get("msg_id") or n),
        "empty": "yes" if verdict.empty else "no",
        "score": verdict.score,
        "reasons": why.say(voice) if why else "",
        "missing": emptiness_words.missing(verdict.missing).say(voice),
    }


@contextmanager
def _opened(out: Path | None) -> Iterator[TextIO]:
    if out is None:
        yield sys.stdout
        return
    with whole_file(out) as aside, aside.open("w", encoding="utf-8", newline="") as stream:
        yield stream


def _write(rows: Iterable[dict[str, str | float]], stream: TextIO, *, as_json: bool) -> None:
    if as_json:
        stream.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        return
    table = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
