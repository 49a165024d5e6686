"""Posts from the rows of a file as events for the inbox; what cannot be taken is reported row by row."""

import csv
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from bot.rows import BEYOND, Row, RowFile, no_column
from config.language import Line, Voice, t
from handlers.conversation import MAX_TEXT, Incoming, Place, Sender, storable

PLATFORM: Final = "import"
FIELDS: Final = ("text", "title", "author", "url", "posted_at", "likes", "reposts", "id")
WHEN: Final = ("%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M", "%Y-%m-%d", "%Y/%m/%d")


@dataclass(frozen=True)
class BadRow:
    """A row that could not be taken, and why."""

    n: int  # counted from 1, without the heading
    why: Line
    row: Row


@dataclass
class Reading:
    """What a file holds: events in order, and the rows that are none."""

    events: list[Incoming] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)


def check_columns(file: RowFile, columns: Mapping[str, str]) -> None:
    """Refuse a mapping to columns the file does not have, and a file without posts; UnreadableFile says why."""
    file.require(columns.values())
    if not {columns.get(name, name) for name in ("text", "title")} & set(file.names):
        raise no_column([columns.get("text", "text")], file.names)


def read_events(
    rows: Iterable[Row], columns: Mapping[str, str], *, now: datetime, zone: ZoneInfo, operator: str
) -> Reading:
    """Turn rows into events. columns: our field → the file's column; a field not named uses its own name."""
    found, seen = Reading(), Counter[str]()
    for n, row in enumerate(rows, 1):
        try:
            found.events.append(_event(row, columns, seen, now=now, zone=zone, operator=operator))
        except BadValue as bad:
            found.bad.append(BadRow(n, bad.why, row))
    return found


class BadValue(Exception):
    """One value of a row cannot be used; says why."""

    def __init__(self, why: Line) -> None:
        """Keep the reason in words."""
        super().__init__(why.text)
        self.why = why


def _event(
    row: Row, columns: Mapping[str, str], seen: Counter[str], *, now: datetime, zone: ZoneInfo, operator: str
) -> Incoming:
    if BEYOND in row:
        raise BadValue(t("这一行的格子比列名多;格子里有逗号的要加引号"))
    value = {name: _text(row.get(columns.get(name, name))) for name in FIELDS}
    text = "\n".join(part for part in (value["title"], value["text"]) if part)
    if not text:
        raise BadValue(t("没有正文(列 {column})", column=columns.get("text", "text")))
    if len(text) > MAX_TEXT:
        raise BadValue(t("正文 {characters} 字,超过 {limit} 字", characters=len(text), limit=MAX_TEXT))
    try:
        return Incoming(
            platform=PLATFORM,
            key=_key(row, value["id"], seen),
            at=now,
            place=Place(account=PLATFORM),
            sender=Sender(account=operator, name=operator),
            text=text,
            author=value["author"],
            url=value["url"] or None,
            posted_at=_moment(value["posted_at"], zone),
            likes=_number(value["likes"], "likes"),
            reposts=_number(value["reposts"], "reposts"),
        )
    except ValidationError as wrong:
        fields = "、".join(str(error["loc"][0]) for error in wrong.errors())
        raise BadValue(t("这一行的值不能用:{fields}", fields=fields)) from wrong


def _key(row: Row, identity: str, seen: Counter[str]) -> str:
    """Name a row so that importing the file again, or a longer version of it, takes nothing twice."""
    if identity:
        name = f"id:{identity}"
        if seen[name]:
            raise BadValue(t("编号 {id} 在文件里出现了两次", id=identity))
    else:
        content = storable(json.dumps(row, ensure_ascii=False, sort_keys=True, default=str))
        name = "row:" + hashlib.sha256(content.encode()).hexdigest()[:32]
    seen[name] += 1
    return f"{name}:{seen[name]}"


def _text(value: object) -> str:
    return "" if value is None else storable(str(value)).strip()


def _moment(written: str, zone: ZoneInfo) -> datetime | None:
    if not written:
        return None
    for form in WHEN:
        try:
            return datetime.strptime(written, form).replace(tzinfo=zone)
        except ValueError:
            continue
    try:
        moment = datetime.fromisoformat(written)
    except ValueError as trouble:
        raise BadValue(t("时间看不懂:{written}(请写成 2026-11-24 09:05)", written=written)) from trouble
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _number(written: str, name: str) -> int:
    try:
        number = int(float(written)) if written else 0
    except (ValueError, OverflowError) as trouble:
        raise BadValue(t("{name} 应当是整数,写的是 {written}", name=name, written=written)) from trouble
    return max(0, number)


def write_bad_rows(file: Path, bad: Iterable[BadRow], voice: Voice) -> None:
    """Write the rows that were not taken beside their reasons, as CSV."""
    with file.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["row", "why", "content"])
        for one in bad:
            content = storable(json.dumps(one.row, ensure_ascii=False, default=str))[:2000]
            writer.writerow([one.n, one.why.say(voice), content])
