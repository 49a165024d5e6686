"""Structured logs: one JSON line per fact, personal data masked, and no token anywhere, whatever breaks."""

import logging
import sys
import threading
from types import TracebackType
from typing import Any, Final, Literal

import structlog
from pydantic import SecretStr

from config.redaction import without_tokens
from handlers.text.mask import mask_log

Level = Literal["debug", "info", "warning", "error"]
# Their lines name every address they call, and a bot's token is part of the address: for the debug level alone.
CHATTY: Final = ("httpx", "httpcore", "telegram")
FORMAT: Final = "%(levelname)s %(name)s %(message)s"

crashes = logging.getLogger("crash")


class TokenlessFormatter(logging.Formatter):
    """Formats a line as any formatter does, its traceback included, and hides every token in it."""

    def __init__(self, token: str = "") -> None:
        """Hide this token too, should it not look like one."""
        super().__init__(FORMAT)
        self._token = token

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, its traceback and its stack without a token."""
        return without_tokens(super().format(record), self._token)


class _OurHandler(logging.StreamHandler[Any]):
    """The one handler of the desk: a second call of set_up_logs finds the first one's by its class."""


def set_up_logs(level: Level = "info", token: SecretStr | None = None) -> None:
    """Send every log line, and whatever ends a thread or the program, to standard error without any token."""
    known = token.get_secret_value() if token else ""
    _set_up_libraries(level, known)
    _set_up_our_own(level, known)
    sys.excepthook = _program_crashed
    threading.excepthook = _thread_crashed
    sys.unraisablehook = _nobody_to_tell


def _set_up_libraries(level: Level, token: str) -> None:
    """Libraries below warning level stay quiet; the chatty ones speak when somebody looks for an error."""
    root = logging.getLogger()
    for old in [handler for handler in root.handlers if isinstance(handler, _OurHandler)]:
        root.removeHandler(old)
    handler = _OurHandler(sys.stderr)
    handler.setFormatter(TokenlessFormatter(token))
    root.addHandler(handler)
    root.setLevel(max(logging.WARNING, _number(level)))
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.DEBUG if level == "debug" else logging.WARNING)


def _set_up_our_own(level: Level, token: str) -> None:
    def hide(_logger: object, _method: str, line: Any) -> str:  # noqa: ANN401 - structlog types each step as the first
        return without_tokens(line, token)

    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            mask_log,
            structlog.processors.JSONRenderer(ensure_ascii=False),
            hide,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_number(level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def _number(level: Level) -> int:
    return logging.getLevelNamesMapping()[level.upper()]


def _program_crashed(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
    else:
        crashes.critical("the program broke", exc_info=(kind, error, trace))


def _thread_crashed(crash: threading.ExceptHookArgs) -> None:
    if crash.exc_value is not None and not issubclass(crash.exc_type, SystemExit):
        name = crash.thread.name if crash.thread else ""
        crashes.critical("a thread broke: %s", name, exc_info=(crash.exc_type, crash.exc_value, crash.exc_traceback))


def _nobody_to_tell(crash: Any) -> None:  # noqa: ANN401 - sys.UnraisableHookArgs exists for type checkers alone
    if crash.exc_value is not None:
        trace = (crash.exc_type, crash.exc_value, crash.exc_traceback)
        crashes.error("%s: %r", crash.err_msg or "nobody could be told", crash.object, exc_info=trace)
