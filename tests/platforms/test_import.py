"""`python -m bot import`: a file of posts through the same inbox, resumable, with a report of bad rows."""

import csv
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from storage.case import count as count_cases
from storage.database import Database

ROOT = Path(__file__).parents[2]
ROWS = [
    {
        "id": "1",
        "title": "停水",
        "text": "锦绣花园停水三天,全小区没水喝",
        "created": "2026/11/20 08:30:00",
        "likes": "12",
    },
    {
        "id": "2",
        "title": "路灯",
        "text": "西江路路灯坏了一个月,夜里很危险",
        "created": "2026-11-21 19:00:00",
        "likes": "3",
    },
    {"id": "3", "title": "停水", "text": "锦绣花园停水三天,全小区没水喝", "created": "2026-11-21", "likes": ""},
    {"id": "4", "title": "", "text": "", "created": "2026-11-21", "likes": "1"},
    {"id": "5", "title": "噪声", "text": "工地夜间施工噪声扰民", "created": "昨天", "likes": "1"},
    {"id": "6", "title": "裂缝", "text": "新房墙体开裂,开发商推诿", "created": "2026-11-22", "likes": "很多"},
    {"id": "2", "title": "重号", "text": "同一个编号的另一行", "created": "2026-11-22", "likes": "0"},
]


def _import(folder: Path, file: Path, *more: str, language: str = "zh") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "HUIYING_DATA_DIR": str(folder / "data"), "HUIYING_LANGUAGE": language}
    environment["PYTHONPATH"] = str(ROOT)
    command = [sys.executable, "-m", "bot", "import", str(file), "--map", "posted_at=created", *more]
    return subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=False)


def _count(folder: Path, query: str) -> int:
    with sqlite3.connect(folder / "data" / "huiying.db") as database:
        return int(database.execute(query).fetchone()[0])


@pytest.fixture
def posts(tmp_path: Path) -> Path:
    """Give a CSV file with good rows, a repeated post, and bad rows."""
    file = tmp_path / "posts.csv"
    with file.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, ROWS[0])
        writer.writeheader()
        writer.writerows(ROWS)
    return file


def test_good_rows_become_reports_and_bad_rows_a_list(tmp_path: Path, posts: Path) -> None:
    """Reports are what was registered and what joined, by a count of their own; each bad row has its reason."""
    done = _import(tmp_path, posts)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0].startswith("读入 7 行:收下 3,以前收过 0,坏行 4;登记 2 件,并入 1 条")
    assert _count(tmp_path, "SELECT count(*) FROM report") == 3
    assert _count(tmp_path, "SELECT count(*) FROM cases WHERE number IS NOT NULL") == 2
    assert _count(tmp_path, "SELECT count(*) FROM report WHERE joined <> 'opened'") == 1
    assert _count(tmp_path, "SELECT count(*) FROM clock WHERE rule = 'respond' AND outcome = 'running'") > 0
    with (tmp_path / "posts.rejected.csv").open(encoding="utf-8-sig", newline="") as stream:
        rejected = [(row["row"], row["why"]) for row in csv.DictReader(stream)]
    assert rejected == [
        ("4", "没有正文(列 text)"),
        ("5", "时间看不懂:昨天(请写成 2026-11-24 09:05)"),
        ("6", "likes 应当是整数,写的是 很多"),
        ("7", "编号 2 在文件里出现了两次"),
    ]


