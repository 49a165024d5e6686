"""What is logged in a test has plain tracebacks: the decorated ones, which nobody reads here, take a second each."""

import structlog
from structlog.dev import ConsoleRenderer, plain_traceback


def pytest_configure() -> None:
    """Log so from now on."""
    plain_logs()


def pytest_runtest_teardown() -> None:
    """Log so again, whatever the test had set up: a command's logs go to a stream that is closed by now."""
    plain_logs()


def plain_logs() -> None:
    """Log as structlog does by itself, with plain tracebacks; for whoever had set up other logs, too."""
    structlog.reset_defaults()
    *before, _ = structlog.get_config()["processors"]
    structlog.configure(processors=[*before, ConsoleRenderer(colors=False, exception_formatter=plain_traceback)])
