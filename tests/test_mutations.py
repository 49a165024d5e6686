"""Every promise that is broken on purpose is found: see faults/mutations/README.md."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[1]
TREE: Final = ("config", "storage", "handlers", "bot", "tests", "pyproject.toml")
NO_FINDING: Final = re.compile(r"\b(ImportError|ModuleNotFoundError|SyntaxError|NameError|IndentationError)\b")
PATIENCE: Final = 600  # seconds
TOLD: Final = ("PYTEST_", "HUIYING_TEST_REQUIRE_")  # what this run was told


@dataclass(frozen=True)
class Mutation:
    """A patch, and what must find it."""

    file: Path
    runs: str
    says: str


def read(file: Path) -> Mutation:
    """Read the head of a patch."""
    head = dict(re.findall(r"^(Breaks|Runs|Says): (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE))
    assert set(head) == {"Breaks", "Runs", "Says"}, f"{file.name} lacks a line of its head"
    return Mutation(file, head["Runs"], head["Says"])


MUTATIONS: Final = [read(file) for file in sorted((ROOT / "tests/faults/mutations").glob("*.patch"))]
# What pytest is to run is run unharmed by this very run.
COMMANDS: Final = sorted({mutation.runs for mutation in MUTATIONS if not mutation.runs.startswith("-m pytest ")})


def run(folder: Path, command: str) -> "subprocess.CompletedProcess[str]":
    """Run a command of Python in a tree."""
    # A test within a test is a run of its own: it need not tread every ground that CI insists on.
    environment = {name: value for name, value in os.environ.items() if not name.startswith(TOLD)}
    return subprocess.run(
        [sys.executable, *shlex.split(command)], cwd=folder, env=environment, capture_output=True, text=True,
        timeout=PATIENCE, check=False,
    )  # fmt: skip


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Give a copy of the tree, with what Python compiled of it."""
    for name in TREE:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tmp_path / name)
        else:
            shutil.copy2(source, tmp_path / name)
    return tmp_path


def test_there_are_enough() -> None:
    """A folder that was emptied by mistake proves nothing."""
    assert len(MUTATIONS) >= 15


@pytest.mark.parametrize("command", COMMANDS)
def test_what_finds_the_harms_is_green_without_them(command: str) -> None:
    """Each of these commands passes on the tree as it is."""
    done = run(ROOT, command)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.file.stem)
def test_each_harm_is_found(tree: Path, mutation: Mutation) -> None:
    """With the patch applied, its command fails by an assertion, and says what is broken."""
    applied = subprocess.run(
        ["git", "apply", "-C1", str(mutation.file)], cwd=tree, capture_output=True, text=True, check=False
    )
    assert applied.returncode == 0, f"it does not apply any more: {applied.stderr}"
    done = run(tree, mutation.runs)
    said = done.stdout + done.stderr
    assert done.returncode == 1, f"nothing found it: {said[-2000:]}"
    assert re.search(mutation.says, said), f"it was found by something else: {said[-3000:]}"
    assert not NO_FINDING.search(said), f"it broke before anything could find it: {said[-3000:]}"
