"""What the tests really ran on: PostgreSQL and the browser are counted, told at the end and insisted on by CI."""

import os
import shutil
from collections.abc import Generator
from dataclasses import dataclass
from typing import Final

import pytest

_PROPERTY: Final = "ran-on"
_CHROMIUMS: Final = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
_current: list[pytest.Item] = []


@dataclass(frozen=True)
class Ground:
    """Something a test may need that this machine may lack."""

    name: str
    insisted_on_by: str


POSTGRESQL: Final = Ground("PostgreSQL", "HUIYING_TEST_REQUIRE_POSTGRESQL")
BROWSER: Final = Ground("browser", "HUIYING_TEST_REQUIRE_BROWSER")
GROUNDS: Final = (POSTGRESQL, BROWSER)


def ran_on(ground: Ground) -> None:
    """Note that the test now running stands on this ground."""
    if _current:
        _current[-1].user_properties.append((_PROPERTY, ground.name))


def insisted_on(ground: Ground) -> bool:
    """Tell whether tests on this ground must run, as in CI."""
    return os.environ.get(ground.insisted_on_by) == "1"


def chromium() -> str | None:
    """Return the browser named by HUIYING_TEST_CHROMIUM, else one that is installed."""
    named = os.environ.get("HUIYING_TEST_CHROMIUM")
    return named or next((found for name in _CHROMIUMS if (found := shutil.which(name))), None)


def how_to_install_chromium() -> str:
    """Return the one command that installs a browser on this machine."""
    if shutil.which("brew"):
        return "brew install --cask google-chrome"
    sudo = "" if os.geteuid() == 0 else "sudo "
    if shutil.which("dnf"):
        return f"{sudo}dnf install -y chromium"
    return f"{sudo}apt-get install -y --no-install-recommends chromium fonts-noto-cjk"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Remember which test is running."""
    _current.append(item)
    try:
        return (yield)
    finally:
        _current.pop()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run that CI insists on and that left a ground untrodden."""
    config = session.config
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    if any(insisted_on(ground) and not _count(config, ground) for ground in GROUNDS):
        session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say on what ground how many tests ran."""
    if config.option.collectonly:
        return
    for ground in GROUNDS:
        ran = _count(config, ground)
        missed = insisted_on(ground) and not ran
        terminalreporter.write_line(_sentence(ground, ran), red=missed, yellow=not ran and not missed)


def _sentence(ground: Ground, ran: int) -> str:
    if not ran and insisted_on(ground):
        return f"{ground.name}: NO test ran, but {ground.insisted_on_by}=1 insists on it"
    if not ran and ground is BROWSER and chromium() is None:
        return f"{ground.name}: its tests did not run; to run them, install one: {how_to_install_chromium()}"
    return f"{ground.name}: {ran} tests ran"


def _count(config: pytest.Config, ground: Ground) -> int:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    stats: dict[str, list[object]] = reporter.stats if reporter else {}
    reports = [report for outcome in ("passed", "failed") for report in stats.get(outcome, [])]
    return sum(1 for report in reports if isinstance(report, pytest.TestReport) and _stood_on(report, ground))


def _stood_on(report: pytest.TestReport, ground: Ground) -> bool:
    return report.when == "call" and (_PROPERTY, ground.name) in {(key, value) for key, value in report.user_properties}
