"""The catalogue for writers: contributions in, each with what it meant to the hub.

Commit order of intake (architecture section 3): one transaction for each shard and block holds contributions, meaning, references
and change numbers; the raw cursor is saved only when the whole range is in; the bus is hinted last.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import orjson

from pipeline.failpoints import failpoint
from pipeline.store.catalogue_schema import MIGRATIONS
from pipeline.store.catalogue_work import Work, put_in_quarantine
from pipeline.store.sqlite import connect, transaction
from schemas.errors import OperatorError
from schemas.ids import CONTRIBUTING
from transforms.observables import COMPOSED
from transforms.record import Record, Rejected
from transforms.tightening import restriction

Counts = Counter[tuple[str, str]]
"""(feed, outcome or `quarantined.<reason>`) -> objects."""

_COMPOSED = orjson.dumps(sorted(COMPOSED)).decode()


PUSHED_POSITION = 1 << 62
"""Positions from here on are places in the pushed topic: what becomes of these objects is noted for the status of their envelope."""


class Catalogue:
    """Writes catalogue.db. Everything it does is idempotent: the same records again change nothing."""

    def __init__(self, path: Path, shards: int) -> None:
        self.connection = connect(path, MIGRATIONS)
        self.shards = shards
        known = self.connection.execute("SELECT count(*) FROM shard").fetchone()[0]
        if known not in (0, shards):
            self.connection.close()
            message = f"store.shards is {shards}, but the catalogue was made with {known}: it is fixed once data is in, set it back"
            raise OperatorError(message)
        if not known:
            with transaction(self.connection) as db:
                db.executemany("INSERT OR IGNORE INTO shard VALUES (?, 0)", [(no,) for no in range(shards)])

    def close(self) -> None:
        """Close the file."""
        self.connection.close()

    def upsert(self, records: Sequence[Record]) -> Counts:
        """Take records of one level in, in order, in one transaction; returns the outcome of each, counted."""
        counts: Counts = Counter()
        with transaction(self.connection) as db:
            work = Work(db, self.shards)
            pushed: list[tuple[int, str]] = []
            for record in records:
                outcome = work.take(record)
                counts[record.origin.feed, outcome] += 1
                if record.origin.position >= PUSHED_POSITION:
                    pushed.append((record.origin.position, _told(outcome, record)))
            _note_outcomes(db, pushed)
            failpoint("intake.mid_transaction")
            work.finish()
        failpoint("intake.after_commit")
        return counts

    def quarantine(self, rejected: Iterable[Rejected]) -> Counts:
        """Record what is unusable, once for each (feed, reason, content)."""
        counts: Counts = Counter()
        with transaction(self.connection) as db:
            for item in rejected:
                put_in_quarantine(db, item)
                if item.reason == "marking-mismatch" and item.id:
                    self._note_fault(db, item)
                if item.narrow.modified:
                    self._note_tightened(db, item)
                if item.reason == "audience-mismatch" and item.id:
                    self._note_other_audience(db, item.origin.producer, item.id)
                counts[item.origin.feed, f"quarantined.{item.reason}"] += 1
                if item.origin.position >= PUSHED_POSITION:
                    _note_outcomes(db, [(item.origin.position, f"quarantined.{item.reason}")])
        return counts

    def settle(self) -> int:
        """Key anew what hangs on source ids that became known or changed their meaning; returns how many objects moved.

        Lower levels first, since each may move what the next one hangs on. Of level 0, only observables made of others hang on any.
        """
        moved = 0
        for own in (0, 1, 2):
            with transaction(self.connection) as db:
                rows = db.execute(
                    "SELECT DISTINCT source.no FROM touched JOIN ref ON ref.target = touched.alias"
                    " JOIN source ON source.no = ref.source JOIN entity ON entity.no = source.entity WHERE source.level = ?1"
                    " AND (?1 > 0 OR entity.type IN (SELECT value FROM json_each(?2))) ORDER BY source.no",
                    (own, _COMPOSED),
                ).fetchall()
                work = Work(db, self.shards)
                for (source,) in rows:
                    moved += work.rekey(source)
                work.finish()
        with transaction(self.connection) as db:
            db.execute("DELETE FROM touched")
        return moved

    def _note_fault(self, db: sqlite3.Connection, item: Rejected) -> None:
        """A lie about a TLP marking: all of the producer's objects are decided anew."""
        producer = item.origin.producer
        added = db.execute("INSERT OR IGNORE INTO fault VALUES (?, ?)", (producer, item.id)).rowcount
        if added:
            rows = db.execute("SELECT DISTINCT entity FROM source WHERE producer = ?", (producer,)).fetchall()
            work = Work(db, self.shards)
            work.touched.update(entity for (entity,) in rows)
            work.finish()

    def _note_tightened(self, db: sqlite3.Connection, item: Rejected) -> None:
        """A version that is newer and narrower than the current one was refused: until a good one comes, nobody has any."""
        row = db.execute(
            "SELECT source.entity, version.modified, version.labels FROM alias JOIN source ON source.alias = alias.no"
            " JOIN version ON version.no = source.current WHERE alias.id = ? AND source.producer = ?",
            (item.id, item.origin.producer),
        ).fetchone()
        if row is None or item.narrow.modified <= row[1] or item.narrow.restriction <= restriction(orjson.loads(row[2])):
            return
        added = db.execute(
            "INSERT INTO tightened VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET modified = excluded.modified"
            " WHERE excluded.modified > tightened.modified",
            (item.origin.producer, item.id, item.narrow.modified),
        ).rowcount
        if added:
            work = Work(db, self.shards)
            work.touched.add(row[0])
            work.finish()

    def _note_other_audience(self, db: sqlite3.Connection, producer: str, identifier: str) -> None:
        """An id stays of the audience that its producer has once marked it with, and so does what is marked with it.

        What came in before is decided anew.
        """
        if not db.execute("INSERT OR IGNORE INTO other_audience VALUES (?, ?)", (producer, identifier)).rowcount:
            return
        marked = db.execute(
            "INSERT OR IGNORE INTO other_audience SELECT source.producer, own.id FROM alias JOIN ref ON ref.target = alias.no"
            " JOIN source ON source.no = ref.source JOIN alias AS own ON own.no = source.alias"
            " WHERE alias.id = ?1 AND alias.id LIKE 'marking-definition--%' AND source.producer = ?2 RETURNING id",
            (identifier, producer),
        ).fetchall()
        rows = db.execute(
            "SELECT DISTINCT source.entity FROM alias JOIN source ON source.alias = alias.no"
            " WHERE source.producer = ? AND alias.id IN (SELECT value FROM json_each(?))",
            (producer, orjson.dumps([identifier, *(name for (name,) in marked)])),
        ).fetchall()
        work = Work(db, self.shards)
        work.touched.update(entity for (entity,) in rows)
        work.finish()


def _told(outcome: str, record: Record) -> str:
    """What a partner is told of what it POSTed. Ids of observables can be guessed: a conflict would tell what others have."""
    return "duplicates" if outcome == "quarantined.id-conflict" and record.type in CONTRIBUTING else outcome


def _note_outcomes(db: sqlite3.Connection, outcomes: list[tuple[int, str]]) -> None:
    """The first outcome stands: when a range is read again, what was accepted has become a duplicate."""
    if outcomes:
        db.executemany("INSERT OR IGNORE INTO outcome VALUES (?, ?)", outcomes)
