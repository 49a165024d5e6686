"""Posts from a file of any size, one at a time: CSV, JSON lines or a JSON list, in UTF-8, UTF-16 or GBK."""

import codecs
import csv
import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TextIO

from bot.collecting import BEYOND, WHEN, UnreadableFile
from config.language import t

Row = Mapping[str, Any]
LONGEST_CELL: Final = 16_000_000  # characters
_CHUNK: Final = 1 << 20
_END: Final = "\x02"  # comes after the last line of a table: a row of its own, unless a quote is still open
_GBK: Final = "gb18030"  # GBK and what came after it
_MARKS: Final = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
# What a column may be called, the likeliest name first.
NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "id": ("id", "row_id", "msg_id", "doc_id", "编号", "留言编号", "序号"),
    "title": ("title", "标题", "主题", "留言主题"),
    "text": ("text", "content", "body", "正文", "内容", "详情", "留言详情", "留言内容"),
    "time": ("time", "posted_at", "created", "created_at", "date", "时间", "发布时间", "留言时间"),
    "likes": ("likes", "like", "点赞", "点赞数"),
}


@dataclass(frozen=True, slots=True)
class PostRow:
    """A post of a file; `row` is the whole of it, `n` counts from 1."""

    n: int
    id: str
    title: str
    text: str
    moment: datetime | None
    likes: int
    row: Row

    @property
    def whole(self) -> str:
        """Return title and text as one reads them; a title that the text repeats stands once."""
        if not self.title or self.text.startswith(self.title):
            return self.text
        closed = self.title if self.title[-1] in "。!?!?…." else f"{self.title}。"
        return f"{closed}\n{self.text}" if self.text else self.title


