"""Time comes in through a parameter. TEARLINE_CLOCK fixes it, so that two runs can be compared byte for byte."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime

from schemas.errors import ConfigError

Clock = Callable[[], datetime]
"""Gives the present moment in UTC."""


def system_clock() -> datetime:
    """The machine's clock, or the moment that the environment fixes."""
    fixed = os.environ.get("TEARLINE_CLOCK")
    if not fixed:
        return datetime.now(UTC)
    try:
        return datetime.fromisoformat(fixed).astimezone(UTC)
    except ValueError:
        message = "TEARLINE_CLOCK: not a moment; write it like 2026-06-01T12:00:00+00:00, or unset it"
        raise ConfigError(message) from None
