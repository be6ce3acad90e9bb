"""Read-only connections to one SQLite file, one per thread, each with a time limit on what it runs."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pipeline.store.sqlite import Migration, connect
from schemas.errors import ConfigError, StoreBusy

CHECK_EVERY = 20_000
"""SQLite instructions between two looks at the clock: about a millisecond of work."""


class ReadPool:
    """Gives each thread its own connection, so that readers neither share a cursor nor wait for one another.

    `limit_seconds` bounds one statement. Raises ConfigError where the file is missing or older than `migrations`:
    a reader never creates or upgrades a store.
    """

    def __init__(
        self, path: Path, migrations: Sequence[Migration], limit_seconds: float = 5.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._path = path
        self._migrations = migrations
        self._limit = limit_seconds
        self._clock = clock
        self._deadline: dict[int, float] = {}
        self._local = threading.local()
        self._opened: list[sqlite3.Connection] = []
        with self.statement() as connection:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version < len(migrations):
            self.close()
            message = f"{path.name} has schema {version}, this program needs {len(migrations)}: run the publisher once to bring it up"
            raise ConfigError(message)

    @contextmanager
    def statement(self) -> Iterator[sqlite3.Connection]:
        """This thread's connection for one statement. Raises StoreBusy where it takes too long or the file is locked."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self._open()
        self._deadline[threading.get_ident()] = self._clock() + self._limit
        try:
            yield connection
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
                message = "the query took longer than it may; ask for less"
                raise StoreBusy(message, retry_after=5) from error
            if error.sqlite_errorcode in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                message = "the store is locked; ask again"
                raise StoreBusy(message, retry_after=1) from error
            raise

    def close(self) -> None:
        """Close every connection; the pool is of no use afterwards."""
        while self._opened:
            self._opened.pop().close()

    def _open(self) -> sqlite3.Connection:
        try:
            connection = connect(self._path, self._migrations, read_only=True)
        except sqlite3.OperationalError as error:
            message = f"{self._path.name} cannot be opened: it is created by the first publish, or by adding a credential"
            raise ConfigError(message) from error
        connection.set_progress_handler(self._overdue, CHECK_EVERY)
        self._opened.append(connection)
        return connection

    def _overdue(self) -> bool:
        """Called by SQLite in the thread that runs the statement; true aborts it."""
        return self._clock() > self._deadline[threading.get_ident()]
