"""Questions that operators ask of the views."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.store.audit_entries import read_entries
from pipeline.store.object_ids import find
from pipeline.store.sqlite import connect
from pipeline.store.views_schema import MIGRATIONS


class Held(NamedTuple):
    """What a view says of one handle, with the audit row that decided it."""

    decision: str
    reason: str
    object_id: str | None
    slot: str
    policy: str
    agreements: str
    transforms: Sequence[str]


@contextmanager
def open_views(path: Path) -> Iterator[sqlite3.Connection]:
    """views.db for reading."""
    connection = connect(path, MIGRATIONS, read_only=True)
    try:
        yield connection
    finally:
        connection.close()


def read_suspended(path: Path) -> frozenset[str]:
    """Partners that are shut out for now."""
    if not path.exists():
        return frozenset()
    with open_views(path) as views:
        return frozenset(partner for (partner,) in views.execute("SELECT partner FROM suspension"))


def view_counts(views: sqlite3.Connection) -> Mapping[str, Mapping[str, Any]]:
    """Partner -> collection id, objects visible now, versions, outcomes by reason, newest date_added (µs)."""
    found: dict[str, dict[str, Any]] = {}
    for no, identifier, partner, last in views.execute(
        "SELECT no, id, partner, last_seq FROM collection WHERE kind = 'view' ORDER BY partner"
    ):
        objects, versions = views.execute("SELECT sum(latest), count(*) FROM record WHERE collection = ?", (no,)).fetchone()
        outcomes = views.execute("SELECT reason, count(*) FROM member_text WHERE collection = ? GROUP BY reason ORDER BY reason", (no,))
        found[partner] = {
            "collection": identifier,
            "objects": objects or 0,
            "versions": versions,
            "outcomes": dict(outcomes.fetchall()),
            "last": last,
        }
    return found


def held(views: sqlite3.Connection, partner: str, handle: bytes) -> Held | None:
    """What a partner's view says of a handle."""
    row = views.execute(
        "SELECT member.decision, member.reason, member.object_id, member.slot, audit.policy, audit.agreements, audit.entries"
        " FROM collection CROSS JOIN member_text member ON member.collection = collection.no LEFT JOIN audit ON audit.no = member.audit"
        " WHERE collection.partner = ? AND member.handle = ?",
        (partner, handle),
    ).fetchone()
    if row is None:
        return None
    entries = read_entries(row[6] or b"[]")
    transforms: Sequence[str] = next((entry.transforms for entry in entries if entry.handle == handle.hex()), ())
    return Held(row[0], row[1], row[2], row[3] or "", row[4] or "", row[5] or "", transforms)


def handle_of_object(views: sqlite3.Connection, partner: str, object_id: str) -> bytes | None:
    """The handle behind an id that a partner sees."""
    row = views.execute(
        "SELECT member.handle FROM collection JOIN member ON member.collection = collection.no"
        " WHERE collection.partner = ? AND member.object = ?",
        (partner, find(views, object_id)),
    ).fetchone()
    return None if row is None else row[0]
