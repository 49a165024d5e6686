"""Telegram: how fast an update is stored, handled and answered, beside a bare echo bot of the same library.

Both bots speak to the same Bot API double in the same run, each in a process of its own. All figures come from the
double's log: when each update was pushed to the webhook, and when its answer came in.
"""

import argparse
import os
import secrets
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import httpx

from bench.telegram_double import CONNECTIONS, PATH, Done, Order, accounts, name_of
from bot.chat.telegram.webhook import WEBHOOK_PATH

ROOT: Final = Path(__file__).resolve().parents[1]
UPDATES: Final = int(os.environ.get("HUIYING_BENCH_UPDATES", "2000"))
ROUNDS: Final = int(os.environ.get("HUIYING_BENCH_ROUNDS", "3"))
STEADY: Final = ((30.0, 5.0), (200.0, 10.0))  # updates a second, seconds; Telegram lets a bot answer 30 a second
PEOPLE: Final = 400
PATIENCE: Final = 60.0  # seconds for a process to be ready
LONGEST: Final = 60.0  # seconds for a round
AT_ONCE: Final = 8  # updates that the echo bot handles at once: it is slower with more, and with the library's own 256
QUIET: Final = 0.7  # seconds without a call: whatever a bot does at its start is done
TICKS: Final = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Side:
    """One of the bots."""

    name: str
    token: str
    url: str
    process: "subprocess.Popen[bytes]"
    secret: str = ""
    command: str = ""  # what is said to it; empty: a number, which it must say again


@dataclass(frozen=True)
class Result:
    """What one round came to."""

    rate: float  # answered a second
    cpu: float  # seconds of the bot's CPU for one update
    double: float  # share of a core that the double used
    taken: tuple[float, float, float]  # seconds until the webhook took an update: p50, p95, p99
    answered: tuple[float, float, float]  # seconds until the answer came in


Pair = tuple[Result, Result]  # the echo bot's and the desk's
NAMES: Final = ("echo bot", "desk")


class Wrong(Exception):
    """A round did not go as it must for its figures to mean anything."""


class Bench:
    """The double and the bots that speak to it."""

    def __init__(self, stack: ExitStack) -> None:
        """Start the double; everything ends with the stack."""
        self._stack = stack
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._client = stack.enter_context(httpx.Client(base_url=self.url, timeout=LONGEST + 10, trust_env=False))
        self.process = self.start("bench.telegram_double", "--port", str(self.port))
        _until(lambda: _listens(self.port), self.process)
        people = accounts(PEOPLE)
        self.control("people", users=people, names=[name_of(account) for account in people])

    def start(self, module: str, *arguments: str, **environment: str) -> "subprocess.Popen[bytes]":
        """Start a process that ends with the benchmark."""
        command = [sys.executable, "-m", module, *arguments]
        process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment}, stdout=subprocess.DEVNULL)  # noqa: S603 - our own
        self._stack.callback(_end, process)
        return process

    def control(self, name: str, **given: object) -> Any:  # noqa: ANN401 - whatever the double answers
        """Let the double do something."""
        return self._client.post(f"/control/{name}", json=given).raise_for_status().json()["result"]

    def new_bot(self, name: str) -> str:
        """Register a bot; return its token."""
        token = f"{secrets.randbelow(10**9) + 10**9}:{secrets.token_hex(20)}"
        self.control("add_bot", token=token, username=f"{name}_bot")
        return token

    def until_quiet(self, side: Side, port: int) -> None:
        """Wait until a bot listens and has done what it does at its start."""
        _until(lambda: _listens(port), side.process)
        seen, since = -1, time.monotonic()
        while time.monotonic() - since < QUIET:
            calls = len(self.control("calls"))
            if calls != seen:
                seen, since = calls, time.monotonic()
            time.sleep(QUIET / 5)

    def round(self, side: Side, count: int, rate: float = 0.0) -> Result:
        """Let people say so much to a bot; raises Wrong when an update was not answered just once and rightly."""
        people = accounts(PEOPLE)
        texts = [side.command or f"第 {n} 条" for n in range(count)]
        answers = [name_of(people[n % PEOPLE]) if side.command else texts[n] for n in range(count)]
        order = Order(side.token, side.url, side.secret, texts, people, answers, rate, LONGEST)
        cpu = _cpu(side.process)
        done = Done(**self._client.post(PATH, json=asdict(order)).raise_for_status().json())
        lost = sum(moment < 0 for moment in done.answered)
        if lost or done.wrong:
            raise Wrong(f"{side.name}: {lost} of {count} without an answer; {done.wrong[:5]}")
        return _result(done, _cpu(side.process) - cpu)


def _result(done: Done, cpu: float) -> Result:
    count, took = len(done.answered), max(done.answered) - min(done.pushed)
    return Result(
        count / took, cpu / count, done.cpu / took, _ranks(done.due, done.taken), _ranks(done.due, done.answered)
    )


def _ranks(begun: Sequence[float], ended: Sequence[float]) -> tuple[float, float, float]:
    waited = sorted(end - begin for begin, end in zip(begun, ended, strict=True))
    p50, p95, p99 = (waited[min(len(waited) - 1, int(len(waited) * share))] for share in (0.5, 0.95, 0.99))
    return p50, p95, p99


