"""How far each stage has come: small JSON values by name, in catalogue.db."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from pipeline.store.catalogue_schema import MIGRATIONS
from pipeline.store.catalogue_work import put_in_quarantine
from pipeline.store.sqlite import connect, transaction
from transforms.record import Rejected


class Cursors:
    """Reads and writes cursors; a write is durable when the call returns."""

    def __init__(self, path: Path) -> None:
        self._connection = connect(path, MIGRATIONS)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def get(self, name: str) -> dict[str, Any]:
        """The cursor, {} where none was saved yet."""
        row = self._connection.execute("SELECT value FROM cursor WHERE name = ?", (name,)).fetchone()
        found: dict[str, Any] = json.loads(row[0]) if row else {}
        return found

    def save(self, name: str, value: dict[str, Any]) -> None:
        """Save one cursor."""
        with transaction(self._connection) as db:
            _put(db, name, value)

    def outcomes(self, first: int, end: int) -> dict[int, str]:
        """What became of the objects at these positions of the pushed topic."""
        return dict(self._connection.execute("SELECT position, outcome FROM outcome WHERE position >= ? AND position < ?", (first, end)))

    def finish_pushed(self, cursor: dict[str, Any]) -> None:
        """End a micro-batch of pushed objects in one transaction: its cursor, and no outcomes any more, since they are settled."""
        with transaction(self._connection) as db:
            _put(db, "pushed", cursor)
            db.execute("DELETE FROM outcome")

    def meant_by(self, producer: str, object_ids: Iterable[str]) -> list[int]:
        """The entities that some source ids of a producer mean."""
        rows = self._connection.execute(
            "SELECT DISTINCT source.entity FROM alias JOIN source ON source.alias = alias.no"
            " WHERE source.producer = ? AND alias.id IN (SELECT value FROM json_each(?))",
            (producer, json.dumps(sorted(object_ids))),
        )
        return [entity for (entity,) in rows]

    def add_due(self, due: list[tuple[str, str, int]]) -> None:
        """Note (moment, recipient, entity): what is to be decided anew from then on."""
        with transaction(self._connection) as db:
            db.executemany("INSERT OR IGNORE INTO due VALUES (?, ?, ?)", due)

    def quarantine(self, stopped: Iterable[Rejected]) -> None:
        """Record what the guard stopped, once for each (feed, reason, content)."""
        with transaction(self._connection) as db:
            for item in stopped:
                put_in_quarantine(db, item)

    def finish_release(self, cursor: dict[str, Any], settled: dict[str, str]) -> None:
        """End a release in one transaction: its cursor, no intent any more, and nothing due up to `settled` (recipient -> moment)."""
        with transaction(self._connection) as db:
            for recipient, moment in settled.items():
                db.execute("DELETE FROM due WHERE recipient = ? AND moment <= ?", (recipient, moment))
            _put(db, "release", cursor)
            db.execute("DELETE FROM cursor WHERE name = 'release.intent'")


def _put(db: sqlite3.Connection, name: str, value: dict[str, Any]) -> None:
    db.execute("INSERT INTO cursor VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", (name, json.dumps(value)))


def sharing_record(catalogue: Path) -> dict[str, str]:
    """The record of the sharing files that a hub's catalogue notes as those in force; {} where it has not run yet."""
    if not catalogue.exists():
        return {}
    with closing(Cursors(catalogue)) as cursors:
        record: dict[str, str] = cursors.get("sharing").get("record", {})
    return record
