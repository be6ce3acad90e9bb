"""Logs: structured events on standard error. They carry ids of feeds and partners, codes and counts; never a value from a feed."""

from __future__ import annotations

import logging
import sys
import warnings
from typing import Any

import structlog


def configure_logging(*, as_json: bool, level: str = "WARNING") -> None:
    """Send events of our own and of libraries to standard error, as JSON lines or for people."""
    number = logging.getLevelNamesMapping()[level]
    render: Any = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            render,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_is_news)
    logging.basicConfig(level=max(number, logging.WARNING), handlers=[handler], force=True)
    for noisy in ("apache_beam", "httpx2", "granian", "_granian"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    logging.getLogger("kafka").setLevel(logging.CRITICAL)  # whatever fails there is raised, and told once, as BusUnavailable
    warnings.filterwarnings("ignore", module="apache_beam")


def _is_news(record: logging.LogRecord) -> bool:
    """Beam says at each import that Google's clients are absent; nobody here wants them."""
    return "apitools" not in record.getMessage()
