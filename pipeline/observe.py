"""Logs: structured events on standard error. They carry ids of feeds and partners, codes and counts; never a value from a feed."""

from __future__ import annotations

import logging
import sys
import time
import warnings
from collections.abc import Callable, MutableMapping
from typing import Any

import orjson
import structlog


def configure_logging(*, as_json: bool, level: str = "WARNING") -> None:
    """Send events of our own and of libraries to standard error, as JSON lines or for people."""
    number = logging.getLevelNamesMapping()[level]
    render: Any
    lines: Any
    if as_json:  # as bytes: a server writes a line for each request, and this takes a third less time than text does
        render, lines = _JsonLines(structlog.BytesLogger(sys.stderr.buffer)), structlog.BytesLoggerFactory(sys.stderr.buffer)
    else:
        render, lines = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()), structlog.PrintLoggerFactory(sys.stderr)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            render,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=lines,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_is_news)
    logging.basicConfig(level=max(number, logging.WARNING), handlers=[handler], force=True)
    for noisy in ("apache_beam", "httpx2", "granian", "_granian"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    logging.getLogger("kafka").setLevel(logging.CRITICAL)  # whatever fails there is raised, and told once, as BusUnavailable
    warnings.filterwarnings("ignore", module="apache_beam")


class FrequentEvents:
    """Logs what happens with every request. Where events become JSON lines, they are written past structlog's processors, which give
    the same line for three times the cost; wherever else they go (people, tests), they go as ever.
    """

    def __init__(self, logger: str) -> None:
        self._log = structlog.get_logger(logger)
        self._second = -1
        self._stamp = ""

    def info(self, event: str, micros: int, **fields: Any) -> None:
        """One event at this time of day, in microseconds since 1970."""
        write = _writer()
        if write is None:
            self._log.info(event, **fields)
            return
        second, rest = divmod(micros, 1_000_000)
        if second != self._second:
            self._second, self._stamp = second, time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
        write(orjson.dumps({**fields, "event": event, "level": "info", "timestamp": f"{self._stamp}.{rest:06}Z"}))


class _JsonLines:
    """Renders an event, and writes lines that are rendered already."""

    def __init__(self, lines: structlog.BytesLogger) -> None:
        self.write: Callable[[bytes], None] = lines.msg

    def __call__(self, _: object, __: str, event: MutableMapping[str, Any]) -> bytes:
        return orjson.dumps(event, default=repr)


def _writer() -> Callable[[bytes], None] | None:
    """How to write a JSON line, where `configure_logging` has set that, for events of level INFO, and nobody has changed it since."""
    config = structlog.get_config()
    last = config["processors"][-1]
    return last.write if type(last) is _JsonLines and config["wrapper_class"] in _TELLING else None


_TELLING = frozenset(structlog.make_filtering_bound_logger(level) for level in (logging.DEBUG, logging.INFO))
"""structlog makes one class for each level, and these tell of INFO."""


def _is_news(record: logging.LogRecord) -> bool:
    """Beam says at each import that Google's clients are absent; nobody here wants them."""
    return "apitools" not in record.getMessage()
