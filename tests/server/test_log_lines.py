"""Lines for every request cost little, and are the lines that structlog would have written."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
import structlog
from structlog.testing import capture_logs

from pipeline.observe import FrequentEvents, configure_logging

MICROS = 1_767_225_600_000_042
Configured = Callable[[str], io.BytesIO]
FIELDS = {"endpoint": "objects", "status": 200, "partner": None, "ms": 1.5}


@pytest.fixture
def configured(monkeypatch: pytest.MonkeyPatch) -> Iterator[Configured]:
    """Configures logging for a level; gives where the lines go."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level

    def configure(name: str) -> io.BytesIO:
        buffer = io.BytesIO()
        monkeypatch.setattr("sys.stderr", SimpleNamespace(buffer=buffer, isatty=lambda: False, write=lambda _: None, flush=lambda: None))
        configure_logging(as_json=True, level=name)
        return buffer

    yield configure
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


def test_the_line_is_the_one_that_structlog_writes(configured: Configured) -> None:
    stderr = configured("INFO")
    FrequentEvents("x").info("request", MICROS, **FIELDS)
    structlog.get_logger("x").info("request", **FIELDS)
    ours, theirs = (json.loads(line) for line in stderr.getvalue().splitlines())
    assert ours.pop("timestamp") == "2026-01-01T00:00:00.000042Z"
    assert len(theirs.pop("timestamp")) == len("2026-01-01T00:00:00.000042Z")
    assert ours == theirs


def test_the_level_counts(configured: Configured) -> None:
    stderr = configured("WARNING")
    FrequentEvents("x").info("request", MICROS, **FIELDS)
    assert stderr.getvalue() == b""


def test_what_others_set_is_followed(configured: Configured) -> None:
    stderr = configured("INFO")
    with capture_logs() as logs:
        FrequentEvents("x").info("request", MICROS, **FIELDS)
    assert stderr.getvalue() == b""
    assert logs == [{**FIELDS, "event": "request", "log_level": "info"}]
