"""Time comes in through a parameter. TEARLINE_CLOCK fixes it, so that two runs can be compared byte for byte."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Gives the present moment in UTC."""


def system_clock() -> datetime:
    """The machine's clock, or the moment that the environment fixes."""
    fixed = os.environ.get("TEARLINE_CLOCK")
    return datetime.fromisoformat(fixed).astimezone(UTC) if fixed else datetime.now(UTC)