class PostFile:
    """A file of posts: looked at once for its form, then read from the beginning as often as one likes."""

    def __init__(self, file: Path, columns: Mapping[str, str]) -> None:
        """Find form, encoding and columns; UnreadableFile says what is wrong. columns: ours → the file's."""
        self.file = file
        self.encoding = _encoding(file)
        with self._opened() as stream:
            start = _first_sign(stream)
        self._is_json, self._is_list = start in ("{", "["), start == "["
        self.size = file.stat().st_size
        self.at = 0  # bytes that have been read: how far one is
        self.names = self._named()
        self.columns = self._columns(columns)

    def posts(self) -> Iterator[PostRow]:
        """Yield every row as a post."""
        for n, row in enumerate(self.rows(), 1):
            value = {ours: _first_told(row, columns) for ours, columns in self.columns.items()}
            yield PostRow(
                n,
                value.get("id") or str(n),
                value.get("title", ""),
                value.get("text", ""),
                _moment(value.get("time", "")),
                _number(value.get("likes", "")),
                row,
            )

    def rows(self) -> Iterator[Row]:
        """Yield every row as it stands."""
        with self._opened() as stream:
            yield from self._json_rows(stream) if self._is_json else self._csv_rows(stream)

    @contextmanager
    def _opened(self) -> Iterator[TextIO]:
        try:
            with self.file.open(encoding=self.encoding, newline="") as stream:
                yield stream
        except OSError as trouble:
            raise UnreadableFile(t("读不到 {file}:{why}", file=self.file, why=trouble.strerror or trouble)) from trouble

    def _lines(self, stream: TextIO) -> Iterator[str]:
        for line in stream:
            self.at = stream.buffer.tell()
            yield line.replace("\0", "")

    def _csv_rows(self, stream: TextIO) -> Iterator[Row]:
        csv.field_size_limit(LONGEST_CELL)
        lines = itertools.chain(self._lines(stream), [_END])
        above, heading = next((n, line) for n, line in enumerate(lines, 1) if line.strip())
        if heading == _END:
            return
        mark = max(",\t;", key=heading.count)
        names = next(csv.reader([heading], delimiter=mark), [])
        table = csv.DictReader(lines, [name.strip() for name in names], restkey=BEYOND, delimiter=mark)
        held: Row = {}
        begins = following = above + 1
        try:
            for row in table:
                if held:
                    yield held
                held, begins, following = row, following, above + table.line_num + 1
        except csv.Error as trouble:
            raise UnreadableFile(t("{file} 不是可读的 CSV:{why}", file=self.file, why=trouble)) from trouble
        if [told for told in held.values() if told] not in ([_END], []):
            why = t("{file} 第 {line} 行起有一个引号没有关上,后面的行都读不出来", file=self.file, line=begins)
            raise UnreadableFile(why)

    def _json_rows(self, stream: TextIO) -> Iterator[Row]:
        try:
            if self._is_list:
                yield from (_as_row(each) for each in json.load(stream))
                return
            for n, line in enumerate(self._lines(stream), 1):
                if line.strip():
                    yield _as_row(_loaded(line, n))
        except json.JSONDecodeError as trouble:
            why = t(
                "{file} 第 {line} 行不是 JSON:{why};JSON 文件须一行一条,或者是一个列表",
                file=self.file,
                line=trouble.lineno,
                why=trouble.msg,
            )
            raise UnreadableFile(why) from trouble

    def _named(self) -> tuple[str, ...]:
        """Return the names of all columns: of a table those of its heading, of JSON those of any row."""
        rows = self.rows()
        first = next(rows, None)
        if first is None:
            raise UnreadableFile(t("{file} 是空的,里面没有帖文", file=self.file))
        named = dict.fromkeys(first)
        if self._is_json:
            for row in rows:
                named.update(dict.fromkeys(row))
        return tuple(name for name in named if name != BEYOND)

    def _columns(self, given: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
        there = {name.casefold(): name for name in reversed(self.names)}
        missing = [column for column in given.values() if column not in self.names]
        if missing:
            raise no_column(missing, self.names)
        found = {
            ours: (given[ours],) if ours in given else tuple(there[name] for name in known)
            for ours, names in NAMES.items()
            if ours in given or (known := [name for name in names if name in there])
        }
        if not {"text", "title"} & found.keys():
            raise no_column(["text"], self.names)
        return found


def no_column(missing: Sequence[str], there: Sequence[str]) -> UnreadableFile:
    """Say which column is missing and which there are."""
    return UnreadableFile(
        t(
            "文件里没有列 {missing};有:{there}。列名不同时用 --map text=列名 指明。",
            missing="、".join(missing),
            there="、".join(there),
        )
    )


def _first_told(row: Row, columns: Sequence[str]) -> str:
    """Return what the likeliest column holds, the next one where that is empty."""
    return next((told for column in columns if (told := _text(row.get(column)))), "")


def _loaded(line: str, n: int) -> object:
    try:
        return json.loads(line)
    except json.JSONDecodeError as trouble:
        trouble.lineno = n
        raise


def _as_row(value: object) -> Row:
    return value if isinstance(value, dict) else {"?": value}


def _encoding(file: Path) -> str:
    """Return how the whole file is encoded; looked at piece by piece."""
    try:
        with file.open("rb") as stream:
            start = stream.read(4)
            for mark, encoding in _MARKS.items():
                if start.startswith(mark):
                    return encoding
            for encoding in ("utf-8", _GBK):
                stream.seek(0)
                if _decodes(iter(lambda: stream.read(_CHUNK), b""), encoding):
                    return encoding
    except OSError as trouble:
        raise UnreadableFile(t("读不到 {file}:{why}", file=file, why=trouble.strerror or trouble)) from trouble
    raise UnreadableFile(t("{file} 既不是 UTF-8 也不是 GBK 编码,请另存为 UTF-8", file=file))


def _decodes(pieces: Iterator[bytes], encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for piece in pieces:
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _first_sign(stream: TextIO) -> str:
    while piece := stream.read(_CHUNK):
        if shown := piece.lstrip():
            return shown[0]
    return ""


def _text(value: object) -> str:
    """Return a cell as text, without what no text may hold."""
    if value is None:
        return ""
    return str(value).replace("\0", "").encode("utf-8", "replace").decode().strip()


def _moment(written: str) -> datetime | None:
    """Return a moment as it is written; None where it cannot be read: a post is judged without it, too."""
    for form in (*WHEN, "%Y年%m月%d日%H:%M", "%Y年%m月%d日"):
        try:
            return datetime.strptime(written, form)  # noqa: DTZ007 - the clock of wherever it was written
        except ValueError:
            continue
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        return None


def _number(written: str) -> int:
    try:
        return max(0, int(float(written))) if written else 0
    except (ValueError, OverflowError):
        return 0
