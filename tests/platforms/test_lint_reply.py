"""`python -m bot lint-reply FILE`: one verdict for each reply, in the order of the file."""

import csv
import json
from pathlib import Path

import pytest

from bot.lint_command import lint_replies
from config.settings import Settings

SETTINGS = Settings(_env_file=None)
REPLIES = (
    ("a", "您的留言已收悉,已转相关部门处理。", "yes"),
    ("b", "经核实,路灯电缆被挖断,已于11月25日修复。", "no"),
    ("c", "", "yes"),
)


def test_a_table_is_judged_row_by_row(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The verdicts go to the output, how many there are beside it."""
    file = tmp_path / "replies.csv"
    with file.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows([("id", "text", "reply"), *((key, "问", reply) for key, reply, _ in REPLIES)])
    assert lint_replies(SETTINGS, file, None) == 0
    said = capsys.readouterr()
    rows = list(csv.DictReader(said.out.splitlines()))
    assert [(row["id"], row["empty"]) for row in rows] == [(key, empty) for key, _, empty in REPLIES]
    assert rows[0]["reasons"] == "“您的留言已收悉”(只说收到)、“已转相关部门处理”(只说转办)"
    assert rows[1]["missing"] == "依据(法规、文件)、下一步、下一步的时间、联系电话"
    assert rows[2]["reasons"] == "没有自己的内容"
    assert said.err == "看了 3 条答复:空答复 2 条\n"


def test_json_lines_are_judged_into_json_lines(tmp_path: Path) -> None:
    """A column named text serves where there is no reply; what has no id has its number."""
    file, out = tmp_path / "replies.jsonl", tmp_path / "verdicts.jsonl"
    file.write_text("".join(json.dumps({"text": reply}) + "\n" for _, reply, _ in REPLIES), encoding="utf-8")
    assert lint_replies(SETTINGS, file, out) == 0
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [(row["id"], row["empty"]) for row in rows] == [("1", "yes"), ("2", "no"), ("3", "yes")]


def test_a_file_without_replies_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The refusal names the columns that are there."""
    file = tmp_path / "posts.csv"
    file.write_text("id,title\n1,路灯\n", encoding="utf-8")
    assert lint_replies(SETTINGS, file, None) == 1
    assert capsys.readouterr().err == "文件里没有列 reply 或 text;有:id、title\n"


def test_a_text_is_one_reply(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As it is copied out of a page, in whatever encoding; it is named by its file."""
    file = tmp_path / "停水.txt"
    file.write_bytes("您的留言已收悉,\n已转相关部门处理。\n".encode("gbk"))
    assert lint_replies(SETTINGS, file, None) == 0
    (row,) = csv.DictReader(capsys.readouterr().out.splitlines())
    assert (row["id"], row["empty"]) == ("停水", "yes")


def test_a_table_in_a_text_is_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A spreadsheet saves tables as .txt, too: each of its rows is a reply."""
    file = tmp_path / "replies.txt"
    file.write_text("id\treply\na\t您的留言已收悉,已转相关部门处理。\nb\t已修复。\n", encoding="utf-16")
    assert lint_replies(SETTINGS, file, None) == 0
    assert [row["id"] for row in csv.DictReader(capsys.readouterr().out.splitlines())] == ["a", "b"]


def test_an_empty_file_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A heading alone holds no reply."""
    file = tmp_path / "replies.csv"
    file.write_text("id,reply\n", encoding="utf-8")
    assert lint_replies(SETTINGS, file, None) == 1
    assert "是空的" in capsys.readouterr().err
