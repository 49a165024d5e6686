"""The record leaves the house by the command line, and is checked there with nothing else at hand."""

import os
import re
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from bot.record_commands import register
from storage import history, tables
from storage.case import Case
from storage.database import Database
from tests.plugins.logs import plain_logs

NOW = datetime(2026, 11, 24, 6, 5, tzinfo=UTC)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the database of a desk that registered one case, named by the environment."""
    url = f"sqlite:///{tmp_path / 'desk.db'}"
    database = Database(url)
    tables.metadata.create_all(database.engine)
    with database.writing() as session:
        case = Case(slip=1, title="停水投诉", plan_hash="a" * 64, received_at=NOW)
        session.add(case)
        history.record(
            session,
            chain_case=case.id,
            at=NOW,
            kind="reported",
            actor="desk",
            actor_name="王五",
            payload={"text": "停水三天"},
        )
    database.close()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HUIYING_DATABASE_URL", url)
    return tmp_path


def run(*arguments: object) -> Result:
    app = typer.Typer()
    register(app)
    try:
        return CliRunner().invoke(app, [str(argument) for argument in arguments])
    finally:
        plain_logs()  # its logs go to a stream that is closed by now


def exported(desk: Path) -> tuple[Path, str]:
    file = desk / "履历.jsonl"
    result = run("export-history", file)
    assert result.exit_code == 0, result.output
    return file, re.findall(r"[0-9a-f]{64}", result.stdout)[0]


def test_an_export_tells_its_head_and_verifies(desk: Path) -> None:
    """The export names its head and how to check it, and the check agrees."""
    file, head = exported(desk)
    result = run("verify-history", file, "--head", head)
    assert (result.exit_code, result.stdout) == (0, f"有效:2 条履历,2 条链,1 次封印,0 条已清除\n封印头 {head}\n")


def test_an_export_is_for_its_owner_only(desk: Path) -> None:
    """The export holds originals, so nobody else may read it, and nothing is left beside it."""
    file, _ = exported(desk)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in desk.iterdir() if path.suffix == ".jsonl" or path.name.startswith(".")] == [file.name]


def test_the_check_needs_no_settings(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check works where the settings are broken and no database is."""
    file, head = exported(desk)
    monkeypatch.setenv("HUIYING_DATABASE_URL", "nonsense")
    monkeypatch.setenv("HUIYING_PLAN", "nowhere")
    (desk / "desk.db").unlink()
    assert run("verify-history", file, "--head", head).exit_code == 0


def test_a_flip_is_told_and_fails(desk: Path) -> None:
    """One changed word makes the check fail, and the line and row are named."""
    file, head = exported(desk)
    file.write_text(file.read_text("utf-8").replace("停水三天", "停水一天"), "utf-8")
    result = run("verify-history", file, "--head", head)
    assert (result.exit_code, result.stdout) == (1, "")
    assert re.fullmatch(
        r"无效:发现 2 处问题\n第 2 行:case:[0-9a-f-]{36} 第 1 条的内容被改动\n第 5 行:文件各行与导出时不同\n",
        result.stderr,
    )


def test_bytes_that_are_no_text_are_named_by_line(desk: Path) -> None:
    """A flipped byte that leaves no valid text is a problem with a line, not a breakdown."""
    file, head = exported(desk)
    spoilt = bytearray(file.read_bytes())
    spoilt[40] = 0xFF
    file.write_bytes(spoilt)
    result = run("verify-history", file, "--head", head)
    assert result.exit_code == 1
    assert "第 1 行无法识别:不是导出文件应有的一行" in result.stderr


def test_an_older_head_is_reached(desk: Path) -> None:
    """A head noted down earlier is found in a later export, and the seals since are counted."""
    _, noted = exported(desk)
    file, _ = exported(desk)
    result = run("verify-history", file, "--head", noted)
    assert result.exit_code == 0
    assert result.stdout.endswith("所给封印头之后又有 1 次封印\n")


def test_without_a_head_the_limit_of_the_check_is_said(desk: Path) -> None:
    """Without a head the check says what it cannot find."""
    file, _ = exported(desk)
    result = run("verify-history", file)
    assert result.exit_code == 0
    assert result.stdout.endswith("没有给出 --head:整体重写或截短后重新封印的文件无法识破\n")


def test_a_missing_file_is_said(desk: Path) -> None:
    """A file that is not there is said in one sentence."""
    result = run("verify-history", desk / "nothing")
    assert (result.exit_code, result.stderr) == (1, f"无法读取 {desk / 'nothing'}:{os.strerror(2)}\n")


def test_an_export_that_fails_leaves_the_older_file(desk: Path) -> None:
    """When the database is of no use, the file that was there stays as it was."""
    file, _ = exported(desk)
    before = file.read_bytes()
    (desk / "desk.db").write_bytes(b"no database")
    for leftover in desk.glob("desk.db-*"):
        leftover.unlink()
    result = run("export-history", file)
    assert (result.exit_code, result.stderr) == (1, "数据库不能用,或其中还没有履历;未写出任何文件\n")
    assert file.read_bytes() == before


def test_nowhere_to_write_is_said(desk: Path) -> None:
    """A folder that does not exist is said in one sentence."""
    result = run("export-history", desk / "none" / "file")
    assert (result.exit_code, result.stderr) == (1, f"无法写出 {desk / 'none' / 'file'}:{os.strerror(2)}\n")
