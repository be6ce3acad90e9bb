"""What each partner has read of its collections: deliveries.db, beside views.db.

A file of its own, so that the server never writes to the views, and never waits for the publisher.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from pipeline.store.sqlite import connect, transaction

MIGRATIONS = (
    """
CREATE TABLE delivery (
  partner TEXT NOT NULL,
  collection TEXT NOT NULL,         -- the TAXII collection id
  requests INTEGER NOT NULL,        -- pages of objects that were answered, empty ones too
  objects INTEGER NOT NULL,         -- objects on them; one that was read twice counts twice
  position INTEGER,                 -- date_added of the last object of the last page that had any: where the reader stands
  newest INTEGER,                   -- the highest position ever
  first_time INTEGER NOT NULL,      -- first and last request; all times in microseconds since 1970
  last_time INTEGER NOT NULL,
  PRIMARY KEY (partner, collection)
) WITHOUT ROWID
""",
)

_ADD = """
INSERT INTO delivery (partner, collection, requests, objects, position, newest, first_time, last_time) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (partner, collection) DO UPDATE SET
  requests = requests + excluded.requests,
  objects = objects + excluded.objects,
  position = coalesce(excluded.position, position),
  newest = max(coalesce(excluded.newest, newest), coalesce(newest, excluded.newest)),
  first_time = min(first_time, excluded.first_time),
  last_time = max(last_time, excluded.last_time)
"""


class Delivery(NamedTuple):
    """What one partner read of one collection: as a row of the table, or as what is to be added to it."""

    partner: str
    collection: str
    requests: int
    objects: int
    position: int | None
    newest: int | None
    first_time: int
    last_time: int


def deliveries_path(views: Path) -> Path:
    """Where the deliveries of the server over `views` are kept."""
    return views.with_name("deliveries.db")


class DeliveryStore:
    """Opens deliveries.db, and makes it where it is missing. Several servers may add to one file."""

    def __init__(self, path: Path) -> None:
        self._connection: sqlite3.Connection = connect(path, MIGRATIONS)
        self._connection.execute("PRAGMA synchronous=NORMAL")  # the loss of power may cost the last second, and nothing else

    def add(self, deliveries: Iterable[Delivery]) -> None:
        """Add to what is recorded, in one transaction. Raises StoreBusy where the file is locked or its disk is full."""
        with transaction(self._connection) as db:
            db.executemany(_ADD, deliveries)

    def all(self) -> list[Delivery]:
        """Every row, by partner and collection."""
        return [Delivery(*row) for row in self._connection.execute("SELECT * FROM delivery ORDER BY partner, collection")]

    def close(self) -> None:
        """Close the file."""
        self._connection.close()
