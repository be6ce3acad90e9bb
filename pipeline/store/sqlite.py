"""Open a SQLite file the way both stores need it: WAL, foreign keys, a schema version, clear errors."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from schemas.errors import StoreBusy, StoreVersionError

BUSY_SECONDS = 30.0
"""A writer waits this long for another; one transaction of 10,000 objects takes about a second."""

CHECKPOINT_PAGES = 16_000
"""The log is folded into the file after 64 MB, not after SQLite's 4 MB: one commit of the publisher fills some MB of pages in random
places, so early folding wrote each of them many times (a third of the publisher's time)."""


def connect(path: Path, migrations: Sequence[str], *, read_only: bool = False) -> sqlite3.Connection:
    """Open `path`, bringing it to the newest of the numbered `migrations` (unless read-only).

    Raises StoreVersionError where a newer program wrote it.
    """
    if read_only:
        connection = sqlite3.connect(
            f"file:{quote(str(path))}?mode=ro", uri=True, isolation_level=None, timeout=BUSY_SECONDS, check_same_thread=False
        )
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)  # what partners sent is nobody else's to read
        connection = sqlite3.connect(path, isolation_level=None, timeout=BUSY_SECONDS, check_same_thread=False)
        _use_wal(connection)
        connection.execute("PRAGMA synchronous=FULL")  # a commit that was acknowledged survives the loss of power
        connection.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")
    connection.execute("PRAGMA cache_size=-65536")
    connection.execute("PRAGMA temp_store=MEMORY")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > len(migrations):
        connection.close()
        message = f"{path.name} has schema {version}, this program knows {len(migrations)}: use the newer program"
        raise StoreVersionError(message)
    if not read_only and version < len(migrations):
        with transaction(connection):
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            for script in migrations[version:]:
                for statement in script.split(";\n"):
                    connection.execute(statement)
            connection.execute(f"PRAGMA user_version={len(migrations)}")
    return connection


def _use_wal(connection: sqlite3.Connection) -> None:
    """Switch a new file to WAL. Several processes that do so at once are told `locked` without any wait, so the wait is ours."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """One write transaction: all of it or nothing. Raises StoreBusy where the file is locked or the disk is full."""
    try:
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:  # a full disk makes SQLite roll back by itself
                connection.execute("ROLLBACK")
            raise
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL):
            message = "the store is locked or its disk is full; free it and run again, nothing was lost"
            raise StoreBusy(message) from error
        raise
