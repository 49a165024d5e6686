"""Structured logs: one JSON line per fact, personal data masked, and no secret anywhere, whatever breaks."""

import logging
import sys
import threading
from contextlib import suppress
from types import TracebackType
from typing import Any, Final, Literal, TextIO, cast

import structlog

from config.redaction import Redaction
from handlers.text.mask import mask_log

Level = Literal["debug", "info", "warning", "error"]
# Their lines name every address they call, and a token is part of the address: for the debug level alone.
CHATTY: Final = ("httpx", "httpcore", "urllib3")
# Its debug lines hold what people write, and the codes by which they are let in: never logged.
TELLTALE: Final = "telegram"
PARROT: Final = "telegram.request.BaseRequest"  # with a traceback, of what is told anyway: an answer that is no JSON
FORMAT: Final = "%(levelname)s %(name)s %(message)s"

crashes = logging.getLogger("crash")


class SecretlessFormatter(logging.Formatter):
    """Formats a line as any formatter does, its traceback included, and hides every secret in it."""

    def __init__(self, redaction: Redaction) -> None:
        """Hide what this knows."""
        super().__init__(FORMAT)
        self._redaction = redaction

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, its traceback and its stack without a secret."""
        return self._redaction.hide(super().format(record))


class _OurHandler(logging.StreamHandler[Any]):
    """The one handler of the desk: a second call of set_up_logs finds the first one's by its class."""


class _WhatItTakes:
    """A stream that loses what it cannot take: on a full disk a line that cannot be kept must end nobody's work."""

    def __init__(self, stream: TextIO) -> None:
        """Write to this stream as long as it takes anything."""
        self._stream = stream

    def write(self, line: str) -> int:
        """Write a line, or lose it."""
        with suppress(OSError):
            self._stream.write(line)
        return len(line)

    def flush(self) -> None:
        """Hand on what was written, or keep it for the next time."""
        with suppress(OSError):
            self._stream.flush()


def set_up_logs(level: Level = "info", redaction: Redaction | None = None) -> None:
    """Send every log line, and whatever ends a thread or the program, to standard error without any secret."""
    known = redaction or Redaction()
    _set_up_libraries(level, known)
    _set_up_our_own(level, known)
    sys.excepthook = _program_crashed
    threading.excepthook = _thread_crashed
    sys.unraisablehook = _nobody_to_tell


def _set_up_libraries(level: Level, redaction: Redaction) -> None:
    """Libraries below warning level stay quiet; the chatty ones speak when somebody looks for an error."""
    root = logging.getLogger()
    for old in [handler for handler in root.handlers if isinstance(handler, _OurHandler)]:
        root.removeHandler(old)
    handler = _OurHandler(sys.stderr)
    handler.setFormatter(SecretlessFormatter(redaction))
    root.addHandler(handler)
    root.setLevel(max(logging.WARNING, _number(level)))
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.DEBUG if level == "debug" else logging.WARNING)
    logging.getLogger(PARROT).setLevel(logging.CRITICAL)
    logging.getLogger(TELLTALE).setLevel(logging.INFO if level == "debug" else logging.WARNING)


def _set_up_our_own(level: Level, redaction: Redaction) -> None:
    def hide(_logger: object, _method: str, line: Any) -> str:  # noqa: ANN401 - structlog types each step as the first
        return redaction.hide(line)

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
        logger_factory=structlog.PrintLoggerFactory(cast("TextIO", _WhatItTakes(sys.stderr))),
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
