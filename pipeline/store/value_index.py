"""Which sources are about a value, and which quote one."""

from __future__ import annotations

import sqlite3

import orjson

from transforms.quotes import Values, values_of


def index_values(db: sqlite3.Connection) -> None:
    """Fill the index from what a catalogue of an earlier release holds, inside the caller's transaction."""
    for source, body in db.execute("SELECT source, body FROM version"):
        insert_values(db, source, values_of(orjson.loads(body), body))


def insert_values(db: sqlite3.Connection, source: int, values: Values) -> None:
    """Add a source to the index; what stands there stays."""
    if values.about:
        db.executemany("INSERT OR IGNORE INTO about VALUES (?, ?)", [(digest, source) for digest in values.about])
    if values.quotes:
        db.executemany("INSERT OR IGNORE INTO quote VALUES (?, ?)", [(digest, source) for digest in values.quotes])
