"""Who stands for whom: among sources of one entity that no recipient could tell apart, the oldest stands for all.

So a feed that re-issues every id at each publication costs one row a publication, not one candidate.
"""

from __future__ import annotations

import sqlite3

from schemas.timestamps import sort_key
from transforms.record import Record

_OWN = "CASE version.modified WHEN '' THEN version.received ELSE version.modified END"


def own_time(record: Record) -> str:
    """When a record was made, as sortable text; when it came, where it has no such time."""
    return record.modified or sort_key(record.origin.received)


class Election:
    """Keeps `source.shadowed` and `source.fresh` right for one transaction. A group is what sources share: entity and standing.

    What joins a group, or only grows newer in it, costs a look-up or two, however many there are. A group that somebody leaves is
    reopened: nobody stands for it until `finish` reads it whole, once, however often it was reopened.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._open: set[tuple[int, bytes]] = set()

    def join(self, entity: int, source: int, record: Record) -> None:
        """Let a new source stand behind, or before, the one that stands for others like this one."""
        if (entity, record.standing) in self._open:
            return
        row = self._db.execute(
            "SELECT source.no, source.created, alias.id, source.fresh FROM source JOIN alias ON alias.no = source.alias"
            " WHERE source.entity = ? AND source.standing = ? AND source.shadowed = 0 AND source.no <> ?",
            (entity, record.standing, source),
        ).fetchone()
        if row is None:
            return
        other, created, identifier, fresh = row
        first, second = (source, other) if (record.created, record.id) < (created, identifier) else (other, source)
        self._db.execute("UPDATE source SET fresh = ? WHERE no = ?", (max(own_time(record), fresh), first))
        self._db.execute(
            f"UPDATE source SET shadowed = 1, fresh = (SELECT {_OWN} FROM version WHERE version.no = source.current) WHERE no = ?",  # noqa: S608
            (second,),
        )

    def renew(self, entity: int, source: int, former: int, record: Record) -> None:
        """Let a source that has stayed in its group be as fresh as its new version; `former` is the one before."""
        group, moment = (entity, record.standing), own_time(record)
        if group in self._open:
            return
        (before,) = self._db.execute(f"SELECT {_OWN} FROM version WHERE no = ?", (former,)).fetchone()  # noqa: S608 - constant
        if moment < before:  # that may have been the newest time of all
            self._open.add(group)
            return
        self._db.execute("UPDATE source SET fresh = max(fresh, ?) WHERE no = ?", (moment, source))
        self._db.execute("UPDATE source SET fresh = max(fresh, ?) WHERE entity = ? AND standing = ? AND shadowed = 0", (moment, *group))

    def reopen(self, entity: int, standing: bytes) -> None:
        """Note that a source has left a group, or come to it from another one."""
        self._open.add((entity, standing))

    def finish(self) -> None:
        """Elect in each group that was reopened."""
        for group in self._open:
            self._elect(*group)
        self._open.clear()

    def _elect(self, entity: int, standing: bytes) -> None:
        rows = self._db.execute(
            f"SELECT source.no, source.shadowed, source.fresh, {_OWN}"  # noqa: S608 - constant
            " FROM source JOIN version ON version.no = source.current JOIN alias ON alias.no = source.alias"
            " WHERE source.entity = ? AND source.standing = ? ORDER BY source.created, alias.id, source.no",
            (entity, standing),
        )
        first = rows.fetchone()
        if first is None:
            return
        newest = first[3]
        wanted: list[tuple[int, str, int]] = []
        for no, shadowed, fresh, own in rows:
            newest = max(newest, own)
            if (shadowed, fresh) != (1, own):
                wanted.append((1, own, no))
        if first[1:3] != (0, newest):
            wanted.append((0, newest, first[0]))
        self._db.executemany("UPDATE source SET shadowed = ?, fresh = ? WHERE no = ?", wanted)
