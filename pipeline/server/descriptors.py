"""File descriptors: every connection takes some, and a process may have fewer than its connections would need."""

from __future__ import annotations

import resource

import structlog

_log = structlog.get_logger("tearline.server")

OTHERS = 512
"""What databases, logs and the runtime need beside connections."""


def places(wanted: int, each: int) -> int:
    """How many connections, `each` with that many descriptors, this process can hold: `wanted`, or as many as the system lets it.

    Raises the process's soft limit as far as that needs.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = wanted * each + OTHERS
    if hard not in (resource.RLIM_INFINITY, 0) and needed > hard:
        _log.warning("fewer_connections", wanted=wanted, open_files=hard, needed=needed)
        needed = hard
    if soft != resource.RLIM_INFINITY and soft < needed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))
    return max(1, min(wanted, (needed - OTHERS) // each))
