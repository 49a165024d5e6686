"""Posts to be judged or learned from: the rows of a file, whatever its columns are called."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from bot.collecting import WHEN
from bot.rows import Row, RowFile, no_column

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


class PostFile(RowFile):
    """A file of posts."""

    def __init__(self, file: Path, columns: Mapping[str, str]) -> None:
        """Find form and columns; UnreadableFile says what is wrong. columns: ours → the file's."""
        super().__init__(file)
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

    def _columns(self, given: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
        there = {name.casefold(): name for name in reversed(self.names)}
        self.require(given.values())
        found = {
            ours: (given[ours],) if ours in given else tuple(there[name] for name in known)
            for ours, names in NAMES.items()
            if ours in given or (known := [name for name in names if name in there])
        }
        if not {"text", "title"} & found.keys():
            raise no_column(["text"], self.names)
        return found


def _first_told(row: Row, columns: Sequence[str]) -> str:
    """Return what the likeliest column holds, the next one where that is empty."""
    return next((told for column in columns if (told := _text(row.get(column)))), "")


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
