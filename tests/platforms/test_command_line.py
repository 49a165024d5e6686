"""The command line: every foreseeable trouble is one sentence that says what to do; nothing ends in a traceback."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from config.roster import DRILL

ROOT = Path(__file__).parents[2]
PLANS = ROOT / "config" / "plans"


def environment_of(folder: Path, **settings: str) -> dict[str, str]:
    named = {f"HUIYING_{name}": value for name, value in settings.items()}
    return {**os.environ, "HUIYING_DATA_DIR": str(folder / "data"), "PYTHONPATH": str(ROOT), **named}


def bot(folder: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m bot …` in an empty folder."""
    command = [sys.executable, "-m", "bot", *words]
    environment = environment_of(folder, **settings)
    return subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=False)


def _changed_plan(folder: Path, old: str, new: str) -> Path:
    """Copy the shipped plans with one change in the bureau's own file."""
    for file in PLANS.glob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        if file.stem == "gangbei-2017":
            assert old in text
            text = text.replace(old, new)
        (folder / file.name).write_text(text, encoding="utf-8")
    return folder / "gangbei-2017.yaml"


REFUSED = [
    ("a port that is none", {"PORT": "eighty"}, "HUIYING_PORT 写了 eighty"),
    ("a database of another kind", {"DATABASE_URL": "mysql://localhost/x"}, "HUIYING_DATABASE_URL"),
    ("a language that is none", {"LANGUAGE": "fr"}, "HUIYING_LANGUAGE 写了 fr"),
    ("a plan that is not there", {"PLAN": "nowhere.yaml"}, "nowhere.yaml"),
    ("a roster that is not there", {"ROSTER": "nobody.yaml"}, "nobody.yaml"),
    ("a database address that is none", {"DATABASE_URL": "postgresql://h:notport/x"}, "HUIYING_DATABASE_URL 看不懂"),
    ("a database nobody can open", {"DATABASE_URL": "sqlite:////nowhere/at/all.db"}, "数据库不能用"),
]


