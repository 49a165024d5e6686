"""Rows from a file of any size, one at a time: CSV, JSON lines or a JSON list, in UTF-8, UTF-16 or GBK."""

import codecs
import csv
import itertools
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TextIO

from config.language import Line, t

Row = Mapping[str, Any]
BEYOND: Final = "(列名之外)"  # under this name a row of a table holds the cells that no column is named for
LONGEST_CELL: Final = 16_000_000  # characters
_CHUNK: Final = 1 << 20
_END: Final = "\x02"  # comes after the last line of a table: a row of its own, unless a quote is still open
_GBK: Final = "gb18030"  # GBK and what came after it
_MARKS: Final = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


class UnreadableFile(Exception):
    """The file as a whole cannot be read; says why."""

    def __init__(self, why: Line) -> None:
        """Keep the reason in words."""
        super().__init__(str(why.text))
        self.why = why


class RowFile:
    """A file of rows: looked at once for its form, then read from the beginning as often as one likes."""

    def __init__(self, file: Path) -> None:
        """Find form, encoding and the names of the columns; UnreadableFile says what is wrong."""
        self.file = file
        self.encoding = encoding_of(file)
        with self._opened() as stream:
            start = _first_sign(stream)
        self._is_json, self._is_list = start in ("{", "["), start == "["
        self.size = file.stat().st_size
        self.at = 0  # bytes that have been read: how far one is
        self.names = self._named()

    def require(self, columns: Collection[str]) -> None:
        """Refuse columns that the file does not have; UnreadableFile names those it has."""
        missing = [column for column in columns if column not in self.names]
        if missing:
            raise no_column(missing, self.names)

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
            raise UnreadableFile(t("{file} 是空的,第一行应当是列名,后面一行一条", file=self.file))
        named = dict.fromkeys(first)
        if self._is_json:
            for row in rows:
                named.update(dict.fromkeys(row))
        return tuple(name for name in named if name != BEYOND)


def no_column(missing: Sequence[str], there: Sequence[str]) -> UnreadableFile:
    """Say which column is missing and which there are."""
    return UnreadableFile(
        t(
            "文件里没有列 {missing};有:{there}。列名不同时用 --map text=列名 指明。",
            missing="、".join(missing),
            there="、".join(there),
        )
    )


def _loaded(line: str, n: int) -> object:
    try:
        return json.loads(line)
    except json.JSONDecodeError as trouble:
        trouble.lineno = n
        raise


def _as_row(value: object) -> Row:
    return value if isinstance(value, dict) else {"?": value}


def encoding_of(file: Path) -> str:
    """Return how a whole file is encoded, looked at piece by piece; UnreadableFile where it is no text."""
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
