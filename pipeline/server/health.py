"""Whether the server can do its work: the views are readable and of this program's schema, and there is room on the disk."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import threading
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

from pipeline.store.sqlite import connect
from pipeline.store.views_schema import MIGRATIONS
from schemas.errors import TearlineError

CHECKED_SECONDS = 1.0
"""A result stands for this long: whoever asks all the time costs nothing."""

MIN_FREE = 64 * 1024 * 1024
"""Bytes. Below this the publisher's log may not fit any more."""

OK = "ok"

Check = Callable[[], str]
"""Looks at one thing; gives OK, or what is wrong in a few words of ours. May raise, which is wrong as well."""


class Readiness:
    """Runs the checks, at most once in CHECKED_SECONDS. `clock` gives seconds that never go back; safe from any thread."""

    def __init__(self, checks: Mapping[str, Check], clock: Callable[[], float]) -> None:
        self._checks = checks
        self._clock = clock
        self._lock = threading.Lock()
        self._found: dict[str, str] = {}
        self._due = clock()

    def report(self) -> dict[str, str]:
        """What each check found."""
        with self._lock:
            if self._clock() >= self._due:
                self._found = {name: _outcome(check) for name, check in self._checks.items()}
                self._due = self._clock() + CHECKED_SECONDS
            return dict(self._found)

    async def ready(self) -> bool:
        """Whether all is well, for the event loop: a slow disk does not hold it up."""
        if self._clock() < self._due and not self._lock.locked():
            return is_ready(self._found)
        return is_ready(await asyncio.to_thread(self.report))


def is_ready(report: Mapping[str, str]) -> bool:
    """Whether every check found nothing wrong."""
    return all(found == OK for found in report.values())


def check_views(views: Path) -> str:
    """The views open, are of this program's schema, and can be read. A new connection each time: the file may be another one by now."""
    with closing(connect(views, MIGRATIONS, read_only=True)) as connection:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version != len(MIGRATIONS):
            return "schema"
        connection.execute("SELECT no FROM collection LIMIT 1").fetchone()
    return OK


def check_disk(folder: Path) -> str:
    """There is room where the views grow."""
    return OK if shutil.disk_usage(folder).free >= MIN_FREE else "full"


def _outcome(check: Check) -> str:
    try:
        return check()
    except (TearlineError, sqlite3.Error, OSError) as error:
        return type(error).__name__
