"""Named places where a test can kill the process: TEARLINE_FAILPOINT=name:3 sends SIGKILL at the third hit. Inert unless set."""

from __future__ import annotations

import os
import signal

NAMES = (
    "ingest.before_produce",
    "ingest.after_produce",
    "ingest.after_cursor",
    "intake.before_block",
    "intake.mid_transaction",
    "intake.after_commit",
    "intake.before_cursor",
    "intake.after_cursor",
    "release.after_intent",
    "release.before_produce",
    "release.after_produce",
    "release.before_cursor",
    "release.after_cursor",
    "publish.before_begin",
    "publish.mid_transaction",
    "publish.after_commit",
)
"""Before and after each step of the four commit orders."""

_wanted, _, _hit = os.environ.get("TEARLINE_FAILPOINT", "").partition(":")
_remaining = int(_hit or 1)


def failpoint(name: str) -> None:
    """Die here if the environment asks for it."""
    global _remaining  # noqa: PLW0603 - one countdown for the process is the point
    if name == _wanted:
        _remaining -= 1
        if _remaining == 0:
            os.kill(os.getpid(), signal.SIGKILL)
