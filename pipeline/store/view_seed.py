"""Put objects with given dates into an empty collection: for checks that need to know every date_added."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

import orjson

from pipeline.store.view_follow import follow
from pipeline.store.view_names import Names
from pipeline.store.view_versions import find_body
from schemas.errors import ConfigError
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
    names = Names(db)
    newest: dict[int, tuple[str, int]] = {}
    for place, (seq, body) in enumerate(items):
        if not last < seq <= now:
            message = f"object {place}: its date_added is not later than the one before, or is in the future"
            raise ConfigError(message)
        last = seq
        _add(db, names, (number, seq), body, newest)
    db.execute("UPDATE collection SET last_seq = max(last_seq, ?) WHERE no = ?", (last, number))
    db.executemany(
        "UPDATE record SET latest = 1 WHERE collection = ? AND latest = 0 AND seq = ?", [(number, seq) for _, seq in newest.values()]
    )
    follow(db, number, newest, now)
    return int(db.execute("SELECT count(*) FROM record WHERE collection = ?", (number,)).fetchone()[0])


def _add(db: sqlite3.Connection, names: Names, place: tuple[int, int], body: bytes, newest: dict[int, tuple[str, int]]) -> None:
    """`place` is (collection, date_added); `newest` the newest version of each object so far, with its date_added."""
    number, seq = place
    value = orjson.loads(body)
    created, modified = times(value)
    own = modified or created or None
    given = None if own else taxii(from_micros(seq))
    key = sort_key(own or given or "")
    named = names.number(value["id"])
    names.flush()
    if named in newest and _has(db, number, named, key):
        message = "the file holds one version of an object twice"
        raise ConfigError(message)
    stored = find_body(db, named, own, body)
    if stored is None:
        stored = db.execute("INSERT INTO body (bytes) VALUES (?)", (body,)).lastrowid
        db.execute("INSERT INTO version (object, body, version) VALUES (?, ?, ?)", (named, stored, own))
    db.execute(
        "INSERT INTO record (collection, latest, seq, object, body, version) VALUES (?, 0, ?, ?, ?, ?)", (number, seq, named, stored, given)
    )
    newest[named] = max(newest.get(named, ("", 0)), (key, seq))


def _has(db: sqlite3.Connection, collection: int, named: int, key: str) -> bool:
    query = "SELECT 1 FROM record_text WHERE collection = ? AND object = ? AND version_key = ?"
    return db.execute(query, (collection, named, key)).fetchone() is not None
