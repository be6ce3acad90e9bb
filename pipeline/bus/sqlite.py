"""The embedded bus: one SQLite file in WAL mode. What was appended survives the loss of power."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock

import orjson

from pipeline.bus.base import Message, Offsets, Range, Stored
from pipeline.bus.checks import check_range, closed, no_topic
from pipeline.bus.limits import check_size
from pipeline.bus.partition import partition_of
from pipeline.store.sqlite import connect, transaction
from schemas.errors import BusUnavailable, OperatorError, StoreBusy

SCHEMA = (
    """CREATE TABLE partitions (
  id INTEGER PRIMARY KEY,
  topic TEXT NOT NULL,
  number INTEGER NOT NULL,
  next INTEGER NOT NULL DEFAULT 0,  -- the end offset: kept here so that an offset is never given twice
  UNIQUE (topic, number)
);
CREATE TABLE messages (
  id INTEGER PRIMARY KEY,  -- a row id of its own: values of half a megabyte do not belong in an index
  partition INTEGER NOT NULL REFERENCES partitions,
  offset INTEGER NOT NULL,
  key BLOB NOT NULL,
  headers BLOB,  -- a JSON object, values as Latin-1; NULL: none
  value BLOB NOT NULL,
  UNIQUE (partition, offset)
);
CREATE TABLE identity AS SELECT lower(hex(randomblob(16))) AS id;
CREATE TABLE hints (
  consumers TEXT NOT NULL,
  topic TEXT NOT NULL,
  number INTEGER NOT NULL,
  offset INTEGER NOT NULL,
  PRIMARY KEY (consumers, topic, number)
) WITHOUT ROWID""",
)

CHECKPOINT_PAGES = 1_000
"""Appending touches each page once, so the write-ahead log need not grow beyond 4 MB and what is in the queue."""

DAMAGED = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)


class SqliteBus:
    """A handle onto the file `path`, which is made where it is absent. Several processes and threads may use one file at once.

    Appends take turns (one writer at a time); reads never wait for them. Opening costs less than a millisecond.
    """

    def __init__(self, path: Path) -> None:
        """Raises BusUnavailable where the file cannot be opened now, OperatorError where it is damaged or of a newer program."""
        self._path = path
        self._lock = RLock()  # one connection: a thread must not see what another has not committed
        self._open = True
        with self._mapped():
            self._db = connect(path, SCHEMA)
            self._db.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")

    def ensure_topic(self, topic: str, partitions: int) -> None:
        with self._session() as db, transaction(db):
            if not db.execute("SELECT 1 FROM partitions WHERE topic = ?", (topic,)).fetchone():
                db.executemany("INSERT INTO partitions (topic, number) VALUES (?, ?)", [(topic, number) for number in range(partitions)])

    def append(self, topic: str, messages: Sequence[Message]) -> list[tuple[int, int]]:
        for message in messages:
            check_size(message)
        placed = []
        with self._session() as db, transaction(db):
            rows = db.execute("SELECT id, next FROM partitions WHERE topic = ? ORDER BY number", (topic,)).fetchall()
            if not rows:
                raise no_topic(topic)
            offsets = [offset for _, offset in rows]
            for message in messages:
                number = partition_of(message.key, len(rows))
                row = (rows[number][0], offsets[number], message.key, _pack(message), message.value)
                db.execute("INSERT INTO messages (partition, offset, key, headers, value) VALUES (?, ?, ?, ?, ?)", row)
                placed.append((number, offsets[number]))
                offsets[number] += 1
            changed = [(after, row_id) for (row_id, before), after in zip(rows, offsets, strict=True) if after != before]
            db.executemany("UPDATE partitions SET next = ? WHERE id = ?", changed)
        return placed

    def read(self, what: Range) -> Iterator[Stored]:
        if what.start >= what.end:
            return
        with self._session() as db:
            found = db.execute("SELECT id, next FROM partitions WHERE topic = ? AND number = ?", (what.topic, what.partition)).fetchone()
            row_id, end = found or (None, 0)
            check_range(what, _first(db, row_id, end), end)
        offset = what.start - 1
        # One statement a message: memory stays at one value, and no read transaction keeps the WAL from being taken back.
        step = "SELECT offset, key, headers, value FROM messages WHERE partition = ? AND offset > ? AND offset < ? ORDER BY offset LIMIT 1"
        while True:
            with self._session() as db:
                row = db.execute(step, (row_id, offset, what.end)).fetchone()
            if row is None:
                return
            offset, key, headers, value = row
            yield Stored(what.topic, what.partition, offset, Message(key, value, _unpack(headers)))

    def begin_offsets(self, topic: str) -> Offsets:
        with self._session() as db:
            rows = db.execute("SELECT number, id, next FROM partitions WHERE topic = ?", (topic,)).fetchall()
            return {number: _first(db, row_id, end) for number, row_id, end in rows}

    def end_offsets(self, topic: str) -> Offsets:
        with self._session() as db:
            return dict(db.execute("SELECT number, next FROM partitions WHERE topic = ?", (topic,)).fetchall())

    def hint_commit(self, group: str, topic: str, offsets: Offsets) -> None:
        with self._session() as db, transaction(db):
            rows = [(group, topic, number, offset) for number, offset in offsets.items()]
            db.executemany("INSERT OR REPLACE INTO hints (consumers, topic, number, offset) VALUES (?, ?, ?, ?)", rows)

    def identity(self) -> str:
        with self._session() as db:
            found: str = db.execute("SELECT id FROM identity").fetchone()[0]
        return found

    def close(self) -> None:
        with self._lock:
            self._open = False
            self._db.close()

    @contextmanager
    def _session(self) -> Iterator[sqlite3.Connection]:
        """The connection for one thread at a time, with SQLite's errors in the bus's words."""
        with self._lock, self._mapped():
            if not self._open:
                raise closed()
            try:
                yield self._db
            finally:
                if self._db.in_transaction:  # a commit that failed leaves its transaction open
                    self._db.rollback()

    @contextmanager
    def _mapped(self) -> Iterator[None]:
        try:
            yield
        except StoreBusy as error:
            message = f"{self._path.name} is locked or its disk is full; free it and run again, what was acknowledged is there"
            raise BusUnavailable(message) from error
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode in DAMAGED:
                message = f"{self._path} is damaged or no SQLite file: put it aside for a rescue, and start with a new one"
                raise OperatorError(message) from error
            # A full disk ends the transaction by itself, which can hide its code from the store: hence every other code too.
            message = f"{self._path.name} could not be used ({error.sqlite_errorname}): look at the disk's space and the file's permissions"
            raise BusUnavailable(message) from error


def _first(db: sqlite3.Connection, row_id: int | None, end: int) -> int:
    """The first offset that is kept of a partition, or its end where nothing is."""
    found = db.execute("SELECT MIN(offset) FROM messages WHERE partition = ?", (row_id,)).fetchone()[0]
    return end if found is None else int(found)


def _pack(message: Message) -> bytes | None:
    """Header values are bytes: Latin-1 takes each one to one character and back."""
    return orjson.dumps({name: value.decode("latin-1") for name, value in message.headers.items()}) if message.headers else None


def _unpack(headers: bytes | None) -> dict[str, bytes]:
    return {name: value.encode("latin-1") for name, value in orjson.loads(headers).items()} if headers else {}
