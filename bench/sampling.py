"""Where the time of a process goes, thread by thread: stacks looked at often, weighed by the CPU each thread used.

Threads that wait use no CPU, so what remains is work. A look needs the interpreter's lock, so it finds a thread where
it let go of it: read the sums over callers rather than the innermost lines.
"""

import signal
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from types import CodeType, FrameType
from typing import Final, TypeVar

T = TypeVar("T")
EVERY: Final = 0.002  # seconds
TOP: Final = 25
LEAST: Final = 0.01  # of a thread's CPU
ROOT: Final = Path(__file__).resolve().parents[1]


class Sampling:
    """Looks at every thread; SIGUSR1 forgets what was seen, SIGUSR2 ends it."""

    def __init__(self) -> None:
        """Prepare; nothing runs before start()."""
        self._thread = threading.Thread(target=self._look_for_ever, name="sampling", daemon=True)
        self._last: dict[int, float] = {}
        self._looking = True
        self._forget()

    def start(self) -> None:
        """Begin; called from the main thread."""
        signal.signal(signal.SIGUSR1, lambda *_: self._forget())
        signal.signal(signal.SIGUSR2, lambda *_: self._stop())
        self._thread.start()

    def _forget(self) -> None:
        self._began, self._looks, self._cpu_began = time.monotonic(), 0, time.process_time()
        self._wall = self._cpu = 0.0
        self._threads: dict[str, float] = defaultdict(float)
        self._whole: dict[str, dict[CodeType, float]] = defaultdict(lambda: defaultdict(float))
        self._self: dict[str, dict[CodeType, float]] = defaultdict(lambda: defaultdict(float))

    def _stop(self) -> None:
        self._looking = False
        self._wall, self._cpu = time.monotonic() - self._began, time.process_time() - self._cpu_began

    def _look_for_ever(self) -> None:
        while True:
            time.sleep(EVERY)
            if self._looking:
                self._look()

    def _look(self) -> None:
        self._looks += 1
        names = {thread.ident: _kind(thread.name) for thread in threading.enumerate()}
        for ident, frame in sys._current_frames().items():  # noqa: SLF001 - the documented way to see other threads
            if ident in names and ident != self._thread.ident:
                used = time.clock_gettime(time.pthread_getcpuclockid(ident))
                spent, self._last[ident] = used - self._last.get(ident, used), used
                if spent > 0:
                    self._note(names[ident], frame, spent)

    def _note(self, name: str, frame: FrameType, spent: float) -> None:
        self._threads[name] += spent
        self._self[name][frame.f_code] += spent
        seen: set[CodeType] = set()
        here: FrameType | None = frame
        while here is not None:
            if here.f_code not in seen:
                seen.add(here.f_code)
                self._whole[name][here.f_code] += spent
            here = here.f_back

    def report(self) -> str:
        """Say what was seen: per thread its CPU, and the functions it spent it in, with what they called."""
        if self._looking:
            self._stop()
        seconds = f"{self._wall:.2f} s, {self._cpu:.2f} s of CPU, {self._looks} looks"
        said = [seconds]
        for name, spent in _most(self._threads):
            said.append(f"\n{name}: {spent:.2f} s of CPU")
            said += _ranked("with what they call", self._whole[name], spent)
            said += _ranked("themselves", self._self[name], spent)
        return "\n".join(said) + "\n"


def _most(counted: Mapping[T, float]) -> list[tuple[T, float]]:
    return sorted(counted.items(), key=lambda each: -each[1])


def _ranked(title: str, counted: Mapping[CodeType, float], whole: float) -> list[str]:
    shown = [(code, spent) for code, spent in _most(counted)[:TOP] if spent > whole * LEAST]
    return [f"  {title}", *(f"    {spent:6.2f} s {spent / whole:5.0%}  {_named(code)}" for code, spent in shown)]


def _named(code: CodeType) -> str:
    file = code.co_filename.rpartition("site-packages/")[2].removeprefix(f"{ROOT}/").removeprefix(sys.base_prefix)
    return f"{code.co_qualname}  {file}:{code.co_firstlineno}"


def _kind(name: str) -> str:
    """Name a thread of a pool by its pool."""
    return name.rstrip("0123456789").rstrip("_-")
