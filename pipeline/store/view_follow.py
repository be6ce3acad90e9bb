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
    """A record of a view or of a saved collection; `given` is its version where the bytes have none."""

    seq: int
    object: int
    body: int
    latest: int
    given: str | None


class _Saved(NamedTuple):
    no: int
    filter: SavedFilter
    view: int


def follow(db: sqlite3.Connection, view: int, objects: Iterable[int], now: int) -> None:
    """Bring every collection that follows `view` up to date for some objects, by their numbers. `now` is in microseconds."""
    followers = [_Saved(no, SavedFilter.model_validate_json(text), view) for no, text in _followers(db, view)]
    if not followers:
        return
    wanted = list(objects)
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
        "DELETE FROM record WHERE collection = ? AND object NOT IN (SELECT object FROM record WHERE collection = ?)",
        (collection, saved.view),
    )
    after = 0
    while rows := db.execute(
        "SELECT seq, object FROM record NOT INDEXED WHERE collection = ? AND latest = 1 AND seq > ? ORDER BY seq LIMIT ?",
        (saved.view, after, AT_ONCE),
    ).fetchall():
        after = rows[-1][0]
        objects = [number for _, number in rows]
        held = {version.object for version in _records(db, collection, objects)}
        passing = _passing(db, saved, objects)
        leaving = held - passing - _revoked(db, saved, held)
        db.executemany("DELETE FROM record WHERE collection = ? AND object = ?", [(collection, number) for number in leaving])
        _bring_up(db, saved, [number for number in objects if number in passing or number in held - leaving], now)


def _followers(db: sqlite3.Connection, view: int) -> list[tuple[int, str]]:
    return db.execute("SELECT no, filter FROM collection WHERE view = ? ORDER BY no", (view,)).fetchall()


def _bring_up(db: sqlite3.Connection, saved: _Saved, objects: list[int], now: int) -> None:
    own: dict[int, dict[tuple[int, str | None], _Version]] = {}
    for version in _records(db, saved.no, objects):
        own.setdefault(version.object, {})[version.body, version.given] = version
    passing = _passing(db, saved, [number for number in objects if number not in own])
    turned: list[tuple[int, int, int, int]] = []
    new: list[_Version] = []
    for version in _records(db, saved.view, objects):
        held = own.get(version.object, {}).pop((version.body, version.given), None)
        if held is not None:
            if held.latest != version.latest:
                turned.append((version.latest, saved.no, held.latest, held.seq))
        elif version.object in own or version.object in passing:
            new.append(version)
    gone = [(saved.no, version.latest, version.seq) for versions in own.values() for version in versions.values()]
    db.executemany("DELETE FROM record WHERE collection = ? AND latest = ? AND seq = ?", gone)
    db.executemany("UPDATE record SET latest = ? WHERE collection = ? AND latest = ? AND seq = ?", turned)
    if not new:
        return
    last = db.execute("SELECT last_seq FROM collection WHERE no = ?", (saved.no,)).fetchone()[0]
    first = max(last + 1, now)
    db.executemany(
        "INSERT INTO record (collection, seq, object, body, latest, version) VALUES (?, ?, ?, ?, ?, ?)",
        [(saved.no, first + step, *version[1:]) for step, version in enumerate(sorted(new))],
    )
    db.execute("UPDATE collection SET last_seq = ? WHERE no = ?", (first + len(new) - 1, saved.no))


def _passing(db: sqlite3.Connection, saved: _Saved, objects: list[int]) -> set[int]:
    """Which objects have a version in the view that passes the filter."""
    if not saved.filter.by_type_alone:
        return {number for number, body in _bodies(db, saved.view, objects) if saved.filter.takes(orjson.loads(body))}
    rows = db.execute(
        "SELECT o.no, k.text FROM object o CROSS JOIN word k ON k.no = o.type WHERE o.no IN (SELECT value FROM json_each(?))",
        (orjson.dumps(objects).decode(),),
    )
    right = {number for number, kind in rows if saved.filter.takes_type(kind)}
    return {version.object for version in _records(db, saved.view, list(right))}


def _revoked(db: sqlite3.Connection, saved: _Saved, objects: Iterable[int]) -> set[int]:
    """Which objects' newest version in the view is a revocation."""
    return {number for number, body in _bodies(db, saved.view, list(objects), latest=True) if orjson.loads(body).get("revoked") is True}


def _records(db: sqlite3.Connection, collection: int, objects: list[int]) -> Iterator[_Version]:
    for row in db.execute(
        "SELECT seq, object, body, latest, version FROM record INDEXED BY record_object"
        " WHERE collection = ? AND object IN (SELECT value FROM json_each(?))",
        (collection, orjson.dumps(objects).decode()),
    ).fetchall():
        yield _Version(*row)


def _bodies(db: sqlite3.Connection, collection: int, objects: list[int], *, latest: bool = False) -> Iterator[tuple[int, bytes]]:
    yield from db.execute(
        "SELECT r.object, b.bytes FROM record r INDEXED BY record_object CROSS JOIN body b ON b.no = r.body"
        " WHERE r.collection = ? AND r.object IN (SELECT value FROM json_each(?)) AND r.latest >= ?",
        (collection, orjson.dumps(objects).decode(), int(latest)),
    )


def _parts(items: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(items), AT_ONCE):
        yield items[start : start + AT_ONCE]
