"""What an operator leans on is true: alarm tables, alert rules, service units, and the container's files."""

import ast
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from ruamel.yaml import YAML

import bot.examining
from bot import sending
from bot.outbox_command import STAGES
from storage.outbox import LANES
from tests.test_documents import OPERATING, ROOT, code, columns, commands

SYSTEMD: Final = ROOT / "docs" / "systemd"
UNITS: Final = sorted(SYSTEMD.iterdir())
TELLING: Final = ("tell_administrators", "_alarm")
LEVELS: Final = ("warning", "error", "exception")
DRILL: Final = ("bot/drill/", "bot/web/drill")  # nothing real depends on it
METRIC: Final = r"\bhuiying_[a-z0-9_]+\b"


# the alarm tables


def functions() -> Iterator[tuple[Path, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Yield every function of the desk, without the drill's."""
    for file in (*(ROOT / "bot").rglob("*.py"), *(ROOT / "handlers").rglob("*.py"), *(ROOT / "storage").rglob("*.py")):
        if not str(file.relative_to(ROOT)).startswith(DRILL):
            tree = ast.parse(file.read_text(encoding="utf-8"))
            for node in ast.walk(tree):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    yield file, node


def calls(function: ast.AST) -> Iterator[ast.Call]:
    """Yield the calls in a function."""
    return (node for node in ast.walk(function) if isinstance(node, ast.Call))


def called(call: ast.Call) -> str:
    """Return the last name of what is called."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def sentences() -> str:
    """Return every text of the desk's own code."""
    files = [*(ROOT / "bot").rglob("*.py"), *(ROOT / "handlers").rglob("*.py")]
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def test_every_notice_to_administrators_is_explained() -> None:
    """Each place from which administrators are told is in the table, and no other; its words are the desk's."""
    telling = {
        f"{file.stem}.{function.name}"
        for file, function in functions()
        if any(called(call) in TELLING for call in calls(function)) and function.name != "alarm"
    }
    rows = list(columns(OPERATING, "notices", 0, 1))
    assert {code(where)[0] for where, _ in rows} == telling
    said = sentences()
    assert [words for _, words in rows if not all(part in said for part in code(words))] == []


def test_every_alarm_of_telegram_is_explained() -> None:
    """What the desk can say when nothing is heard from there stands in the table, each by itself."""
    explained = [words for where, words in columns(OPERATING, "notices", 0, 1) if code(where) == ("troubles.told",)]
    told = re.findall(r'"(conflict|token|webhook)": t\(', (ROOT / "bot/chat/telegram/troubles.py").read_text("utf-8"))
    assert len(explained) == len(told)


def test_every_warning_in_the_log_is_explained() -> None:
    """The table lists every event that is logged as warning or error, and no other."""
    logged = set()
    for _, function in functions():
        for call in calls(function):
            of_log = isinstance(call.func, ast.Attribute) and getattr(call.func.value, "id", "") == "log"
            if of_log and called(call) in LEVELS:
                event = call.args[0]
                assert isinstance(event, ast.Constant)
                logged.add(event.value)
    assert {code(event)[0] for (event,) in columns(OPERATING, "log lines", 0)} == logged


def test_every_finding_of_doctor_is_explained() -> None:
    """Each line that the check-up itself can say is in the table."""
    source = Path(bot.examining.__file__).read_text(encoding="utf-8")
    said = {line for line in re.findall(r'\bt\(\s*"([^"]+)"', source) if line != "无"}
    explained = [code(cell) for (cell,) in columns(OPERATING, "doctor", 0)]
    assert {line for line in said if not any(all(part in line for part in parts) for parts in explained)} == set()
    assert [parts for parts in explained if not any(all(part in line for part in parts) for line in said)] == []


# what Prometheus is told


def metrics() -> set[str]:
    """Return the names that /metrics gives."""
    return set(re.findall(rf'"({METRIC})"', (ROOT / "bot/web/metrics.py").read_text(encoding="utf-8")))


def rules() -> list[dict[str, Any]]:
    """Return the example rules."""
    read = YAML(typ="safe").load((ROOT / "docs" / "prometheus-alerts.yaml").read_text(encoding="utf-8"))
    return [rule for group in read["groups"] for rule in group["rules"]]


def test_the_metrics_are_those_of_the_code() -> None:
    """The table lists every metric, and no other."""
    assert {code(cell)[0] for (cell,) in columns(OPERATING, "metrics", 0)} == metrics()


def test_the_rules_ask_for_what_there_is() -> None:
    """Each has a name of its own, a severity and a summary; its metrics and labels are those of /metrics."""
    found = rules()
    assert len({rule["alert"] for rule in found}) == len(found) >= 5
    for rule in found:
        assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert rule["annotations"]["summary"].strip().count("\n") == 0
        assert re.fullmatch(r"\d+[smh]", rule.get("for", "1m"))
        assert set(re.findall(METRIC, rule["expr"])) <= metrics()
        assert set(re.findall(r'state="(\w+)"', rule["expr"])) <= set(STAGES)
        assert set(re.findall(r'lane="(\w+)"', rule["expr"])) <= set(LANES)
    assert {name for rule in found for name in re.findall(METRIC, rule["expr"])} >= {
        "huiying_clocks_overdue_unfired",
        "huiying_oldest_waiting_seconds",
    }


# the service


def unit(file: Path) -> dict[str, dict[str, list[str]]]:
    """Read a unit: sections, and the values of each key in order."""
    sections: dict[str, dict[str, list[str]]] = {}
    here: dict[str, list[str]] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        if head := re.fullmatch(r"\[(\w+)\]", line):
            here = sections.setdefault(head[1], {})
        elif line and not line.startswith("#"):
            key, _, value = line.partition("=")
            here.setdefault(key, []).append(value)
    return sections


@pytest.mark.parametrize("file", [file for file in UNITS if file.suffix == ".service"], ids=lambda file: file.name)
def test_a_unit_runs_a_command_there_is_and_is_locked_in(file: Path) -> None:
    """Its command exists; it is nobody's root, gains no rights, and writes only where it must."""
    service = unit(file)["Service"]
    words = shlex.split(service["ExecStart"][0])
    assert words[:3] == ["/opt/huiying/.venv/bin/python", "-m", "bot"]
    assert words[3] in commands()
    assert service["User"] == ["huiying"]
    assert service["NoNewPrivileges"] == ["yes"]
    assert service["ProtectSystem"] == ["strict"]
    assert service["CapabilityBoundingSet"] == [""]
    assert service["UMask"] == ["0077"]


def test_the_service_comes_back_and_is_given_time_to_end() -> None:
    """It restarts whatever happens, and systemd waits longer than the desk does for its calls."""
    service = unit(SYSTEMD / "huiying.service")["Service"]
    assert service["Restart"] == ["always"]
    assert service["KillSignal"] == ["SIGTERM"]
    assert service["StateDirectory"] == ["huiying"]
    assert service["WorkingDirectory"] == ["/var/lib/huiying"]
    assert int(service["TimeoutStopSec"][0]) > sending.LAST_WAIT * 2
    assert int(compose()["services"]["desk"]["stop_grace_period"].removesuffix("s")) > sending.LAST_WAIT * 2


def test_the_timer_backs_up_every_night() -> None:
    """And old backups are removed only after a new one was found well."""
    timer = unit(SYSTEMD / "huiying-backup.timer")
    assert timer["Timer"]["Persistent"] == ["true"]
    backup = unit(SYSTEMD / "huiying-backup.service")["Service"]
    target = shlex.split(backup["ExecStart"][0])[-1]
    assert target in shlex.split(backup["ExecStartPost"][0])
    assert target in backup["ReadWritePaths"][0].split()


def test_the_units_are_well_formed(tmp_path: Path) -> None:
    """Sections and keys are written as systemd writes them; where it is installed, it finds nothing to complain of."""
    for file in UNITS:
        assert set(unit(file)) <= {"Unit", "Service", "Timer", "Install"}
        assert all(re.fullmatch(r"[A-Z][A-Za-z]+", key) for section in unit(file).values() for key in section)
        text = file.read_text(encoding="utf-8").replace("/opt/huiying/.venv/bin/python", "/bin/true")
        (tmp_path / file.name).write_text(text, encoding="utf-8")
    verify = shutil.which("systemd-analyze")
    if verify:
        names = [str(tmp_path / file.name) for file in UNITS]
        done = subprocess.run([verify, "verify", *names], capture_output=True, text=True, check=False)
        assert [line for line in done.stderr.splitlines() if "huiying" in line] == []


# the container


def compose() -> dict[str, Any]:
    """Return the compose file."""
    read: dict[str, Any] = YAML(typ="safe").load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    return read


def instructions(word: str) -> list[str]:
    """Return what stands behind an instruction of the Dockerfile, continued lines joined."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    return re.findall(rf"^{word} +(.+)$", text, re.MULTILINE)


def test_what_the_image_copies_is_there_and_let_in() -> None:
    """Every path that is copied from the tree exists, and .dockerignore lets it in."""
    copied = [words.split() for words in instructions("COPY") if not words.startswith("--from")]
    sources = {source for *found, _ in copied for source in found}
    assert sources == {"requirements/base.lock", "."}
    let_in = [line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line[:1] == "!"]
    assert {"config", "storage", "handlers", "bot", "requirements/base.lock"} <= set(let_in)
    assert [path for path in let_in if not (ROOT / path).exists()] == []


def test_the_image_is_nobodys_root_and_says_how_it_is() -> None:
    """It runs as its own user, asks /healthz, keeps its data in a volume, and starts the desk."""
    assert instructions("USER") == ["desk"]
    assert "/healthz" in instructions("HEALTHCHECK")[0]
    assert instructions("STOPSIGNAL") == ["SIGTERM"]
    assert instructions("CMD")[-1] == '["python", "-m", "bot", "run"]'
    assert set(instructions("VOLUME")[0].split()) == {volume.partition(":")[2] for volume in desk()["volumes"]}
    made = " ".join(instructions("RUN"))
    assert all(f"/{folder}" in made for folder in ("data", "backup"))


def test_init_can_write_in_the_container() -> None:
    """What it writes lies where the desk is started: in a volume of the desk's own; no code is taken from there."""
    (folder,) = instructions("WORKDIR")
    assert folder in {volume.partition(":")[2] for volume in desk()["volumes"]}
    assert re.search(rf"install -d -o desk .*{folder}\b", " ".join(instructions("RUN")))
    given = dict(pair.split("=", 1) for words in instructions("ENV") for pair in words.split())
    assert given["HUIYING_DATA_DIR"] == folder
    assert (given["PYTHONPATH"], given["PYTHONSAFEPATH"]) == ("/desk", "1")


def desk() -> dict[str, Any]:
    """Return the desk of the compose file."""
    found: dict[str, Any] = compose()["services"]["desk"]
    return found


def test_the_container_is_locked_in() -> None:
    """Nothing but its volumes can be written, no right is gained, and its port is this machine's alone."""
    assert desk()["read_only"] is True
    assert desk()["cap_drop"] == ["ALL"]
    assert desk()["security_opt"] == ["no-new-privileges:true"]
    assert all(port.startswith("127.0.0.1:") for port in desk()["ports"])
    used = [volume for service in compose()["services"].values() for volume in service["volumes"]]
    assert {volume.partition(":")[0] for volume in used} == set(compose()["volumes"])
    assert {name for name in desk()["environment"] if name.startswith("HUIYING_")} == {
        "HUIYING_HOST", "HUIYING_PORT", "HUIYING_DATA_DIR",
    }  # fmt: skip


REPLICAS: Final = {"web": "web", "work": "work"}  # service, command


def test_several_processes_are_locked_in_like_one() -> None:
    """Two that receive and two that work, on PostgreSQL, each with a health check and time to end; none by default."""
    services = compose()["services"]
    assert {name for name, service in services.items() if "profiles" not in service} == {"desk"}
    assert {name for name, service in services.items() if service.get("profiles") == ["replicas"]} == {
        *REPLICAS, "postgresql",
    }  # fmt: skip
    for name, command in REPLICAS.items():
        service = services[name]
        same = ("build", "environment", "volumes", "read_only", "cap_drop", "security_opt", "stop_grace_period")
        assert [service[key] for key in same] == [desk()[key] for key in same]
        assert service["command"] == ["python", "-m", "bot", command]
        assert command in commands()
        assert service["deploy"]["replicas"] == 2
        assert any("/healthz" in word for word in service["healthcheck"]["test"])
        assert service["depends_on"] == {"postgresql": {"condition": "service_healthy"}}
    assert all(port.startswith("127.0.0.1:") for port in services["web"]["ports"])
    assert int(services["postgresql"]["stop_grace_period"].removesuffix("s")) > sending.LAST_WAIT * 3
