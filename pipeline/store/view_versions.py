"""Statements on the versions of one object, shared by all that write to the views."""

from __future__ import annotations

import sqlite3


def find_body(db: sqlite3.Connection, named: int, version: str | None, body: bytes) -> int | None:
    """The number of an object's bytes where any collection has had them; `version` is what the bytes say, None where nothing."""
    row = db.execute(
        "SELECT v.body FROM version v CROSS JOIN body b ON b.no = v.body WHERE v.object = ? AND v.version IS ? AND b.bytes = ?",
        (named, version, body),
    ).fetchone()
    return None if row is None else int(row[0])


def raise_newest(db: sqlite3.Connection, collection: int, named: int) -> None:
    """Make the newest of what a collection still has of an object its latest version."""
    db.execute(
        "UPDATE record SET latest = 1 WHERE collection = ?1 AND object = ?2 AND latest = 0 AND seq ="
        " (SELECT seq FROM record_text WHERE collection = ?1 AND object = ?2 ORDER BY version_key DESC LIMIT 1)",
        (collection, named),
    )
