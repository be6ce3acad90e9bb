"""The catalogue for writers: contributions in, each with what it meant to the hub.

Commit order of intake (architecture section 3): one transaction for each shard and block holds contributions, meaning, references
and change numbers; the raw cursor is saved only when the whole range is in; the bus is hinted last.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import orjson

from pipeline.failpoints import failpoint
from pipeline.store.catalogue_schema import MIGRATIONS
from pipeline.store.sqlite import connect, transaction
from schemas.ids import CONTRIBUTING
from schemas.timestamps import sort_key
from transforms.canonicalize import content_key, level
from transforms.deduplicate import Known, judge
from transforms.record import Record, Rejected

Outcome = Literal["accepted", "duplicates", "new_versions"]
Counts = Counter[tuple[str, str]]
"""(feed, outcome or `quarantined.<reason>`) -> objects."""


@dataclass(frozen=True, slots=True)
class Row:
    """A source as a transaction knows it."""

    no: int
    entity: int
    current: int
    created: str


class Catalogue:
    """Writes catalogue.db. Everything it does is idempotent: the same records again change nothing."""

    def __init__(self, path: Path, shards: int) -> None:
        self.connection = connect(path, MIGRATIONS)
        self.shards = shards
        known = self.connection.execute("SELECT count(*) FROM shard").fetchone()[0]
        if not known:
            with transaction(self.connection) as db:
                db.executemany("INSERT OR IGNORE INTO shard VALUES (?, 0)", [(no,) for no in range(shards)])

    def close(self) -> None:
        """Close the file."""
        self.connection.close()

    def shard_of(self, key: bytes) -> int:
        """The shard that a content key lives in."""
        return key[0] % self.shards

    def upsert(self, records: Sequence[Record]) -> Counts:
        """Take records of one level in, in order, in one transaction; returns the outcome of each, counted."""
        counts: Counts = Counter()
        with transaction(self.connection) as db:
            failpoint("intake.mid_transaction")
            touched: set[int] = set()
            for record in records:
                outcome = self._take(db, record, touched)
                counts[record.origin.feed, outcome] += 1
            self._number(db, touched)
        failpoint("intake.after_commit")
        return counts

    def quarantine(self, rejected: Iterable[Rejected]) -> Counts:
        """Record what is unusable, once for each (feed, reason, content)."""
        counts: Counts = Counter()
        with transaction(self.connection) as db:
            for item in rejected:
                _quarantine(db, item)
                if item.reason == "marking-mismatch" and item.id:
                    self._fault(db, item)
                counts[item.origin.feed, f"quarantined.{item.reason}"] += 1
        return counts

    def settle(self) -> int:
        """Key anew what hangs on source ids that became known or changed their meaning; returns how many objects moved."""
        moved = 0
        for own in (1, 2):
            with transaction(self.connection) as db:
                rows = db.execute(
                    "SELECT DISTINCT source.no FROM touched JOIN ref ON ref.target = touched.alias"
                    " JOIN source ON source.no = ref.source WHERE source.level = ? ORDER BY source.no",
                    (own,),
                ).fetchall()
                changed: set[int] = set()
                for (source,) in rows:
                    moved += self._rekey(db, source, changed)
                self._number(db, changed)
        with transaction(self.connection) as db:
            db.execute("DELETE FROM touched")
        return moved

    def _take(self, db: sqlite3.Connection, record: Record, touched: set[int]) -> str:
        alias, is_new = _alias(db, record.id)
        row = db.execute(
            "SELECT no, entity, current, created FROM source WHERE alias = ? AND producer = ?", (alias, record.origin.producer)
        ).fetchone()
        if row is None:
            return self._first(db, record, alias, touched, referred_to=not is_new)
        source = Row(*row)
        current, same = _versions(db, source, record)
        verdict = judge(Known(source.created, current[1], bool(current[2]), (current[3], current[4]), same), record)
        if verdict.kind == "repeat":
            return "duplicates"
        if verdict.kind == "refused":
            return _refuse(db, record, verdict.reason)
        version = _insert_version(db, source.no, record)
        _insert_refs(db, source.no, record.refs)
        if verdict.kind == "newer":
            entity = self._entity(db, record)[0]
            db.execute("UPDATE source SET current = ?, entity = ? WHERE no = ?", (version, entity, source.no))
            if entity != source.entity:
                db.execute("INSERT OR IGNORE INTO moved VALUES (?, ?)", (source.entity, source.no))
                db.execute("INSERT OR IGNORE INTO touched VALUES (?)", (alias,))
                _elect(db, source.entity)
                touched.add(source.entity)
            _elect(db, entity)
            touched.add(entity)
        else:
            touched.add(source.entity)
        return "new_versions"

    def _first(self, db: sqlite3.Connection, record: Record, alias: int, touched: set[int], *, referred_to: bool) -> str:
        entity, is_new = None, False
        if record.type not in CONTRIBUTING and referred_to:
            owner = db.execute("SELECT no, entity FROM source WHERE alias = ? ORDER BY no LIMIT 1", (alias,)).fetchone()
            if owner is not None:
                equal = db.execute("SELECT 1 FROM version WHERE source = ? AND digest = ?", (owner[0], record.digest)).fetchone()
                if equal is None:
                    return _refuse(db, record, "id-conflict")
                entity = owner[1]
        if entity is None:
            entity, is_new = self._entity(db, record)
        source = db.execute(
            "INSERT INTO source (alias, producer, entity, level, current, created, shadowed, fresh) VALUES (?, ?, ?, ?, 0, ?, 0, ?)",
            (
                alias,
                record.origin.producer,
                entity,
                level(record.type),
                record.created,
                record.modified or sort_key(record.origin.received),
            ),
        ).lastrowid
        version = _insert_version(db, _present(source), record)
        db.execute("UPDATE source SET current = ? WHERE no = ?", (version, source))
        _insert_refs(db, _present(source), record.refs)
        if referred_to:
            db.execute("INSERT OR IGNORE INTO touched VALUES (?)", (alias,))
        if not is_new:
            _elect(db, entity)
        touched.add(entity)
        return "accepted" if is_new else "duplicates"

    def _entity(self, db: sqlite3.Connection, record: Record) -> tuple[int, bool]:
        return self._entity_for(db, record.key, record.type)

    def _entity_for(self, db: sqlite3.Connection, key: bytes, type_name: str) -> tuple[int, bool]:
        row = db.execute("SELECT no FROM entity WHERE key = ?", (key,)).fetchone()
        if row is not None:
            return row[0], False
        shard = self.shard_of(key)
        # the number is given at the end of the transaction; until then a negative one keeps (shard, change) unique
        lowest = db.execute("SELECT min(change) FROM entity WHERE shard = ?", (shard,)).fetchone()[0]
        provisional = min(lowest or 0, 0) - 1
        added = db.execute(
            "INSERT INTO entity (key, type, shard, change) VALUES (?, ?, ?, ?)", (key, type_name, shard, provisional)
        ).lastrowid
        return _present(added), True

    def _number(self, db: sqlite3.Connection, entities: set[int]) -> None:
        """Give each changed entity the next change number of its shard: commit order and number order agree."""
        by_shard: dict[int, list[int]] = {}
        for entity in sorted(entities):
            shard = db.execute("SELECT shard FROM entity WHERE no = ?", (entity,)).fetchone()[0]
            by_shard.setdefault(shard, []).append(entity)
        for shard, members in by_shard.items():
            last = db.execute("SELECT change FROM shard WHERE no = ?", (shard,)).fetchone()[0]
            db.executemany("UPDATE entity SET change = ? WHERE no = ?", [(last + step, entity) for step, entity in enumerate(members, 1)])
            db.execute("UPDATE shard SET change = ? WHERE no = ?", (last + len(members), shard))

    def _rekey(self, db: sqlite3.Connection, source: int, changed: set[int]) -> int:
        alias, producer, entity, type_name, audience, body = db.execute(
            "SELECT source.alias, source.producer, source.entity, entity.type, version.audience, version.body"
            " FROM source JOIN version ON version.no = source.current JOIN entity ON entity.no = source.entity WHERE source.no = ?",
            (source,),
        ).fetchone()
        key = content_key(orjson.loads(body), producer, audience, lambda target: resolve(db, target, producer))
        target, _ = self._entity_for(db, key, type_name)
        changed.add(entity)  # what it refers to is known now, so what can be released of it may change
        if target == entity:
            return 0
        db.execute("UPDATE source SET entity = ? WHERE no = ?", (target, source))
        db.execute("INSERT OR IGNORE INTO moved VALUES (?, ?)", (entity, source))
        db.execute("INSERT OR IGNORE INTO touched VALUES (?)", (alias,))
        _elect(db, entity)
        _elect(db, target)
        changed.update((entity, target))
        return 1

    def _fault(self, db: sqlite3.Connection, item: Rejected) -> None:
        """A lie about a TLP marking: all of the producer's objects are decided anew."""
        producer = item.origin.producer
        added = db.execute("INSERT OR IGNORE INTO fault VALUES (?, ?)", (producer, item.id)).rowcount
        if added:
            rows = db.execute("SELECT DISTINCT entity FROM source WHERE producer = ?", (producer,)).fetchall()
            self._number(db, {entity for (entity,) in rows})


