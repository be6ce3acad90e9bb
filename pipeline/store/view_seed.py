"""Put objects with given dates into an empty collection: for checks that need to know every date_added."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

import orjson

from pipeline.store.view_follow import follow
from schemas.errors import ConfigError
from schemas.ids import digest16
from schemas.stix.registry import times
from schemas.timestamps import from_micros, sort_key, taxii


def seed(db: sqlite3.Connection, name: str, items: Iterable[tuple[int, bytes]], now: int) -> int:
    """Add (date_added in microseconds, object bytes) to the collection of this id or alias; returns how many. The caller's transaction.

    Raises ConfigError for an unknown collection, one that holds something or follows a view, and for dates that do not rise or are
    later than `now`.
    """
    row = db.execute("SELECT no, view FROM collection WHERE id = ?1 OR alias = ?1 ORDER BY id = ?1 DESC, root LIMIT 1", (name,)).fetchone()
    if row is None:
        message = f"{name}: no such collection; `tearline status` shows those there are"
        raise ConfigError(message)
    number, view = row
    if view is not None:
        message = f"{name}: follows its partner's view; seed that one instead, by the partner's id"
        raise ConfigError(message)
    if db.execute("SELECT 1 FROM record WHERE collection = ? LIMIT 1", (number,)).fetchone() is not None:
        message = f"{name}: holds objects already; only an empty collection is seeded"
        raise ConfigError(message)
    last = 0
    newest: dict[str, str] = {}
    for place, (seq, body) in enumerate(items):
        if not last < seq <= now:
            message = f"object {place}: its date_added is not later than the one before, or is in the future"
            raise ConfigError(message)
        last = seq
        _add(db, number, seq, body, newest)
    db.execute("UPDATE collection SET last_seq = max(last_seq, ?) WHERE no = ?", (last, number))
    db.executemany(
        "UPDATE record SET latest = 1 WHERE collection = ? AND object_id = ? AND version_key = ?",
        [(number, identifier, key) for identifier, key in newest.items()],
    )
    follow(db, number, newest, now)
    return int(db.execute("SELECT count(*) FROM record WHERE collection = ?", (number,)).fetchone()[0])


def _add(db: sqlite3.Connection, number: int, seq: int, body: bytes, newest: dict[str, str]) -> None:
    value = orjson.loads(body)
    created, modified = times(value)
    version = modified or created or taxii(from_micros(seq))
    key = sort_key(version)
    digest = digest16(body)
    db.execute("INSERT INTO body (digest, bytes) VALUES (?, ?) ON CONFLICT DO NOTHING", (digest, body))
    stored = db.execute("SELECT no FROM body WHERE digest = ?", (digest,)).fetchone()[0]
    try:
        db.execute(
            "INSERT INTO record (collection, seq, object_id, version, version_key, type, latest, body) VALUES (?, ?, ?, ?, ?, ?, 0, ?)",
            (number, seq, value["id"], version, key, value["type"], stored),
        )
    except sqlite3.IntegrityError as error:
        message = "the file holds one version of an object twice"
        raise ConfigError(message) from error
    newest[value["id"]] = max(newest.get(value["id"], ""), key)
