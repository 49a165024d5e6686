"""A real desk as a process of its own, `python -m bot …`, that may die at a named commit and is started again."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.faults.launcher import VARIABLE

ROOT: Final = Path(__file__).parents[2]


def free_port() -> int:
    """Find a port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


class DeskProcess:
    """One process of the product. It is killed, never asked to stop, until the end of the test."""

    def __init__(self, folder: Path, settings: Mapping[str, str], *, name: str = "run") -> None:
        """Say in which folder it runs; settings by their names without HUIYING_, name of its log."""
        self._folder = folder
        self._settings = {f"HUIYING_{name}": value for name, value in settings.items()}
        self._process: subprocess.Popen[bytes] | None = None
        self.output = folder / f"{name}.out"
        self.started_at = 0.0
        self.starts = 0

    def start(self, kill: str = "") -> None:
        """Start it; kill: at which commit it dies, as the launcher reads it."""
        # What is started in the background would ignore an interrupt, and so would its own children.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        self._process = self._begin(["run"], kill)
        self.started_at = time.monotonic()
        self.starts += 1

    def runs(self, *command: str, kill: str = "") -> int:
        """Run another command of the desk beside it, to its end; return the exit code, negative for a signal."""
        return self._begin(command, kill).wait(120)

    @property
    def is_dead(self) -> bool:
        """Say whether it was killed; AssertionError, with what it printed, when it ended by itself."""
        code = self._process.poll() if self._process else -signal.SIGKILL
        assert code in (None, -signal.SIGKILL), f"the desk ended with {code}:\n{self.tail()}"
        return code is not None

    @property
    def pid(self) -> int:
        """Return its number."""
        return self._process.pid if self._process else 0

    @contextmanager
    def held_still(self) -> Iterator[None]:
        """Let it do nothing for a moment."""
        running = self._process is not None and self._process.poll() is None
        if running:
            os.kill(self.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            if running:
                os.kill(self.pid, signal.SIGCONT)

    def kill(self) -> None:
        """Kill it as a machine that lost power does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def stop(self) -> int:
        """Ask it to stop as a service is asked; return the exit code."""
        if self._process is None:
            return 0
        self._process.terminate()
        try:
            return self._process.wait(30)
        finally:
            self.kill()

    def printed(self) -> str:
        """Return all that it ever printed."""
        return self.output.read_text(errors="replace") if self.output.exists() else ""

    def tail(self, lines: int = 60) -> str:
        """Return what it printed last."""
        return "\n".join(self.printed().splitlines()[-lines:])

    def _begin(self, command: "list[str] | tuple[str, ...]", kill: str) -> "subprocess.Popen[bytes]":
        more = {VARIABLE: kill} if kill else {}
        environment = {**os.environ, **self._settings, **more, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
        with self.output.open("a") as out:
            return subprocess.Popen(
                [sys.executable, "-m", "tests.faults.launcher", *command],
                cwd=self._folder,
                env=environment,
                stdout=out,
                stderr=out,
            )
