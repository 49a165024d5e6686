"""The grounds the suite stands on do what they promise: no network, and a count of what really ran."""

import sys
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]
ROOT = Path(__file__).parent.parent


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """Give an empty suite that stands on our plugins."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.delenv("HUIYING_TEST_REQUIRE_BROWSER", raising=False)
    monkeypatch.delenv("HUIYING_TEST_REQUIRE_POSTGRESQL", raising=False)
    pytester.makeconftest('pytest_plugins = ["tests.plugins.ran", "tests.plugins.network"]')
    return pytester


@pytest.mark.parametrize(
    "reaching",
    [
        "socket.create_connection(('192.0.2.1', 9), timeout=1)",
        "socket.getaddrinfo('desk.invalid', 80)",
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 9))",
        "asyncio.run(asyncio.open_connection('192.0.2.1', 9))",
    ],
)
def test_reaching_out_fails(suite: pytest.Pytester, reaching: str) -> None:
    """A test that reaches beyond this machine fails, even if it swallows the refusal."""
    suite.makepyfile(
        f"""
        import asyncio, contextlib, socket
        def test_it():
            with contextlib.suppress(Exception):
                {reaching}
        """
    )
    suite.runpytest_subprocess("-p", "no:unraisableexception").assert_outcomes(passed=1, errors=1)


def test_loopback_is_open(suite: pytest.Pytester) -> None:
    """A test may talk to a server of its own on this machine."""
    suite.makepyfile(
        """
        import socket
        def test_it():
            with socket.create_server(("127.0.0.1", 0)) as server:
                socket.create_connection(("localhost", server.getsockname()[1])).close()
        """
    )
    suite.runpytest_subprocess().assert_outcomes(passed=1)


def test_a_ground_insisted_on_must_be_trodden(suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where CI insists on the browser, a run in which no test used one fails though every test passed."""
    suite.makepyfile("def test_it(): pass")
    assert suite.runpytest_subprocess().ret == pytest.ExitCode.OK
    monkeypatch.setenv("HUIYING_TEST_REQUIRE_BROWSER", "1")
    insisted = suite.runpytest_subprocess()
    insisted.assert_outcomes(passed=1)
    insisted.stdout.fnmatch_lines("browser: NO test ran, but HUIYING_TEST_REQUIRE_BROWSER=1 insists on it")
    assert insisted.ret == pytest.ExitCode.TESTS_FAILED


@pytest.mark.parametrize("workers", ["0", "2"])
def test_what_ran_is_counted(suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, workers: str) -> None:
    """A test that stood on a ground is counted, whether one worker ran it or two."""
    monkeypatch.setenv("HUIYING_TEST_REQUIRE_POSTGRESQL", "1")
    suite.makepyfile(
        """
        from tests.plugins.ran import POSTGRESQL, ran_on
        def test_there(): ran_on(POSTGRESQL)
        def test_there_too(): ran_on(POSTGRESQL)
        def test_elsewhere(): pass
        """
    )
    told = suite.runpytest_subprocess("-n", workers)
    told.stdout.fnmatch_lines("PostgreSQL: 2 tests ran")
    assert told.ret == pytest.ExitCode.OK


@pytest.mark.skipif(Path("/Applications/Google Chrome.app").exists(), reason="this browser is found without PATH")
def test_without_a_browser_the_one_command_is_told(suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no browser the run passes and names the command that installs one."""
    monkeypatch.delenv("HUIYING_TEST_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    suite.makepyfile("def test_it(): pass")
    told = suite.runpytest_subprocess()
    told.stdout.fnmatch_lines("browser: its tests did not run; to run them, install one: *install -y*chromium*")
    assert told.ret == pytest.ExitCode.OK


@pytest.mark.parametrize("lock", ["base.lock", "dev.lock"])
def test_a_lock_names_no_address(lock: str) -> None:
    """A lock says what to install and its hashes, never where from."""
    written = (ROOT / "requirements" / lock).read_text(encoding="utf-8")
    assert "://" not in written
    assert "--hash=sha256:" in written