@pytest.mark.parametrize(("settings", "said"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_a_bad_setting_is_refused_in_a_sentence(tmp_path: Path, settings: dict[str, str], said: str) -> None:
    """The variable or file is named, and there is no traceback."""
    done = bot(tmp_path, "doctor", **settings)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["run", "drill"])
def test_a_port_somebody_else_has_is_named(tmp_path: Path, command: str) -> None:
    """The desk does not begin half: it says which port, and how to choose another."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = bot(tmp_path, command, HOST="127.0.0.1", PORT=str(port))
    assert done.returncode == 1
    assert f"127.0.0.1:{port} 用不了" in done.stderr
    assert "HUIYING_PORT" in done.stderr
    assert "已启动" not in done.stdout
    assert "Traceback" not in done.stderr


def test_a_bad_plan_is_refused_with_file_line_and_remedy(tmp_path: Path) -> None:
    """What is wrong, where, and what to write instead, in both languages."""
    plan = _changed_plan(tmp_path, "unit: hour", "unit: fortnight")
    done = bot(tmp_path, "run", PLAN=str(plan))
    assert done.returncode == 1
    assert "gangbei-2017.yaml 第 " in done.stderr
    assert "fortnight" in done.stderr
    assert "working_day" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_bad_roster_is_refused_with_file_line_and_remedy(tmp_path: Path) -> None:
    """A roster that cannot work under the plan is not taken."""
    roster = tmp_path / "roster.yaml"
    roster.write_text("people:\n  - {key: a, name: 甲, roles: [emperor]}\n", encoding="utf-8")
    done = bot(tmp_path, "roster", str(roster))
    assert done.returncode == 1
    assert "roster.yaml 第 2 行" in done.stderr
    assert "emperor" in done.stderr


def test_a_roster_shows_its_difference_before_it_applies(tmp_path: Path) -> None:
    """Without --apply nothing changes; with it the new people are there."""
    assert "钱进" in bot(tmp_path, "roster", str(DRILL)).stdout
    assert "以上还没有生效" in bot(tmp_path, "roster", str(DRILL)).stdout
    assert "已按新值班表更换" in bot(tmp_path, "roster", str(DRILL), "--apply").stdout
    assert bot(tmp_path, "roster", str(DRILL)).stdout.strip() == "没有变化。"
    changed = tmp_path / "roster.yaml"
    changed.write_text(DRILL.read_text(encoding="utf-8").replace("李敏", "李小敏"), encoding="utf-8")
    said = bot(tmp_path, "roster", str(changed)).stdout
    assert "李小敏" in said
    assert "钱进" not in said


def test_the_first_start_takes_the_roster(tmp_path: Path) -> None:
    """HUIYING_ROSTER is taken once; the doctor then counts people and names what the chats are for."""
    with running(tmp_path, ROSTER=str(DRILL)):
        said = bot(tmp_path, "doctor", ROSTER=str(DRILL)).stdout
    assert "人员 21 名" in said
    assert "已绑定会话:工作群、联席会议群、发布频道" in said
    assert "还没有工作群" not in said
    assert f"值班表 {DRILL} 已收下" in said
    assert "还没有管理员" in said


def test_doctor_makes_nothing(tmp_path: Path) -> None:
    """Before the first start it says what the start will do, checks the rest, and leaves no file behind."""
    done = bot(tmp_path, "doctor", ROSTER=str(DRILL))
    assert done.returncode == 0, done.stderr
    assert "还没有数据库:第一次启动(make run)会建立" in done.stdout
    assert f"值班表 {DRILL} 写得对,有 21 人;启动时收下" in done.stdout
    assert "时限规则" in done.stdout
    assert "Telegram 未启用" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_doctor_speaks_english_without_chinese_signs(tmp_path: Path) -> None:
    """Lists and names of uses too; the names of people and of the plan are as they are."""
    bot(tmp_path, "roster", str(DRILL), "--apply")
    bot(tmp_path, "administrator", "郑局长")
    bot(tmp_path, "administrator", "李敏")
    said = bot(tmp_path, "doctor", LANGUAGE="en").stdout
    assert "chats bound: staff group, joint meeting, release channel" in said
    assert "administrators: " in said
    assert "、" not in said


def test_a_changed_roster_is_named_at_the_start(tmp_path: Path) -> None:
    """It is not in force; the greeting and the doctor say which command takes it in. A broken one stops nothing."""
    file = tmp_path / "roster.yaml"
    file.write_text(DRILL.read_text(encoding="utf-8"), encoding="utf-8")
    bot(tmp_path, "roster", str(file), "--apply")
    assert "没有变化" in bot(tmp_path, "roster", str(file)).stdout
    assert "还没有生效" not in greeting(tmp_path, ROSTER=str(file))
    file.write_text(DRILL.read_text(encoding="utf-8").replace("李敏", "李小敏"), encoding="utf-8")
    command = f"python -m bot roster {file} --apply"
    assert f"值班表 {file} 与收下的不同,还没有生效" in greeting(tmp_path, ROSTER=str(file))
    assert command in bot(tmp_path, "doctor", ROSTER=str(file)).stdout
    file.write_text("people: nobody\n", encoding="utf-8")
    assert f"值班表 {file} 读不了,仍按以前收下的办" in greeting(tmp_path, ROSTER=str(file))


def test_the_first_administrator_comes_from_here(tmp_path: Path) -> None:
    """A name and an account make an administrator; a garbled account does not."""
    assert bot(tmp_path, "administrator", "老方", "--account", "telegram").returncode == 2
    assert bot(tmp_path, "administrator", "老方", "--account", "telegram=42").stdout == "老方 现在是管理员。\n"
    said = bot(tmp_path, "doctor").stdout
    assert "管理员:老方" in said
    assert "还没有工作群:线索的卡片和提醒没有地方显示。请管理员私聊发“绑定 工作群”" in said


def test_the_greeting_says_how_to_name_the_first_administrator(tmp_path: Path) -> None:
    """Until there is one: then it says nothing of it."""
    first = greeting(tmp_path)
    assert "还没有人员" in first
    assert "还没有管理员:请运行 python -m bot administrator 姓名 --account 平台=账号" in first
    bot(tmp_path, "administrator", "老方", "--account", "telegram=42")
    assert "管理员" not in greeting(tmp_path)


def test_an_administrator_on_the_roster_is_the_same_person(tmp_path: Path) -> None:
    """A rostered name gets the role; a name nobody has is refused with those there are, account or not."""
    bot(tmp_path, "roster", str(DRILL), "--apply")
    assert bot(tmp_path, "administrator", "郑局长").returncode == 0
    assert "人员 21 名" in bot(tmp_path, "doctor").stdout
    for account in ((), ("--account", "telegram=42")):
        mistyped = bot(tmp_path, "administrator", "郑局常", *account)
        assert mistyped.returncode == 1
        assert "名册里没有「郑局常」,未做任何改动。已有:" in mistyped.stderr
        assert "郑局长" in mistyped.stderr
    assert "人员 21 名" in bot(tmp_path, "doctor").stdout


def test_a_longer_limit_changes_the_transcript(tmp_path: Path) -> None:
    """The example case is played by the plan in force: 36 instead of 48 hours, and the history verifies."""
    plan = _changed_plan(tmp_path, "amount: 48", "amount: 36")
    shipped, changed = bot(tmp_path, "drill", "--play"), bot(tmp_path, "drill", "--play", PLAN=str(plan))
    assert (shipped.returncode, changed.returncode) == (0, 0), changed.stderr
    assert "⏱ 48小时内回应" in shipped.stdout
    assert "⏱ 36小时内回应" in changed.stdout
    assert "履历核验有效" in changed.stdout


def greeting(folder: Path, **settings: str) -> str:
    """Start the desk, and return what it printed when it is up."""
    with (folder / "out").open("w") as out, running(folder, out.fileno(), **settings):
        pass
    return (folder / "out").read_text()


@contextmanager
def running(folder: Path, out: int = subprocess.DEVNULL, **settings: str) -> Iterator[str]:
    """Run the desk in the background; give its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = environment_of(folder, PORT=str(port), **settings)
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "run"], env=environment, cwd=folder, stdout=out, text=True
    ) as desk:
        try:
            yield _until_up(f"http://127.0.0.1:{port}")
        finally:
            desk.terminate()
            desk.wait(20)


