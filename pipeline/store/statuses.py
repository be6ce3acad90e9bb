"""What became of the envelopes that partners POSTed: statuses.db, written by the server when it takes one, and by intake.

The bus is the truth: a message carries all that a status needs, so a row that was lost is made again when its objects are processed.
Hence a commit here need not wait for the disk, and a POST waits for one write of the bus alone.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import NamedTuple

import orjson

from pipeline.store.sqlite import connect, transaction
from schemas.taxii import Status, StatusDetail

MIGRATIONS = (
    """
CREATE TABLE push (                 -- one envelope
  id TEXT PRIMARY KEY,
  partner TEXT NOT NULL,
  root TEXT NOT NULL,               -- API root that it was sent to, '' for the first one
  requested TEXT NOT NULL,
  total INTEGER NOT NULL,
  completed INTEGER                 -- microseconds since 1970, NULL while something is pending
) WITHOUT ROWID;
CREATE TABLE part (                 -- what is settled of it, one row for each message on the bus
  push TEXT NOT NULL,
  number INTEGER NOT NULL,
  succeeded INTEGER NOT NULL,
  failed INTEGER NOT NULL,
  successes BLOB NOT NULL,          -- JSON lists of status details; an object without a usable id is counted and not listed
  failures BLOB NOT NULL,
  PRIMARY KEY (push, number)
) WITHOUT ROWID
""",
)


class Envelope(NamedTuple):
    """What is known of an envelope from its first moment on."""

    id: str
    partner: str
    root: str
    requested: str
    total: int


class Part(NamedTuple):
    """What became of the objects of one message."""

    number: int
    succeeded: int
    failed: int
    successes: Sequence[StatusDetail]
    failures: Sequence[StatusDetail]


class Statuses:
    """Reads and writes statuses; safe to use from several threads and processes."""

    def __init__(self, path: Path) -> None:
        self._connection = connect(path, MIGRATIONS)
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._lock = Lock()

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def begin(self, envelope: Envelope) -> None:
        """Note an envelope; one that is known already, perhaps settled by now, stays as it is."""
        with self._lock, transaction(self._connection) as db:
            _begin(db, envelope)

    def settle(self, parts: Sequence[tuple[Envelope, Part]], now: int) -> None:
        """Note what became of some messages, in one transaction; what is settled already stays as it is. `now` in microseconds."""
        with self._lock, transaction(self._connection) as db:
            for envelope, part in parts:
                _begin(db, envelope)
                db.execute(
                    "INSERT OR IGNORE INTO part VALUES (?, ?, ?, ?, ?, ?)",
                    (envelope.id, *part[:3], orjson.dumps(part.successes), orjson.dumps(part.failures)),
                )
                db.execute(
                    "UPDATE push SET completed = ?1 WHERE id = ?2 AND completed IS NULL"
                    " AND total <= (SELECT sum(succeeded + failed) FROM part WHERE push = ?2)",
                    (now, envelope.id),
                )

    def get(self, partner: str, root: str, identifier: str) -> Status | None:
        """The status of a partner's envelope that was sent to this API root."""
        with self._lock:
            row = self._connection.execute(
                "SELECT requested, total, completed FROM push WHERE id = ? AND partner = ? AND root = ?", (identifier, partner, root)
            ).fetchone()
            parts = self._connection.execute(
                "SELECT succeeded, failed, successes, failures FROM part WHERE push = ? ORDER BY number", (identifier,)
            ).fetchall()
        if row is None:
            return None
        requested, total, completed = row
        succeeded, failed = sum(part[0] for part in parts), sum(part[1] for part in parts)
        found = Status(
            id=identifier,
            status="pending" if completed is None else "complete",
            request_timestamp=requested,
            total_count=total,
            success_count=succeeded,
            failure_count=failed,
            pending_count=max(0, total - succeeded - failed),
        )
        successes = [detail for part in parts for detail in orjson.loads(part[2])]
        failures = [detail for part in parts for detail in orjson.loads(part[3])]
        if successes:
            found["successes"] = successes
        if failures:
            found["failures"] = failures
        return found

    def purge(self, completed_before: int, requested_before: str) -> int:
        """Forget what was complete before a moment, and what never became so and was requested before another; returns how many."""
        with self._lock, transaction(self._connection) as db:
            gone = db.execute(
                "SELECT id FROM push WHERE completed < ? OR (completed IS NULL AND requested < ?)", (completed_before, requested_before)
            ).fetchall()
            db.executemany("DELETE FROM part WHERE push = ?", gone)
            db.executemany("DELETE FROM push WHERE id = ?", gone)
        return len(gone)

    def check(self) -> None:
        """Read something. Raises what SQLite raises."""
        with self._lock:
            self._connection.execute("SELECT id FROM push LIMIT 1").fetchone()


def _begin(db: sqlite3.Connection, envelope: Envelope) -> None:
    db.execute("INSERT OR IGNORE INTO push VALUES (?, ?, ?, ?, ?, NULL)", envelope)
