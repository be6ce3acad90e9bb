"""Read what each recipient's collections hold now: views.db, read-only, the stored bytes untouched."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from time import monotonic
from typing import NamedTuple

from pipeline.store.read_pool import ReadPool
from pipeline.store.selection import Selection
from pipeline.store.views_schema import MIGRATIONS

_COLLECTION = "SELECT no, id, alias, title, description, last_seq FROM collection WHERE partner = ?"


class Collection(NamedTuple):
    """One collection of a partner; `last_seq` is the newest date_added ever given in it, in microseconds since 1970."""

    no: int
    id: str
    alias: str | None
    title: str
    description: str
    last_seq: int


class Record(NamedTuple):
    """What the manifest says of one object version; `seq` is its date_added in microseconds since 1970."""

    seq: int
    object_id: str
    version: str


class ObjectPage(NamedTuple):
    """Stored bytes of a page, the date_added of its ends (None when empty), and whether more follows."""

    bodies: list[bytes]
    first: int | None
    last: int | None
    more: bool


class RecordPage(NamedTuple):
    """Manifest records of a page, and whether more follows."""

    records: list[Record]
    more: bool


class ViewReader:
    """Reads views.db; safe to use from any thread, since each has its own connection.

    Every method is one statement, and so one snapshot. They raise StoreBusy when the file is locked or the statement takes
    longer than `statement_seconds`.
    """

    def __init__(self, path: Path, statement_seconds: float = 5.0, clock: Callable[[], float] = monotonic) -> None:
        self._pool = ReadPool(path, MIGRATIONS, statement_seconds, clock)

    def close(self) -> None:
        """Close the connections of all threads."""
        self._pool.close()

    def collections(self, partner: str) -> list[Collection]:
        """The partner's collections, sorted by id."""
        with self._pool.statement() as connection:
            return [Collection(*row) for row in connection.execute(f"{_COLLECTION} ORDER BY id", (partner,))]

    def collection(self, partner: str, name: str) -> Collection | None:
        """The partner's collection of this id or alias; None also where it is somebody else's."""
        with self._pool.statement() as connection:
            # an id wins over an equal alias, whoever chose that alias
            row = connection.execute(
                f"{_COLLECTION} AND (id = ? OR alias = ?) ORDER BY id = ? DESC LIMIT 1", (partner, name, name, name)
            ).fetchone()
        return None if row is None else Collection(*row)

    def has_object(self, collection: int, object_id: str) -> bool:
        """Whether any version of the object is in the collection."""
        with self._pool.statement() as connection:
            row = connection.execute(
                "SELECT 1 FROM record INDEXED BY record_version WHERE collection = ? AND object_id = ? LIMIT 1", (collection, object_id)
            ).fetchone()
        return row is not None

    def objects(self, collection: int, selection: Selection, max_bytes: int) -> ObjectPage:
        """A page of stored objects: at most `selection.limit`, and at most `max_bytes` unless the first alone is larger."""
        bodies: list[bytes] = []
        first: int | None = None
        last: int | None = None
        size = 0
        if selection.is_empty:
            return ObjectPage(bodies, first, last, more=False)
        # CROSS JOIN keeps the order of the loops: records by index, then each one's body by row id
        sql = selection.statement("r.seq, b.bytes", "CROSS JOIN body b ON b.no = r.body")
        with self._pool.statement() as connection, closing(connection.execute(sql, selection.parameters(collection))) as rows:
            # closed at once, even half read: an open snapshot would keep the writer from recycling its log
            for seq, body in rows:
                size += len(body)
                if len(bodies) == selection.limit or (size > max_bytes and bodies):
                    return ObjectPage(bodies, first, last, more=True)
                if first is None:
                    first = seq
                last = seq
                bodies.append(body)
        return ObjectPage(bodies, first, last, more=False)

    def manifest(self, collection: int, selection: Selection) -> RecordPage:
        """A page of manifest records: at most `selection.limit`."""
        if selection.is_empty:
            return RecordPage([], more=False)
        sql = selection.statement("r.seq, r.object_id, r.version")
        with self._pool.statement() as connection:
            records = [Record(*row) for row in connection.execute(sql, selection.parameters(collection))]
        more = len(records) > selection.limit
        return RecordPage(records[: selection.limit], more)
