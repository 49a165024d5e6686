"""`python -m bot judge` and `learn` from the command line: what they write, and what they say of a wrong file."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.__main__ import app
from handlers.judgement.bulk import COLUMNS
from tests.posts import posts

Run = Callable[..., Result]
COLLAPSE = "城东工地脚手架坍塌,造成12人死亡,5人重伤,救援正在进行。"
OUTAGE = "江南路全小区停水三天,老人孩子没水喝,打电话没人管,居民非常气愤。"


@pytest.fixture(name="run")
def command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command line in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HUIYING_DATA_DIR", str(tmp_path / "data"))
    return lambda *arguments: CliRunner().invoke(app, [str(argument) for argument in arguments])


def rows(file: Path) -> list[dict[str, str]]:
    """Read what was written."""
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def written(file: Path, lines: list[dict[str, str]], encoding: str = "utf-8") -> Path:
    """Write posts as a table."""
    with file.open("w", encoding=encoding, newline="") as stream:
        table = csv.DictWriter(stream, list(lines[0]))
        table.writeheader()
        table.writerows(lines)
    return file


def test_a_row_for_each_post(run: Run, tmp_path: Path) -> None:
    """Every post gets one row with just the columns that are promised, in the order of the file."""
    posts_file = written(tmp_path / "p.csv", [{"id": "a", "text": COLLAPSE}, {"id": "b", "text": OUTAGE}])
    assert run("judge", posts_file, "--out", tmp_path / "o.csv").exit_code == 0
    collapse, outage = rows(tmp_path / "o.csv")
    assert tuple(collapse) == COLUMNS
    assert (collapse["id"], collapse["kind"], collapse["grade"]) == ("a", "emergency", "grave")
    assert (collapse["deaths"], collapse["serious_injuries"], collapse["missing"]) == ("12", "5", "")
    assert "死亡" in collapse["reasons"]
    assert (outage["kind"], outage["rumour"], outage["grade"], outage["deaths"]) == ("interest", "no", "", "")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
def test_encodings(run: Run, tmp_path: Path, encoding: str) -> None:
    """UTF-8 with or without its mark, GBK and UTF-16 are read alike; the answer is UTF-8."""
    file = written(tmp_path / "p.csv", [{"编号": "甲1", "留言主题": "停水", "留言详情": OUTAGE}], encoding)
    assert run("judge", file, "--out", tmp_path / "o.csv").exit_code == 0
    assert [(row["id"], row["kind"]) for row in rows(tmp_path / "o.csv")] == [("甲1", "interest")]


def test_json_lines(run: Run, tmp_path: Path) -> None:
    """JSON lines in, JSON lines out; a number for an id, no likes, an unknown key are taken."""
    file = tmp_path / "p.jsonl"
    file.write_text(json.dumps({"id": 7, "title": "急", "text": COLLAPSE, "x": [1]}, ensure_ascii=False) + "\n\n")
    assert run("judge", file, "--out", tmp_path / "o.jsonl").exit_code == 0
    (row,) = [json.loads(line) for line in (tmp_path / "o.jsonl").read_text(encoding="utf-8").splitlines()]
    assert (row["id"], row["kind"], list(row)) == ("7", "emergency", list(COLUMNS))


def test_without_a_text_column(run: Run, tmp_path: Path) -> None:
    """A file without text or title is refused, and the columns it has are named; --map names the right one."""
    file = written(tmp_path / "p.csv", [{"nr": "1", "words": COLLAPSE}])
    refused = run("judge", file)
    assert refused.exit_code == 1
    assert "文件里没有列 text;有:nr、words" in refused.output
    assert run("judge", file, "--map", "text=words", "--out", tmp_path / "o.csv").exit_code == 0
    assert rows(tmp_path / "o.csv")[0]["kind"] == "emergency"


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("no.csv", None, "读不到"),
        ("empty.csv", b"", "是空的"),
        ("heading.csv", b"id,text\n", "是空的"),
        ("broken.jsonl", b'{"id": 1, "text": "x"}\n{"id"', "第 2 行不是 JSON"),
        ("bytes.csv", b"id,text\n1,\xff\xff\xff", "既不是 UTF-8 也不是 GBK"),
    ],
)
def test_wrong_file_is_explained(run: Run, tmp_path: Path, name: str, content: bytes | None, why: str) -> None:
    """A file that cannot be read is refused with the reason, and nothing is written."""
    if content is not None:
        (tmp_path / name).write_bytes(content)
    refused = run("judge", tmp_path / name, "--out", tmp_path / "o.csv")
    assert refused.exit_code == 1
    assert why in refused.output
    assert not (tmp_path / "o.csv").exists()


ODD = {
    "long": "广场舞太吵," * 20_000,
    "emoji": "😀🎉🔥" * 50,
    "traditional": "城東工地鷹架倒塌,造成12人死亡,5人重傷,消防正在搶救。",
    "english": "The water has been off for three days and nobody answers the phone.",
    "empty": "",
    "link": "https://example.com/a/b?c=1",
    "image": "[图片]",
    "surrogate": "停水\ud83d三天\x00了",
    "quotes": '他说:"没人管",\n就挂了',
}


def test_odd_texts_each_get_a_row(run: Run, tmp_path: Path) -> None:
    """100 kB, emoji, traditional characters, English, nothing, a link, a picture: none stops the rest."""
    file = tmp_path / "p.jsonl"
    file.write_text("".join(json.dumps({"id": name, "text": text}) + "\n" for name, text in ODD.items()))
    assert run("judge", file, "--out", tmp_path / "o.csv").exit_code == 0
    judged = {row["id"]: row for row in rows(tmp_path / "o.csv")}
    assert list(judged) == list(ODD)
    assert (judged["traditional"]["kind"], judged["traditional"]["deaths"]) == ("emergency", "12")
    assert any(words in ODD["traditional"] for words in judged["traditional"]["reasons"].split("→"))
    for name in ("emoji", "empty", "link", "image"):
        assert (judged[name]["kind"], judged[name]["rumour"]) == ("none", "no")


def test_learn_then_judge_by_it(run: Run, tmp_path: Path) -> None:
    """A labelled file gives a named model with its scores; judging by it fills the topic with its labels."""
    labelled = [{"id": str(n), "text": text, "what": label} for n, (text, label) in enumerate(posts())]
    labelled[0]["what"] = ""
    file = written(tmp_path / "l.csv", labelled)
    learned = run("learn", file, "--label", "what", "--name", "mine")
    assert learned.exit_code == 0, learned.output
    for told in ("学了 59 条", "跳过 1 条", "交叉验证", "只按规则", "最多的标签", "municipal"):
        assert told in learned.output
    assert run("judge", file, "--model", "mine", "--out", tmp_path / "o.csv").exit_code == 0
    judged = rows(tmp_path / "o.csv")
    right = sum(row["topic"] == label for row, (_, label) in zip(judged, posts(), strict=True))
    assert right > 50
    assert "→municipal" in judged[1]["reasons"]
    listed = run("learn", "--list")
    assert "mine 第 1 版:59 条" in listed.output
    assert "使用中" in listed.output
    assert "已停用" in run("learn", "--undo", "--name", "mine").output
    refused = run("judge", file, "--model", "mine")
    assert refused.exit_code == 1
    assert "没有叫 mine 的模型" in refused.output


def test_learn_says_what_is_missing(run: Run, tmp_path: Path) -> None:
    """A missing column, a missing name, one label alone, a bad name: refused with what to do."""
    file = written(tmp_path / "l.csv", [{"text": text, "what": "one"} for text, _ in posts()[:10]])
    assert "没有列 label;有:text、what" in run("learn", file, "--label", "label", "--name", "x").output
    assert "--label" in run("learn", file, "--name", "x").output
    assert "至少要两个标签" in run("learn", file, "--label", "what", "--name", "x").output
    assert "模型不能叫 ../x" in run("learn", file, "--label", "what", "--name", "../x").output
    assert "desk-" in run("learn", file, "--label", "what", "--name", "desk-kinds").output
    assert "还没有学到的模型" in run("learn", "--list").output


def test_a_key_that_the_first_line_lacks(run: Run, tmp_path: Path) -> None:
    """JSON lines need not have the same keys: id, title and text are found in each line for itself."""
    lines = [{"text": OUTAGE}, {"title": COLLAPSE, "id": "a"}, {"正文": OUTAGE, "id": 0}, {"text": None, "id": None}]
    file = tmp_path / "p.jsonl"
    file.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    assert run("judge", file, "--out", tmp_path / "o.csv").exit_code == 0
    told = [(row["id"], row["kind"]) for row in rows(tmp_path / "o.csv")]
    assert told == [("1", "interest"), ("a", "emergency"), ("0", "interest"), ("4", "none")]


def test_blank_lines_before_the_heading(run: Run, tmp_path: Path) -> None:
    """A table may begin with blank lines."""
    (tmp_path / "p.csv").write_text(f"\n\r\nid,text\n1,{OUTAGE}\n", encoding="utf-8")
    assert run("judge", tmp_path / "p.csv", "--out", tmp_path / "o.csv").exit_code == 0
    assert [row["kind"] for row in rows(tmp_path / "o.csv")] == ["interest"]


def test_a_quote_that_is_never_closed(run: Run, tmp_path: Path) -> None:
    """A quotation mark that is not closed would swallow the rows after it: the row is named, nothing is written."""
    (tmp_path / "p.csv").write_text(f'id,text\n1,{OUTAGE}\n2,"停水\n3,停电\n', encoding="utf-8")
    result = run("judge", tmp_path / "p.csv", "--out", tmp_path / "o.csv")
    assert result.exit_code == 1
    assert "第 3 行" in result.stderr
    assert not (tmp_path / "o.csv").exists()


def test_json_over_many_lines(run: Run, tmp_path: Path) -> None:
    """A JSON file that is neither a list nor one post a line is refused with what it has to be."""
    (tmp_path / "p.json").write_text(json.dumps({"id": 1, "text": OUTAGE}, indent=1), encoding="utf-8")
    result = run("judge", tmp_path / "p.json")
    assert result.exit_code == 1
    assert "一行一条" in result.stderr


def test_the_posts_are_not_written_over(run: Run, tmp_path: Path) -> None:
    """What is judged is never replaced by its judgement, and a spreadsheet is not what is written."""
    file = written(tmp_path / "p.csv", [{"id": "a", "text": COLLAPSE}])
    before = file.read_bytes()
    for out, why in ((tmp_path / "x" / ".." / "p.csv", "同一个文件"), (tmp_path / "o.xlsx", ".csv")):
        (tmp_path / "x").mkdir(exist_ok=True)
        refused = run("judge", file, "--out", out)
        assert refused.exit_code == 1
        assert why in refused.stderr
    assert file.read_bytes() == before
