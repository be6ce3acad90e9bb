"""One transaction on the catalogue: each record finds its source, its meaning and its place among the known versions."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import NamedTuple

import orjson

from schemas.ids import CONTRIBUTING
from schemas.timestamps import sort_key
from transforms.canonicalize import content_key, level
from transforms.deduplicate import Known, judge, rank
from transforms.observables import COMPOSED
from transforms.record import Record, Rejected


class Row(NamedTuple):
    """A source as the catalogue has it."""

    no: int
    entity: int
    current: int
    created: str


class Work:
    """Takes records in. What it looks up stays valid while it lives: a transaction is the catalogue's only writer.

    touched: entities that changed; `number` gives them their change numbers at the end
    """

    def __init__(self, db: sqlite3.Connection, shards: int) -> None:
        self.touched: set[int] = set()
        self._db = db
        self._shards = shards
        self._aliases: dict[str, int] = {}
        self._next_version = 1 + (db.execute("SELECT max(no) FROM version").fetchone()[0] or 0)
        self._next_source = 1 + (db.execute("SELECT max(no) FROM source").fetchone()[0] or 0)

    def take(self, record: Record) -> str:
        """Place one record; returns accepted, duplicates, new_versions, or quarantined.<reason>."""
        if record.type in COMPOSED and record.refs:  # it shares its level with what it names, so it is keyed by what is known here
            record = replace(record, key=self._key(record.type, record.body, record.origin.producer, record.origin.audience))
        alias, is_new = self._alias(record.id)
        row = None
        if not is_new:
            row = self._db.execute(
                "SELECT no, entity, current, created FROM source WHERE alias = ? AND producer = ?", (alias, record.origin.producer)
            ).fetchone()
        if row is None:
            return self._take_first(record, alias, referred_to=not is_new)
        source = Row(*row)
        known = self._known(source, record)
        verdict = judge(known, record)
        if verdict.kind == "repeat":
            return "duplicates"
        if verdict.kind == "refused":
            return self._refuse(record, verdict.reason)
        owner = self._owner(alias)
        if owner is not None and owner.no != source.no and self._differs(owner, record):
            return self._refuse(record, "id-conflict")
        version = self._insert_version(source.no, record)
        self._insert_refs(source.no, record)
        self.touched.add(source.entity)
        if verdict.kind == "newer":
            self._db.execute("UPDATE source SET current = ?, standing = ? WHERE no = ?", (version, record.standing, source.no))
            is_copy = owner is not None and owner.no != source.no
            entity = source.entity if is_copy else self._entity(record.key, record.type)[0]
            if entity != source.entity:
                self._move(alias, source.entity, entity)
            self._elect(entity)
        return "new_versions"

    def rekey(self, source: int) -> int:
        """Key a source anew by what its references mean now; returns 1 where that moves it to another entity."""
        alias, producer, entity, type_name, audience, body = self._db.execute(
            "SELECT source.alias, source.producer, source.entity, entity.type, version.audience, version.body"
            " FROM source JOIN version ON version.no = source.current JOIN entity ON entity.no = source.entity WHERE source.no = ?",
            (source,),
        ).fetchone()
        self.touched.add(entity)  # what it refers to is known now, so what can be released of it may change
        owner = self._owner(alias)
        if owner is not None and owner.no != source:
            return 0  # a copy goes where its original goes
        target, _ = self._entity(self._key(type_name, body, producer, audience), type_name)
        if target == entity:
            return 0
        self._move(alias, entity, target)
        self._elect(target)
        return 1

    def number(self) -> None:
        """Give each changed entity the next change number of its shard: commit order and number order agree."""
        by_shard: dict[int, list[int]] = {}
        for entity, shard in self._db.execute(
            "SELECT no, shard FROM entity WHERE no IN (SELECT value FROM json_each(?)) ORDER BY no", (orjson.dumps(list(self.touched)),)
        ):
            by_shard.setdefault(shard, []).append(entity)
        for shard, members in by_shard.items():
            last = self._db.execute("SELECT change FROM shard WHERE no = ?", (shard,)).fetchone()[0]
            self._db.executemany(
                "UPDATE entity SET change = ? WHERE no = ?", [(last + step, entity) for step, entity in enumerate(members, 1)]
            )
            self._db.execute("UPDATE shard SET change = ? WHERE no = ?", (last + len(members), shard))

    def _take_first(self, record: Record, alias: int, *, referred_to: bool) -> str:
        owner = self._owner(alias) if referred_to else None
        if owner is not None and self._differs(owner, record):
            return self._refuse(record, "id-conflict")
        entity, is_new = self._entity(record.key, record.type) if owner is None else (owner.entity, False)
        source = self._next_source
        self._next_source += 1
        version = self._insert_version(source, record)
        fresh = record.modified or sort_key(record.origin.received)
        self._db.execute(
            "INSERT INTO source (no, alias, producer, entity, level, current, created, standing, shadowed, fresh)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?)",
            (source, alias, record.origin.producer, entity, level(record.type), version, record.created, record.standing, fresh),
        )
        self._insert_refs(source, record)
        if referred_to:
            self._db.execute("INSERT OR IGNORE INTO touched VALUES (?)", (alias,))
        if not is_new:
            self._join(entity, source, record)
        self.touched.add(entity)
        return "accepted" if is_new else "duplicates"

    def _key(self, type_name: str, body: bytes, producer: str, audience: str) -> bytes:
        """What an object means by what its references mean now. What has an external id refers to nothing that counts.

        What an observable is made of is for its producer alone to say: recipients may see it without its parts, so no part that another
        producer has, and that they may not know of, may make one of two.
        """
        find = resolve_own if type_name in COMPOSED else resolve
        return content_key(orjson.loads(body), producer, audience, lambda target: find(self._db, target, producer))

    def _owner(self, alias: int) -> Row | None:
        """The source that came first with an id: it says what the id means."""
        row = self._db.execute("SELECT no, entity, current, created FROM source WHERE alias = ? ORDER BY no LIMIT 1", (alias,)).fetchone()
        return None if row is None else Row(*row)

    def _differs(self, owner: Row, record: Record) -> bool:
        """Whether a record of another producer is no copy of what the owner of its id says. An observable is one if it means the same."""
        if record.type not in CONTRIBUTING:
            return self._db.execute("SELECT 1 FROM version WHERE source = ? AND digest = ?", (owner.no, record.digest)).fetchone() is None
        key, producer, audience, body = self._db.execute(
            "SELECT entity.key, source.producer, version.audience, version.body"
            " FROM source JOIN version ON version.no = source.current JOIN entity ON entity.no = source.entity WHERE source.no = ?",
            (owner.no,),
        ).fetchone()
        if record.key == key or record.type not in COMPOSED:
            return bool(record.key != key)
        now = self._key(record.type, body, producer, audience)  # the owner's object may wait to be keyed by a part that has come since
        return now not in (record.key, self._key(record.type, record.body, producer, audience))

    def _join(self, entity: int, source: int, record: Record) -> None:
        """Stand behind, or before, the one that stands for others like this one: one look-up, however many there are."""
        row = self._db.execute(
            "SELECT source.no, source.created, alias.id, source.fresh FROM source JOIN alias ON alias.no = source.alias"
            " WHERE source.entity = ? AND source.standing = ? AND source.shadowed = 0 AND source.no <> ?",
            (entity, record.standing, source),
        ).fetchone()
        if row is None:
            return
        other, created, identifier, fresh = row
        own = record.modified or sort_key(record.origin.received)
        first, second = (source, other) if (record.created, record.id) < (created, identifier) else (other, source)
        self._db.execute("UPDATE source SET fresh = ? WHERE no = ?", (max(own, fresh), first))
        self._db.execute("UPDATE source SET shadowed = 1 WHERE no = ?", (second,))

    def _entity(self, key: bytes, type_name: str) -> tuple[int, bool]:
        """The entity of a content key, and whether it is new; a new one has no change number until the end of the transaction."""
        row = self._db.execute("SELECT no FROM entity WHERE key = ?", (key,)).fetchone()
        if row is not None:
            return row[0], False
        shard = key[0] % self._shards
        return _present(self._db.execute("INSERT INTO entity (key, type, shard) VALUES (?, ?, ?)", (key, type_name, shard)).lastrowid), True

    def _move(self, alias: int, former: int, entity: int) -> None:
        """An id means another entity now: all its sources go there, and their release, and what hangs on them, follow."""
        moving = self._db.execute("SELECT no FROM source WHERE alias = ? AND entity = ?", (alias, former)).fetchall()
        self._db.executemany("UPDATE source SET entity = ? WHERE no = ?", [(entity, no) for (no,) in moving])
        self._db.executemany("INSERT OR IGNORE INTO moved VALUES (?, ?)", [(former, no) for (no,) in moving])
        self._db.execute("INSERT OR IGNORE INTO touched VALUES (?)", (alias,))
        self._elect(former)
        self.touched.update((former, entity))

    def _alias(self, identifier: str) -> tuple[int, bool]:
        """The number of a source id, and whether it was never met before."""
        known = self._aliases.get(identifier)
        if known is not None:
            return known, False
        row = self._db.execute("SELECT no FROM alias WHERE id = ?", (identifier,)).fetchone()
        number = row[0] if row else _present(self._db.execute("INSERT INTO alias (id) VALUES (?)", (identifier,)).lastrowid)
        self._aliases[identifier] = number
        return number, row is None

    def _known(self, source: Row, record: Record) -> Known:
        """What is known of the source that a record belongs to."""
        modified, revoked, labels, length, digest = self._db.execute(
            "SELECT modified, revoked, labels, length(body), digest FROM version WHERE no = ?", (source.current,)
        ).fetchone()
        same = self._db.execute("SELECT digest FROM version WHERE source = ? AND modified = ?", (source.no, record.modified)).fetchall()
        standing = rank(orjson.loads(labels), length, digest)
        return Known(source.created, modified, bool(revoked), standing, frozenset(digest for (digest,) in same))

    def _insert_version(self, source: int, record: Record) -> int:
        number = self._next_version
        self._next_version += 1
        self._db.execute(
            "INSERT INTO version (no, source, modified, digest, feed, audience, revoked, labels, altered, enrichment, received, body)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(number, source, record.modified, record.digest, record.origin.feed, record.origin.audience, record.revoked),
                *(orjson.dumps(record.labels).decode(), orjson.dumps(record.altered).decode()),
                *(record.enrichment, sort_key(record.origin.received), record.body),
            ),
        )
        return number

    def _insert_refs(self, source: int, record: Record) -> None:
        for identifier in record.refs:
            self._db.execute("INSERT OR IGNORE INTO ref VALUES (?, ?)", (self._alias(identifier)[0], source))
        for uuid in record.mentions:
            self._db.execute("INSERT OR IGNORE INTO mention VALUES (?, ?)", (uuid, source))

    def _elect(self, entity: int) -> None:
        """Among sources of one entity that no recipient could tell apart, the oldest stands for all.

        So a feed that re-issues every id at each publication costs one row a publication, not one candidate.
        """
        rows = self._db.execute(
            "SELECT source.standing, source.no, source.shadowed, source.fresh,"
            " CASE version.modified WHEN '' THEN version.received ELSE version.modified END"
            " FROM source JOIN version ON version.no = source.current JOIN alias ON alias.no = source.alias WHERE source.entity = ?"
            " ORDER BY source.created, alias.id, source.no",
            (entity,),
        ).fetchall()
        groups: dict[bytes, list[tuple[int, int, str, str]]] = {}
        for standing, *row in rows:
            groups.setdefault(standing, []).append((row[0], row[1], row[2], row[3]))
        for group in groups.values():
            fresh = max(row[3] for row in group)
            for place, (no, shadowed, known, own) in enumerate(group):
                wanted = (int(place > 0), fresh if place == 0 else own)
                if wanted != (shadowed, known):
                    self._db.execute("UPDATE source SET shadowed = ?, fresh = ? WHERE no = ?", (*wanted, no))

    def _refuse(self, record: Record, reason: str) -> str:
        put_in_quarantine(self._db, Rejected(reason, "", record.id, record.digest, len(record.body), record.body, record.origin))
        return f"quarantined.{reason}"


def resolve(db: sqlite3.Connection, identifier: str, producer: str) -> bytes | None:
    """The content key that a source id means to a producer: its own object of that id, else the first one known."""
    row = db.execute(
        "SELECT entity.key FROM alias JOIN source ON source.alias = alias.no JOIN entity ON entity.no = source.entity"
        " WHERE alias.id = ? ORDER BY source.producer <> ?, source.no LIMIT 1",
        (identifier, producer),
    ).fetchone()
    return None if row is None else row[0]


def resolve_own(db: sqlite3.Connection, identifier: str, producer: str) -> bytes | None:
    """The content key of a producer's own object of an id."""
    row = db.execute(
        "SELECT entity.key FROM alias JOIN source ON source.alias = alias.no JOIN entity ON entity.no = source.entity"
        " WHERE alias.id = ? AND source.producer = ?",
        (identifier, producer),
    ).fetchone()
    return None if row is None else row[0]


def put_in_quarantine(db: sqlite3.Connection, item: Rejected) -> None:
    """Record one unusable piece, once for each (feed, reason, content)."""
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
