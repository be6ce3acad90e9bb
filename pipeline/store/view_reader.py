"""Read what each recipient's collections hold now: views.db, read-only, the stored bytes untouched."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from time import monotonic
from typing import NamedTuple

from pipeline.store.object_ids import FIND, join, split
from pipeline.store.read_pool import ReadPool
from pipeline.store.selection import Selection
from pipeline.store.views_schema import MIGRATIONS

_COLLECTION = (
    "SELECT no, id, alias, title, description, last_seq, public OR (can_read AND partner = ?1), CASE partner WHEN ?1 THEN feed END"
    " FROM collection WHERE root = ?2"
)
_NAMES = (
    "CROSS JOIN object o ON o.no = r.object CROSS JOIN word k ON k.no = o.type"
    " CROSS JOIN version v ON v.object = r.object AND v.body = r.body"
)
_VISIBLE = "(public OR (partner = ?1 AND (can_read OR feed IS NOT NULL)))"


class Collection(NamedTuple):
    """One collection as a partner may use it; `last_seq` is the newest date_added ever given in it, in microseconds since 1970.

    `feed` is the feed of what the partner POSTs to it, None where it may not write.
    """

    no: int
    id: str
    alias: str | None
    title: str
    description: str
    last_seq: int
    can_read: int
    feed: str | None


class ApiRootInfo(NamedTuple):
    """A further API root as views.db has it."""

    name: str
    title: str
    description: str


class Record(NamedTuple):
    """What the manifest says of one object version; `seq` is its date_added in microseconds since 1970."""

    seq: int
    object_id: str
    version: str


class ObjectPage(NamedTuple):
    """Stored objects of a page with commas between them, their number, the date_added of the ends (None when empty), and whether
    more follows.
    """

    joined: bytes
    number: int
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

    def api_roots(self, partner: str) -> list[ApiRootInfo]:
        """The further API roots in which the partner sees a collection, sorted by name."""
        with self._pool.statement() as connection:
            rows = connection.execute(
                "SELECT name, title, description FROM api_root"  # noqa: S608 - _VISIBLE is ours
                f" WHERE EXISTS (SELECT 1 FROM collection WHERE root = api_root.name AND {_VISIBLE}) ORDER BY name",
                (partner,),
            )
            return [ApiRootInfo(*row) for row in rows]

    def collections(self, partner: str, root: str = "") -> list[Collection]:
        """What the partner may read or write in an API root ('' is the first one), sorted by id."""
        with self._pool.statement() as connection:
            return [Collection(*row) for row in connection.execute(f"{_COLLECTION} AND {_VISIBLE} ORDER BY id", (partner, root))]

    def collection(self, partner: str, name: str, root: str = "") -> Collection | None:
        """The collection of this id or alias; None also where it is there for somebody else."""
        with self._pool.statement() as connection:
            # an id wins over an equal alias, whoever chose that alias
            row = connection.execute(
                f"{_COLLECTION} AND (id = ?3 OR (root = ?2 AND alias = ?3)) AND {_VISIBLE} ORDER BY id = ?3 DESC LIMIT 1",
                (partner, root, name),
            ).fetchone()
        return None if row is None else Collection(*row)

    def has_object(self, collection: int, object_id: str) -> bool:
        """Whether any version of the object is in the collection."""
        with self._pool.statement() as connection:
            row = connection.execute(
                f"SELECT 1 FROM record INDEXED BY record_object WHERE collection = ? AND object = ({FIND}) LIMIT 1",  # noqa: S608 - ours
                (collection, *split(object_id)),
            ).fetchone()
        return row is not None

    def last_seq(self, collection: int) -> int:
        """The newest date_added ever given in a collection."""
        with self._pool.statement() as connection:
            row = connection.execute("SELECT last_seq FROM collection WHERE no = ?", (collection,)).fetchone()
        return 0 if row is None else int(row[0])

    def objects(self, collection: int, selection: Selection, max_bytes: int) -> ObjectPage:
        """A page of stored objects: at most `selection.limit`, and at most `max_bytes` unless the first alone is larger.

        SQLite joins the page, so no record becomes a Python object, and the interpreter lock is free meanwhile.
        """
        if selection.is_empty:
            return ObjectPage(b"", 0, None, None, more=False)
        with self._pool.statement() as connection:
            before = connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, max_bytes)
            try:
                row = connection.execute(selection.page_statement(), selection.page_parameters(collection)).fetchone()
            except sqlite3.DataError:  # the page is larger than it may be
                row = None
            finally:
                connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, before)
        if row is None:
            return self._cut_page(collection, selection, max_bytes)
        return ObjectPage(row[3] or b"", row[0], row[1], row[2], more=bool(row[4]))

    def _cut_page(self, collection: int, selection: Selection, max_bytes: int) -> ObjectPage:
        """The same, row by row until it is full."""
        bodies: list[bytes] = []
        first: int | None = None
        last: int | None = None
        size = 0
        # CROSS JOIN keeps the order of the loops: records by index, then each one's body by row id
        sql = selection.statement("r.seq, b.bytes", "CROSS JOIN body b ON b.no = r.body")
        with self._pool.statement() as connection, closing(connection.execute(sql, selection.parameters(collection))) as rows:
            # closed at once, even half read: an open snapshot would keep the writer from recycling its log
            for seq, body in rows:
                size += len(body)
                if len(bodies) == selection.limit or (size > max_bytes and bodies):
                    return ObjectPage(b",".join(bodies), len(bodies), first, last, more=True)
                if first is None:
                    first = seq
                last = seq
                bodies.append(body)
        return ObjectPage(b",".join(bodies), len(bodies), first, last, more=False)

    def manifest(self, collection: int, selection: Selection) -> RecordPage:
        """A page of manifest records: at most `selection.limit`."""
        if selection.is_empty:
            return RecordPage([], more=False)
        sql = selection.statement("r.seq, k.text, o.uuid, coalesce(r.version, v.version)", _NAMES)
        with self._pool.statement() as connection:
            rows = connection.execute(sql, selection.parameters(collection))
            records = [Record(seq, join(uuid, kind), version) for seq, kind, uuid, version in rows]
        more = len(records) > selection.limit
        return RecordPage(records[: selection.limit], more)
