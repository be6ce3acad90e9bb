"""Bring the API roots and collections of views.db to what the configuration says."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from pipeline.store.view_follow import refill


class ApiRootSpec(NamedTuple):
    """One further API root."""

    name: str
    title: str
    description: str


class CollectionSpec(NamedTuple):
    """One configured collection; `filter` is JSON, `feed` names the feed of what is POSTed to it."""

    id: str
    root: str
    alias: str
    partner: str
    title: str
    description: str
    filter: str
    can_read: bool
    public: bool
    feed: str | None


def configure(db: sqlite3.Connection, roots: Sequence[ApiRootSpec], specs: Sequence[CollectionSpec], now: int) -> None:
    """Make, change and remove roots and saved collections, inside one transaction of the caller.

    A collection whose filter or view has changed is held against it anew; one that is configured no more is gone with its records.
    """
    db.execute("DELETE FROM api_root")
    db.executemany("INSERT INTO api_root VALUES (?, ?, ?)", roots)
    known = {row[0]: row[1:] for row in db.execute("SELECT id, no, view, filter FROM collection WHERE kind = 'saved'")}
    for identifier in known.keys() - {spec.id for spec in specs}:
        number = known[identifier][0]
        db.execute("DELETE FROM record WHERE collection = ?", (number,))
        db.execute("DELETE FROM collection WHERE no = ?", (number,))
    for spec in specs:
        row = db.execute("SELECT no FROM collection WHERE partner = ? AND kind = 'view'", (spec.partner,)).fetchone()
        view = row[0] if row and spec.can_read else None
        db.execute(
            "INSERT INTO collection (id, root, alias, partner, title, description, filter, can_read, public, feed, kind, view)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'saved', ?) ON CONFLICT (id) DO UPDATE SET title = excluded.title,"
            " description = excluded.description, filter = excluded.filter, can_read = excluded.can_read, public = excluded.public,"
            " feed = excluded.feed, view = excluded.view",
            (*spec, view),
        )
        number = db.execute("SELECT no FROM collection WHERE id = ?", (spec.id,)).fetchone()[0]
        before = known.get(spec.id)
        if view is not None and (before is None or (before[1], before[2]) != (view, spec.filter)):
            refill(db, number, now)