def resolve(db: sqlite3.Connection, identifier: str, producer: str) -> bytes | None:
    """The content key that a source id means to a producer: its own object of that id, else the first one known."""
    row = db.execute(
        "SELECT entity.key FROM alias JOIN source ON source.alias = alias.no JOIN entity ON entity.no = source.entity"
        " WHERE alias.id = ? ORDER BY source.producer <> ?, source.no LIMIT 1",
        (identifier, producer),
    ).fetchone()
    return None if row is None else row[0]


def _alias(db: sqlite3.Connection, identifier: str) -> tuple[int, bool]:
    row = db.execute("SELECT no FROM alias WHERE id = ?", (identifier,)).fetchone()
    if row is not None:
        return row[0], False
    return _present(db.execute("INSERT INTO alias (id) VALUES (?)", (identifier,)).lastrowid), True


def _versions(db: sqlite3.Connection, source: Row, record: Record) -> tuple[tuple[int, str, int, int, bytes], frozenset[bytes]]:
    current = db.execute("SELECT no, modified, revoked, length(body), digest FROM version WHERE no = ?", (source.current,)).fetchone()
    same = db.execute("SELECT digest FROM version WHERE source = ? AND modified = ?", (source.no, record.modified)).fetchall()
    return current, frozenset(digest for (digest,) in same)


