"""`python -m bot init`: a few questions, and a desk that starts; nothing is overwritten, no token is shown."""

import os
import pty
import re
import select
import subprocess
import sys
from pathlib import Path

import pytest

from tests.platforms.test_command_line import bot, running

ROOT = Path(__file__).parents[2]
TOKEN = "7012345678:AAinitInit_initInit-initInit_initInit1"
SIGNS = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]")  # what steers a terminal
PATIENCE = 60.0  # seconds until a question must be asked
PHONES = ("--person", "leader=张局长=0775-0000001", "--person", "duty_leader=黄副局长=0775-0000002")


def _set_up(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run it without a terminal."""
    return bot(folder, "init", *words)


def test_without_a_terminal_it_names_what_is_missing(tmp_path: Path) -> None:
    """And writes nothing; what may stay empty is not asked for."""
    done = _set_up(tmp_path, "--plan", "gangbei-2017", "--bureau", "港北区建设局")
    assert done.returncode == 1
    assert "请给出 --number-form --public-url --language --person reporter= " in done.stderr
    assert "--token-file" not in done.stderr
    assert "--bureau" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_what_it_writes_really_starts_a_desk(tmp_path: Path) -> None:
    """The doctor finds the people and the administrator, and the desk comes up under the bureau's own name."""
    token = tmp_path / "token"
    token.write_text(TOKEN + "\n", encoding="utf-8")
    done = _set_up(
        tmp_path, "--yes", "--bureau", "秀美县住建局/Xiumei Housing", "--administrator", "值班员=telegram=42",
        "--token-file", str(token), *PHONES,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "值班员 现在是管理员。" in done.stdout
    assert "下一步:python -m bot doctor" in done.stdout
    assert "待填" not in done.stdout
    assert TOKEN not in done.stdout + done.stderr
    for name in (".env", "roster.yaml"):
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600
    assert f"HUIYING_TELEGRAM_TOKEN={TOKEN}" in (tmp_path / ".env").read_text(encoding="utf-8")
    assert "0775-0000001" in (tmp_path / "roster.yaml").read_text(encoding="utf-8")
    said = bot(tmp_path, "doctor", TELEGRAM_API_URL="http://127.0.0.1:9").stdout
    assert "方案:秀美县住建局政务舆情回应方案" in said
    assert "人员 13 名" in said
    assert "管理员:值班员" in said
    assert "值班表 roster.yaml 已收下" in said
    with (tmp_path / "out").open("w") as out, running(tmp_path, out.fileno(), TELEGRAM_API_URL="http://127.0.0.1:9"):
        pass
    assert "回应 Huiying 已启动" in (tmp_path / "out").read_text(encoding="utf-8")


def test_cases_are_numbered_as_the_bureau_says(tmp_path: Path) -> None:
    """By an example, or by the form itself; the bureau of the plan may number otherwise, and then has its own plan."""
    done = _set_up(tmp_path, "--yes", "--number-form", "秀建舆〔2026〕1号", *PHONES)
    assert done.returncode == 0, done.stderr
    assert "文号:秀建舆〔{year}〕{seq}号" in bot(tmp_path, "plan", "check").stdout
    done = _set_up(tmp_path, "--yes", "--force", "--number-form", "X-{year}-{seq}", *PHONES)
    assert done.returncode == 0, done.stderr
    assert "文号:X-{year}-{seq}" in bot(tmp_path, "plan", "check").stdout
    done = _set_up(tmp_path, "--yes", "--force", "--number-form", "第一号", *PHONES)
    assert (done.returncode, "案件编号的格式须含 {year} 和 {seq}" in done.stderr) == (1, True)


def test_it_may_lie_with_the_data_as_in_a_container(tmp_path: Path) -> None:
    """Where only one folder can be written: what is asked lies beside the database, is backed up and put back."""
    data, spare, other = tmp_path / "data", tmp_path / "spare", tmp_path / "other"
    for folder in (data, spare, other):
        folder.mkdir()
    inside = {"DATA_DIR": str(data)}
    done = bot(data, "init", "--yes", "--bureau", "秀美县住建局", *PHONES, **inside)
    assert done.returncode == 0, done.stderr
    assert bot(data, "administrator", "值班员", **inside).returncode == 0
    done = bot(data, "backup", str(spare), **inside)
    assert done.returncode == 0, done.stderr
    (file,) = spare.iterdir()
    done = bot(other, "restore", str(file), DATA_DIR=str(other))
    assert done.returncode == 0, done.stderr
    for name in (".env", "roster.yaml", "huiying.db"):
        assert (other / name).is_file(), name


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """Without --force nothing is touched; with it the old files stand beside the new ones."""
    assert _set_up(tmp_path, "--yes").returncode == 0
    env = (tmp_path / ".env").read_text(encoding="utf-8")
    done = _set_up(tmp_path, "--yes", "--language", "en")
    assert done.returncode == 1
    assert "已经有 .env roster.yaml,没有动" in done.stderr
    assert (tmp_path / ".env").read_text(encoding="utf-8") == env
    done = _set_up(tmp_path, "--yes", "--language", "en", "--force")
    assert done.returncode == 0, done.stderr
    assert "Next: python -m bot doctor" in done.stdout
    assert "HUIYING_LANGUAGE=en" in (tmp_path / ".env").read_text(encoding="utf-8")
    (kept,) = tmp_path.glob(".env.before-*")
    assert kept.read_text(encoding="utf-8") == env
    assert kept.stat().st_mode & 0o777 == 0o600


def test_what_the_desk_would_refuse_is_not_written(tmp_path: Path) -> None:
    """The same checks as at the start: settings, plan, roster; the post nobody knows is named."""
    for words, said in (
        (("--public-url", "press.example.org"), "HUIYING_PUBLIC_URL"),
        (("--plan", "nowhere"), "nowhere.yaml"),
        (("--person", "leader=张局长", "--person", "duty_leader=张局长", "--person", "law=张局长"), "roster.yaml"),
        (("--person", "emperor=张局长"), "emperor"),
        (("--person", "leader"), "--person 要写成"),
    ):
        done = _set_up(tmp_path, "--yes", *words)
        assert done.returncode == 1, words
        assert said in done.stderr
        assert "Traceback" not in done.stderr
        assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("option", "answer", "said"),
    [
        ("--person", "reporter=李敏 0775-0000001", "「李敏 0775-0000001」里不只是姓名"),
        ("--person", "leader=张局长=张建国", "「张建国」不像电话号码"),
        ("--administrator", "无名氏", "「无名氏」不在上面的人员里"),
    ],
)
def test_what_is_no_name_and_no_number_is_refused(tmp_path: Path, option: str, answer: str, said: str) -> None:
    """And nothing is written."""
    done = _set_up(tmp_path, "--yes", option, answer)
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_in_a_terminal_it_asks_and_never_echoes_the_token(tmp_path: Path) -> None:
    """Chinese first, English second; Enter takes the default."""
    plan, number, url = ["nowhere", ""], ["第一号", ""], ["press.example.org", ""]
    leaders = ["冯副局长", "不知道", "0775-0000113", "", ""]
    people = ["李敏 0775-0000001", "李敏", *([""] * 10), *leaders, "无名氏", "", ""]
    answers = [*plan, "", *number, *url, "fr", "en", TOKEN[:-9], TOKEN, *people]
    said = _in_a_terminal(tmp_path, answers)
    assert "局名 / bureau" in said
    assert "信息员 / Reporter" in said
    assert "案件编号要有年份和序号" in said
    assert "nowhere.yaml" in said  # what is wrong is said at once, and asked again
    assert "HUIYING_PUBLIC_URL 写了 press.example.org" in said
    assert "HUIYING_LANGUAGE 写了 fr" in said
    assert "HUIYING_TELEGRAM_TOKEN 写了 …" in said
    for wrong in ("「李敏 0775-0000001」里不只是姓名", "「不知道」不像电话号码", "「无名氏」不在上面的人员里"):
        assert wrong in said
    assert "roster taken" not in said
    assert TOKEN[:-9] not in said
    assert "Next: python -m bot doctor" in said
    assert f"HUIYING_TELEGRAM_TOKEN={TOKEN}" in (tmp_path / ".env").read_text(encoding="utf-8")
    assert '"李敏"' in (tmp_path / "roster.yaml").read_text(encoding="utf-8")


def test_people_who_cannot_work_together_are_asked_for_anew(tmp_path: Path) -> None:
    """One person at two gates: it is said why, and what was answered stands as the default the second time."""
    once = ["", "", "", "", "刘六", "刘六", *([""] * 8)]
    again = [*([""] * 6), "赵七", *([""] * 20)]
    said = _in_a_terminal(tmp_path, [*([""] * 6), "张一", *once, *again])
    assert "一人只能把一关,政策关分不到人" in said
    assert "信息员 / Reporter [张一]" in said
    roster = (tmp_path / "roster.yaml").read_text(encoding="utf-8")
    assert roster.count('"刘六"') == 1
    assert '"赵七"' in roster


def _in_a_terminal(folder: Path, answers: list[str]) -> str:
    """Run it in a terminal of its own, and answer each question once it is asked."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "HUIYING_DATA_DIR": str(folder / "data"), "TERM": "dumb"}
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(folder)
        os.execve(sys.executable, [sys.executable, "-m", "bot", "init"], environment)  # noqa: S606 - there is no shell
    said = b""
    waiting = list(answers)
    while select.select([terminal], [], [], PATIENCE)[0]:
        try:
            heard = os.read(terminal, 4096)
        except OSError:  # it has ended
            break
        said += heard
        if SIGNS.sub(b"", said).endswith(b": ") and waiting:
            os.write(terminal, (waiting.pop(0) + "\n").encode())
    os.close(terminal)
    _, ended = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(ended) == 0, said.decode(errors="replace")
    return said.decode(errors="replace")
