"""Footprint: seconds until `python -m bot run` answers /healthz, and the memory it holds at rest.

`python -m bench.footprint`
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Final

PATIENCE: Final = 120  # seconds
AT_REST: Final = 10  # seconds after the first answer


def main() -> None:
    """Measure a first start, with an empty folder, and a second one, and print."""
    folder = Path(tempfile.mkdtemp(prefix="huiying-bench-"))
    try:
        for what in ("first start (the tables are made)", "start"):
            seconds, cpu, resident = _one(folder)
            print(f"  {what}: {seconds:.2f} s ({cpu:.2f} s of the processor), {resident:.0f} MB at rest", flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _one(folder: Path) -> tuple[float, float, float]:
    port = _free_port()
    settings = {"HUIYING_DATA_DIR": str(folder), "HUIYING_PORT": str(port), "HUIYING_LOG_LEVEL": "error"}
    began = time.perf_counter()
    command = [sys.executable, "-m", "bot", "run"]
    running = subprocess.Popen(command, env={**os.environ, **settings}, stdout=subprocess.DEVNULL)  # noqa: S603 - our own desk
    try:
        _wait_for(f"http://127.0.0.1:{port}/healthz")
        seconds, cpu = time.perf_counter() - began, _cpu(running.pid)
        time.sleep(AT_REST)
        return seconds, cpu, _resident(running.pid)
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait()


def _wait_for(url: str) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=PATIENCE):  # noqa: S310 - loopback
            return
        time.sleep(0.02)
    raise TimeoutError(url)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _resident(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1000


if __name__ == "__main__":
    main()