def _insert_version(db: sqlite3.Connection, source: int, record: Record) -> int:
    return _present(
        db.execute(
            "INSERT INTO version (source, modified, digest, feed, audience, revoked, labels, altered, enrichment, received, body)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(source, record.modified, record.digest, record.origin.feed, record.origin.audience, record.revoked),
                *(orjson.dumps(record.labels).decode(), orjson.dumps(record.altered).decode()),
                *(record.enrichment, sort_key(record.origin.received), record.body),
            ),
        ).lastrowid
    )


def _insert_refs(db: sqlite3.Connection, source: int, refs: Iterable[str]) -> None:
    for identifier in refs:
        db.execute("INSERT OR IGNORE INTO ref VALUES (?, ?)", (_alias(db, identifier)[0], source))


def _elect(db: sqlite3.Connection, entity: int) -> None:
    """Among sources of one entity that no recipient could tell apart (producer, feed, labels, revoked), the oldest stands for all.

    So a feed that re-issues every id at each publication costs one row a publication, not one candidate.
    """
    rows = db.execute(
        "SELECT source.no, source.created, alias.id, source.producer, version.feed, version.labels, version.revoked, version.altered,"
        " CASE version.modified WHEN '' THEN version.received ELSE version.modified END, source.shadowed, source.fresh"
        " FROM source JOIN version ON version.no = source.current JOIN alias ON alias.no = source.alias WHERE source.entity = ?"
        " ORDER BY source.created, alias.id",
        (entity,),
    ).fetchall()
    groups: dict[tuple[object, ...], list[tuple[object, ...]]] = {}
    for row in rows:
        groups.setdefault((row[3:8]), []).append(row)
    for group in groups.values():
        fresh = max(str(row[8]) for row in group)
        for place, row in enumerate(group):
            wanted = (int(place > 0), fresh if place == 0 else str(row[8]))
            if wanted != (row[9], row[10]):
                db.execute("UPDATE source SET shadowed = ?, fresh = ? WHERE no = ?", (*wanted, row[0]))


def _refuse(db: sqlite3.Connection, record: Record, reason: str) -> str:
    _quarantine(db, Rejected(reason, "", record.id, record.digest, len(record.body), record.body, record.origin))
    return f"quarantined.{reason}"


def _quarantine(db: sqlite3.Connection, item: Rejected) -> None:
    db.execute(
        "INSERT INTO quarantine (feed, producer, reason, path, source_id, digest, size, raw, first_received, last_received)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET last_received = excluded.last_received",
        (
            *(item.origin.feed, item.origin.producer, item.reason, item.path, item.id, item.digest, item.size, item.raw),
            *(item.origin.received, item.origin.received),
        ),
    )


def _present(number: int | None) -> int:
    if number is None:
        message = "an INSERT gave no row id"
        raise sqlite3.InternalError(message)
    return number