def _until_up(address: str) -> str:
    for _ in range(300):
        try:
            httpx.get(f"{address}/healthz", timeout=2, trust_env=False)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return address
    raise AssertionError("the desk did not come up")


def test_the_desk_stays_up_and_a_second_one_is_refused(tmp_path: Path) -> None:
    """The press room, the drill room and the health page answer; a second desk on the same data says why not."""
    with running(tmp_path) as address:
        for page in ("/", "/drill/", "/drill/press/", "/feed.atom", "/healthz"):
            assert httpx.get(address + page, timeout=10, trust_env=False).status_code == 200, page
        second = bot(tmp_path, "run", PORT="1")
        assert second.returncode == 1
        assert "另一个进程正在用这个数据目录" in second.stderr


def test_an_import_beside_a_running_desk_is_handled_by_it(tmp_path: Path) -> None:
    """The command only stores; the desk that runs registers."""
    posts = tmp_path / "posts.csv"
    posts.write_text("text\n锦绣花园停水三天全小区没水喝\n西江路路灯坏了一个月没人修\n", encoding="utf-8")
    with running(tmp_path):
        said = bot(tmp_path, "import", str(posts)).stdout
    assert said.startswith("读入 2 行:收下 2,以前收过 0,坏行 0;登记 2 件,并入 0 条")