def test_an_import_into_postgresql_takes_the_same(tmp_path: Path, posts: Path, postgresql_url: str) -> None:
    """The same file on the shared database: the same rows, and again nothing twice."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("HUIYING_DATABASE_URL", postgresql_url)
        done = _import(tmp_path, posts)
        assert done.returncode == 0, done.stderr
        assert done.stdout.splitlines()[0].startswith("读入 7 行:收下 3,以前收过 0,坏行 4;登记 2 件,并入 1 条")
        assert "收下 0,以前收过 3" in _import(tmp_path, posts).stdout
    with closing(Database(postgresql_url)) as database, database.reading() as session:
        assert count_cases(session, numbered=True) == 2


def test_a_row_with_more_cells_than_columns_is_a_bad_row(tmp_path: Path) -> None:
    """A comma that nobody quoted: the row is told of, the others are taken."""
    file = tmp_path / "commas.csv"
    file.write_text("text,created\n小区停水三天,没人管,2026-11-20\n路灯坏了一个月没人修,2026-11-21\n", encoding="utf-8")
    done = _import(tmp_path, file)
    assert done.returncode == 0, done.stderr
    assert "收下 1,以前收过 0,坏行 1" in done.stdout
    with (tmp_path / "commas.rejected.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert "格子比列名多" in next(csv.DictReader(stream))["why"]


def test_importing_again_takes_nothing_twice(tmp_path: Path, posts: Path) -> None:
    """A second run goes on where the first stopped: what was taken is not taken again, by its number."""
    assert "收下 2" in _import(tmp_path, posts, "--limit", "2").stdout
    again = _import(tmp_path, posts).stdout
    assert "收下 1,以前收过 2" in again
    assert _count(tmp_path, "SELECT count(*) FROM report") == 3


def test_the_post_keeps_its_own_time_and_heat(tmp_path: Path, posts: Path) -> None:
    """When it was posted is the file's word, when it was received ours."""
    _import(tmp_path, posts)
    with sqlite3.connect(tmp_path / "data" / "huiying.db") as database:
        row = database.execute("SELECT posted_at, likes, text FROM report ORDER BY posted_at LIMIT 1").fetchone()
    assert row == ("2026-11-20 00:30:00.000000", 12, "停水\n锦绣花园停水三天,全小区没水喝")


def test_json_and_json_lines_are_read_too(tmp_path: Path) -> None:
    """A JSON list and JSON lines hold the same posts."""
    whole, by_line = tmp_path / "a.json", tmp_path / "b.jsonl"
    whole.write_text(json.dumps(ROWS[:2], ensure_ascii=False), encoding="utf-8")
    by_line.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS[:2]), encoding="utf-8")
    assert "登记 2 件" in _import(tmp_path, whole).stdout
    assert "收下 0,以前收过 2" in _import(tmp_path, by_line).stdout


def test_a_table_as_a_spreadsheet_writes_it_is_read(tmp_path: Path) -> None:
    """In GBK, with semicolons, and lines of nothing above the heading."""
    table = tmp_path / "gbk.csv"
    table.write_bytes("\n\ntext;likes;created\n锦绣花园停水三天,全小区没水喝;12;2026-11-24\n".encode("gbk"))
    assert "登记 1 件" in _import(tmp_path, table).stdout


BAD_FILES = [
    ("nothing.csv", b"", "nothing.csv 是空的,第一行应当是列名"),
    ("bytes.csv", b"text\n\xff\xff\xff", "bytes.csv 既不是 UTF-8 也不是 GBK 编码,请另存为 UTF-8"),
    ("broken.json", b'[{"text": ', "broken.json 第 1 行不是 JSON"),
]


@pytest.mark.parametrize(("name", "content", "said"), BAD_FILES)
def test_a_file_that_cannot_be_read_is_refused_whole(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    """The message names the file and what to do."""
    (tmp_path / name).write_bytes(content)
    done = _import(tmp_path, tmp_path / name)
    assert done.returncode == 1
    assert said in done.stderr


def test_a_column_the_file_does_not_have_is_refused(tmp_path: Path, posts: Path) -> None:
    """A mapping to nothing takes nothing, and says which columns there are."""
    done = _import(tmp_path, posts, "--map", "text=留言详情")
    assert done.returncode == 1
    assert done.stderr.strip() == (
        "文件里没有列 留言详情;有:id、title、text、created、likes。列名不同时用 --map text=列名 指明。"
    )


def test_a_garbled_row_stops_nothing(tmp_path: Path) -> None:
    """Halves of surrogate pairs and garbled addresses are taken, an absurd number is reported; none stops the rest."""
    file = tmp_path / "odd.json"
    rows: list[dict[str, object]] = [
        {"text": "停水\ud83d三天没人管"},
        {"text": "路灯坏了", "url": "http://[x"},
        {"text": "噪声", "likes": 10**30},
    ]
    file.write_text(json.dumps([{**row, "created": ""} for row in rows]), encoding="utf-8")
    assert "收下 2,以前收过 0,坏行 1;登记 2 件" in _import(tmp_path, file).stdout


def test_an_unknown_column_is_refused(tmp_path: Path, posts: Path) -> None:
    """--map takes our fields only, and says which they are."""
    done = _import(tmp_path, posts, "--map", "body=text")
    assert done.returncode == 1
    assert "--map 里的 body 不认识" in done.stderr


def test_it_speaks_english(tmp_path: Path, posts: Path) -> None:
    """The same figures in the operator's language."""
    assert "Rows read: 7; taken: 3" in _import(tmp_path, posts, language="en").stdout
