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

PUSH_NAMES = (
    "push.before_append",
    "push.after_append",
    "push.after_status",
    "settle.before_status",
    "settle.after_status",
    "settle.after_cursor",
)
"""The same for what partners POST: in the server, and in intake."""

_armed: dict[str, int] = {}


def arm(specification: str) -> None:
    """Die at the n-th hit of a failpoint: `name:n`, or `name` for the first; '' for none. Raises ValueError for an unknown name."""
    name, _, hit = specification.partition(":")
    if name and name not in (*NAMES, *PUSH_NAMES):
        message = f"TEARLINE_FAILPOINT: no failpoint {name}; known are {', '.join((*NAMES, *PUSH_NAMES))}"
        raise ValueError(message)
    _armed.clear()
    if name:
        _armed[name] = int(hit or 1)


def failpoint(name: str) -> None:
    """Die here if it is armed for this hit."""
    if _armed and name in _armed:
        _armed[name] -= 1
        if _armed[name] == 0:
            os.kill(os.getpid(), signal.SIGKILL)


arm(os.environ.get("TEARLINE_FAILPOINT", ""))