def _taker(bench: Bench) -> Side:
    token, port = bench.new_bot("taker"), _free_port()
    arguments = ("--token", token, "--api-port", str(bench.port), "--port", str(port))
    side = Side("bare sockets", token, f"http://127.0.0.1:{port}/", bench.start("bench.telegram_taker", *arguments))
    bench.until_quiet(side, port)
    return side


def _echo(bench: Bench, at_once: int) -> Side:
    token, port = bench.new_bot(f"echo_{at_once}"), _free_port()
    arguments = ("--token", token, "--api-url", bench.url, "--port", str(port), "--at-once", str(at_once))
    side = Side("echo bot", token, f"http://127.0.0.1:{port}/telegram", bench.start("bench.telegram_echo", *arguments))
    bench.until_quiet(side, port)
    return side


def _desk(bench: Bench, folder: Path, profile: Path | None) -> Side:
    token, port, secret = bench.new_bot("desk"), _free_port(), secrets.token_hex(16)
    settings = {
        "DATA_DIR": str(folder),
        "PORT": str(port),
        "LOG_LEVEL": "warning",
        "TELEGRAM_TOKEN": token,
        "TELEGRAM_API_URL": bench.url,
        "TELEGRAM_MODE": "webhook",
        "TELEGRAM_WEBHOOK_SECRET": secret,
    }
    arguments = ("--people", str(PEOPLE), *(("--profile", str(profile)) if profile else ()))
    named = {f"HUIYING_{name}": value for name, value in settings.items()}
    process = bench.start("bench.telegram_desk", *arguments, **named)
    side = Side("desk", token, f"http://127.0.0.1:{port}{WEBHOOK_PATH}", process, secret, "我是谁")
    bench.until_quiet(side, port)
    return side


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def _listens(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


def _until(happened: Callable[[], bool], process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + PATIENCE
    while not happened():
        if process.poll() is not None or time.monotonic() > deadline:
            raise Wrong(f"a process did not come up: {process.args!r}")
        time.sleep(0.05)


def _cpu(process: "subprocess.Popen[bytes]") -> float:
    """Return the seconds of CPU a process has used; proc_pid_stat(5)."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGINT)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def main(*, profile: bool = False) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="huiying-bench-") as name:
        shown = Path(name) / "profile" if profile else None
        with ExitStack() as stack:
            bench = Bench(stack)
            _measure(bench, _desk(bench, Path(name) / "desk", shown), profile=profile)
        if shown is not None:
            print(shown.read_text())


def _measure(bench: Bench, desk: Side, *, profile: bool) -> None:
    taker, echo = _taker(bench), _echo(bench, AT_ONCE)
    for side in (taker, echo, desk):
        bench.round(side, PEOPLE)  # the first calls open connections and fill caches
    ceiling = bench.round(taker, UPDATES)
    if profile:
        desk.process.send_signal(signal.SIGUSR1)
    fast = [(bench.round(echo, UPDATES), bench.round(desk, UPDATES)) for _ in range(ROUNDS)]
    if profile:
        desk.process.send_signal(signal.SIGUSR2)
    steady = [
        (bench.round(echo, int(rate * seconds), rate), bench.round(desk, int(rate * seconds), rate))
        for rate, seconds in STEADY
    ]
    _print(ceiling, fast, steady)


def _print(ceiling: Result, fast: Sequence[Pair], steady: Sequence[Pair]) -> None:
    print(f"telegram: {UPDATES} updates, pushed to a webhook, stored, handled and answered on SQLite")
    print(f"  {CONNECTIONS} connections, {PEOPLE} people with one update under way each; WAL, synchronous=FULL")
    print("  limits lifted, since a vendor's would be measured otherwise; double and bots share the machine's cores")
    print(f"  double      {ceiling.rate:.0f}/s when bare sockets answer")
    for name, rounds in zip(NAMES, zip(*fast, strict=True), strict=True):
        print(f"  {name:11} {_fast(rounds)}")
    rate = statistics.median(desk.rate / echo.rate for echo, desk in fast)
    cpu = statistics.median(desk.cpu / echo.cpu for echo, desk in fast)
    print(f"  ratio       {rate:.2f} of the echo bot's updates a second, {cpu:.2f} of its CPU for each")
    for (a_second, seconds), results in zip(STEADY, steady, strict=True):
        print(f"  from push to answer at a steady {a_second:.0f}/s for {seconds:.0f} s")
        for name, result in zip(NAMES, results, strict=True):
            print(f"  {name:11} {_times(result.answered)} (webhook took it: {_times(result.taken)})")


def _fast(rounds: Sequence[Result]) -> str:
    rates, middle = [result.rate for result in rounds], statistics.median
    return (
        f"{middle(rates):.0f}/s answered ({' '.join(f'{rate:.0f}' for rate in rates)}), "
        f"{middle(result.cpu for result in rounds) * 1e3:.2f} ms of CPU each; "
        f"double at {middle(result.double for result in rounds):.0%} of a core"
    )


def _times(ranks: tuple[float, float, float]) -> str:
    p50, p95, p99 = (seconds * 1e3 for seconds in ranks)
    return f"p50 {p50:.1f} ms p95 {p95:.1f} ms p99 {p99:.1f} ms"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--profile", action="store_true", help="show where our side spends its time, by thread")
    main(profile=parser.parse_args().profile)
