"""Take object versions out of a partner's own view because the partner says so (TAXII 2.1 §5.7), and lift that again.

The view is computed, so a deletion is remembered: a tombstone for each version keeps it away when the view is computed again. It holds
for all collections of the partner, and for nobody else's. A version that comes later is new, and stands in the view as usual.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path

from pipeline.store.object_ids import find
from pipeline.store.selection import ALL, FIRST, LAST
from pipeline.store.sqlite import transaction
from pipeline.store.view_follow import follow
from pipeline.store.view_versions import raise_newest
from pipeline.store.views_schema import open_views
from schemas.ids import digest16

WAIT_MS = 5_000
"""For the publisher's transaction, which takes a second; a thread of the server waits meanwhile."""


def delete_versions(path: Path, collection: int, object_id: str, versions: tuple[str, ...], now: Callable[[], int]) -> int:
    """Delete the versions of an object that `versions` names (keywords and version keys, ORed); returns how many there were.

    `collection` is what the partner asked in: only what stands there is deleted, from the view behind it. `now` gives microseconds.
    Raises StoreBusy where the publisher holds the file.
    """
    with closing(open_views(path)) as connection:
        connection.execute(f"PRAGMA busy_timeout={WAIT_MS}")
        return _delete_in(connection, collection, object_id, versions, now)


def _delete_in(connection: sqlite3.Connection, collection: int, object_id: str, versions: tuple[str, ...], now: Callable[[], int]) -> int:
    with transaction(connection) as db:
        named = find(db, object_id)
        rows = db.execute(
            "SELECT version_key FROM record_text WHERE collection = ? AND object = ? ORDER BY version_key", (collection, named)
        ).fetchall()
        keys = _named([key for (key,) in rows], versions)
        if keys and named is not None:
            view = db.execute("SELECT coalesce(view, no) FROM collection WHERE no = ?", (collection,)).fetchone()[0]
            _delete(db, view, (named, object_id), keys, now())
        return len(keys)


def deleted(db: sqlite3.Connection, partner: str, before: int) -> set[str]:
    """Ids of the objects of which a partner has deleted versions before a moment."""
    rows = db.execute(
        "SELECT DISTINCT object_id FROM tombstone JOIN collection ON collection.no = tombstone.collection"
        " WHERE collection.partner = ? AND deleted < ?",
        (partner, before),
    )
    return {name for (name,) in rows}


def lift(db: sqlite3.Connection, partner: str, sent: Iterable[tuple[str, str]], before: int) -> None:
    """Forget deletions before a moment: the partner has sent these (id, version key) anew, '' for an object without versions.

    The next statement of the release adds them.
    """
    for (view,) in db.execute("SELECT no FROM collection WHERE partner = ?", (partner,)).fetchall():
        for name, key in sent:
            lifted = db.execute(
                "DELETE FROM tombstone WHERE collection = ?1 AND object_id = ?2 AND deleted < ?3 AND (version_key = ?4 OR ?4 = '')",
                (view, name, before, key),
            ).rowcount
            if lifted:  # not equal to what the release will state, so that it is applied
                db.execute("UPDATE member SET digest = x'' WHERE collection = ? AND object = ?", (view, find(db, name)))


def _named(keys: list[str], versions: tuple[str, ...]) -> list[str]:
    """Which of some version keys, in order, are meant."""
    if ALL in versions:
        return keys
    named = {key for key in keys if key in versions}
    if keys and FIRST in versions:
        named.add(keys[0])
    if keys and LAST in versions:
        named.add(keys[-1])
    return sorted(named)


def _delete(db: sqlite3.Connection, view: int, which: tuple[int, str], keys: list[str], now: int) -> None:
    """`which` is the object's number, and its id."""
    named, object_id = which
    rows = db.execute(
        "SELECT r.latest, r.seq, r.version_key, b.bytes FROM record_text r CROSS JOIN body b ON b.no = r.body"
        " WHERE r.collection = ? AND r.object = ?",
        (view, named),
    ).fetchall()
    for latest, seq, key, body in rows:
        if key in keys:
            db.execute("INSERT OR REPLACE INTO tombstone VALUES (?, ?, ?, ?, ?)", (view, object_id, key, digest16(body), now))
            db.execute("DELETE FROM record WHERE collection = ? AND latest = ? AND seq = ?", (view, latest, seq))
    raise_newest(db, view, named)
    follow(db, view, (named,), now)
