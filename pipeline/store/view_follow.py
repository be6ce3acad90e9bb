"""Saved collections follow the view that they filter, in the transaction that changes the view.

What holds, whatever has happened: a saved collection has an object if one of the versions in the view passes its filter, or if it had
the object and the view still has it; and then it has exactly the versions that the view has. So a filter chooses what enters. What
has entered is followed to its end, also when its confidence sinks or its labels go: a client that pulls learns of every later version
and of a revocation, and never keeps an older one for true. Dates are the collection's own, given in the same transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import orjson

from schemas.saved_filter import SavedFilter

AT_ONCE = 500
"""Objects looked up by one statement."""


class _Version(NamedTuple):
    """A record of a view or of a saved collection."""

    seq: int
    object_id: str
    version: str
    version_key: str
    type: str
    latest: int
    body: int


class _Saved(NamedTuple):
    no: int
    filter: SavedFilter
    view: int


def follow(db: sqlite3.Connection, view: int, object_ids: Iterable[str], now: int) -> None:
    """Bring every collection that follows `view` up to date for some objects. `now` is in microseconds."""
    followers = [_Saved(no, SavedFilter.model_validate_json(text), view) for no, text in _followers(db, view)]
    if not followers:
        return
    wanted = list(object_ids)
    for saved in followers:
        for part in _parts(wanted):
            _bring_up(db, saved, part, now)


def refill(db: sqlite3.Connection, collection: int, now: int) -> None:
    """Hold a saved collection against its filter anew, as when the filter was changed.

    What does not pass any more leaves it, but for revoked objects: those that read it must learn of the revocation.
    """
    view, text = db.execute("SELECT view, filter FROM collection WHERE no = ?", (collection,)).fetchone()
    saved = _Saved(collection, SavedFilter.model_validate_json(text), -1 if view is None else view)
    db.execute(
        "DELETE FROM record WHERE collection = ? AND object_id NOT IN (SELECT object_id FROM record WHERE collection = ?)",
        (collection, saved.view),
    )
    after = 0
    while rows := db.execute(
        "SELECT seq, object_id FROM record INDEXED BY record_latest WHERE collection = ? AND seq > ? AND latest = 1 ORDER BY seq LIMIT ?",
        (saved.view, after, AT_ONCE),
    ).fetchall():
        after = rows[-1][0]
        ids = [identifier for _, identifier in rows]
        held = {version.object_id for version in _records(db, collection, ids)}
        passing = _passing(db, saved, ids)
        leaving = held - passing - _revoked(db, saved, held)
        db.executemany("DELETE FROM record WHERE collection = ? AND object_id = ?", [(collection, name) for name in leaving])
        _bring_up(db, saved, [name for name in ids if name in passing or name in held - leaving], now)


def _followers(db: sqlite3.Connection, view: int) -> list[tuple[int, str]]:
    return db.execute("SELECT no, filter FROM collection WHERE view = ? ORDER BY no", (view,)).fetchall()


def _bring_up(db: sqlite3.Connection, saved: _Saved, ids: list[str], now: int) -> None:
    own: dict[str, dict[str, _Version]] = {}
    for version in _records(db, saved.no, ids):
        own.setdefault(version.object_id, {})[version.version_key] = version
    passing = _passing(db, saved, [name for name in ids if name not in own])
    gone: list[tuple[int, int]] = []
    turned: list[tuple[int, int, int]] = []
    new: list[_Version] = []
    for version in _records(db, saved.view, ids):
        held = own.get(version.object_id, {}).pop(version.version_key, None)
        if held is not None and held.body == version.body:
            if held.latest != version.latest:
                turned.append((version.latest, saved.no, held.seq))
            continue
        if held is not None:
            gone.append((saved.no, held.seq))
        if held is not None or version.object_id in own or version.object_id in passing:
            new.append(version)
    gone += [(saved.no, version.seq) for versions in own.values() for version in versions.values()]
    db.executemany("DELETE FROM record WHERE collection = ? AND seq = ?", gone)
    db.executemany("UPDATE record SET latest = ? WHERE collection = ? AND seq = ?", turned)
    if not new:
        return
    last = db.execute("SELECT last_seq FROM collection WHERE no = ?", (saved.no,)).fetchone()[0]
    first = max(last + 1, now)
    db.executemany(
        "INSERT INTO record (collection, seq, object_id, version, version_key, type, latest, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [(saved.no, first + step, *version[1:]) for step, version in enumerate(sorted(new))],
    )
    db.execute("UPDATE collection SET last_seq = ? WHERE no = ?", (first + len(new) - 1, saved.no))


def _passing(db: sqlite3.Connection, saved: _Saved, ids: list[str]) -> set[str]:
    """Which objects have a version in the view that passes the filter."""
    if saved.filter.by_type_alone:
        return {version.object_id for version in _records(db, saved.view, ids) if saved.filter.takes_type(version.type)}
    return {name for name, body in _bodies(db, saved.view, ids) if saved.filter.takes(orjson.loads(body))}


def _revoked(db: sqlite3.Connection, saved: _Saved, ids: Iterable[str]) -> set[str]:
    """Which objects' newest version in the view is a revocation."""
    return {name for name, body in _bodies(db, saved.view, list(ids), latest=True) if orjson.loads(body).get("revoked") is True}


def _records(db: sqlite3.Connection, collection: int, ids: list[str]) -> Iterator[_Version]:
    for row in db.execute(
        "SELECT seq, object_id, version, version_key, type, latest, body FROM record INDEXED BY record_version"
        " WHERE collection = ? AND object_id IN (SELECT value FROM json_each(?))",
        (collection, orjson.dumps(ids).decode()),
    ).fetchall():
        yield _Version(*row)


def _bodies(db: sqlite3.Connection, collection: int, ids: list[str], *, latest: bool = False) -> Iterator[tuple[str, bytes]]:
    yield from db.execute(
        "SELECT r.object_id, b.bytes FROM record r INDEXED BY record_version CROSS JOIN body b ON b.no = r.body"
        " WHERE r.collection = ? AND r.object_id IN (SELECT value FROM json_each(?)) AND r.latest >= ?",
        (collection, orjson.dumps(ids).decode(), int(latest)),
    )


def _parts(items: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(items), AT_ONCE):
        yield items[start : start + AT_ONCE]
