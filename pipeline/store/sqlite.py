"""Open a SQLite file the way both stores need it: WAL, foreign keys, a schema version, clear errors."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from schemas.errors import StoreBusy, StoreVersionError

Migration = str | Callable[[sqlite3.Connection], None]
"""SQL statements with `;` at the ends of lines, or what runs them; inside the transaction of all migrations."""

BUSY_SECONDS = 30.0
"""A writer waits this long for another; one transaction of 10,000 objects takes about a second."""

CHECKPOINT_BYTES = 64 << 20
"""The log is folded into the file after 64 MB, not after SQLite's 4 MB: one commit of the publisher fills some MB of pages in random
places, so early folding wrote each of them many times (a third of the publisher's time)."""


def connect(path: Path, migrations: Sequence[Migration], *, read_only: bool = False, page_bytes: int = 4096) -> sqlite3.Connection:
    """Open `path`, bringing it to the newest of the numbered `migrations` (unless read-only). A new file gets pages of `page_bytes`.

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
        connection.execute(f"PRAGMA page_size={page_bytes}")  # a file that has something keeps its own
        _use_wal(connection)
        connection.execute("PRAGMA synchronous=FULL")  # a commit that was acknowledged survives the loss of power
        pages = CHECKPOINT_BYTES // connection.execute("PRAGMA page_size").fetchone()[0]
        connection.execute(f"PRAGMA wal_autocheckpoint={pages}")
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
            for migration in migrations[version:]:
                _migrate(connection, migration)
            connection.execute(f"PRAGMA user_version={len(migrations)}")
    return connection


def _migrate(connection: sqlite3.Connection, migration: Migration) -> None:
    if not isinstance(migration, str):
        migration(connection)
        return
    for statement in migration.split(";\n"):
        connection.execute(statement)


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
