"""A real browser for the tests of pages, and the axe accessibility rules."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from importlib.resources import files
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.plugins.ran import BROWSER, chromium, how_to_install_chromium, insisted_on, ran_on

OpenPage = Callable[..., Page]
expect.set_options(timeout=20_000)  # milliseconds: what is expected comes, on a slow machine too
_HERE: Final = ("127.0.0.1", "localhost", "::1", "")
_ARGUMENTS: Final = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the browser's tests last: while it is open no other test of the same worker can run an event loop."""
    items.sort(key=lambda item: "browser" in getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Give a headless Chromium; without one skip, or fail where CI insists."""
    where = chromium()
    if where is None:
        absent = pytest.fail if insisted_on(BROWSER) else pytest.skip
        absent(f"no browser here; install one: {how_to_install_chromium()}")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=where, args=_ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Open pages: `open_page(width=360, scripts=False)`; a script error or an outside request fails the test."""
    ran_on(BROWSER)
    wrong: list[str] = []
    with ExitStack() as stack:

        def open_one(*, width: int = 1280, height: int = 800, scripts: bool = True, locale: str = "zh-CN") -> Page:
            context = browser.new_context(
                viewport={"width": width, "height": height},
                java_script_enabled=scripts,
                locale=locale,
                timezone_id="Asia/Shanghai",
            )
            stack.callback(context.close)
            _watch(context, wrong)
            return context.new_page()

        yield open_one
    assert not wrong, wrong


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """Give one wide page with scripts on."""
    return open_page()


def axe_findings(page: Page) -> list[str]:
    """Return what the axe accessibility rules find wrong with the page as it is now: rule, meaning, and where."""
    page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate("async () => (await axe.run()).violations")
    return [f"{rule['id']}: {rule['help']}: {node['html']}" for rule in found for node in rule["nodes"]]


def _watch(context: BrowserContext, wrong: list[str]) -> None:
    context.on("weberror", lambda error: wrong.append(f"script error: {error.error}"))
    context.on("request", lambda request: _note_outside(request.url, wrong))


def _note_outside(url: str, wrong: list[str]) -> None:
    if (urlsplit(url).hostname or "") not in _HERE:
        wrong.append(f"request beyond this machine: {url}")
