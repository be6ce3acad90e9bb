"""One transaction on the catalogue: each record finds its source, its meaning and its place among the known versions."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import NamedTuple

import orjson

from pipeline.store.catalogue_election import Election, own_time
from pipeline.store.value_index import insert_values
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
    standing: bytes


_ROW = "no, entity, current, created, standing"


class Work:
    """Takes records in. What it looks up stays valid while it lives: a transaction is the catalogue's only writer.

    touched: entities that changed; `finish` gives them their change numbers
    """

    def __init__(self, db: sqlite3.Connection, shards: int) -> None:
        self.touched: set[int] = set()
        self._db = db
        self._shards = shards
        self._election = Election(db)
        self._aliases: dict[str, int] = {}
        self._has_other_audiences = db.execute("SELECT 1 FROM other_audience LIMIT 1").fetchone() is not None
        self._next_version = 1 + (db.execute("SELECT max(no) FROM version").fetchone()[0] or 0)
        self._next_source = 1 + (db.execute("SELECT max(no) FROM source").fetchone()[0] or 0)

    def take(self, record: Record) -> str:
        """Place one record; returns accepted, duplicates, new_versions, or quarantined.<reason>."""
        if self._has_other_audiences and self._is_of_other_audience(record):
            return self._refuse_stranger(record)
        if record.type in COMPOSED and record.refs:  # it shares its level with what it names, so it is keyed by what is known here
            record = replace(record, key=self._key(record.body, record.origin.producer, record.origin.audience))
        alias, is_new = self._alias(record.id)
        row = None
        if not is_new:
            row = self._db.execute(
                f"SELECT {_ROW} FROM source WHERE alias = ? AND producer = ?",  # noqa: S608 - constant
                (alias, record.origin.producer),
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
            if (entity, record.standing) == (source.entity, source.standing):
                self._election.renew(entity, source.no, source.current, record)
            else:
                self._election.reopen(source.entity, source.standing)
                self._election.reopen(entity, record.standing)
            if entity != source.entity:
                self._move(alias, source.entity, entity)
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
        target, _ = self._entity(self._key(body, producer, audience), type_name)
        if target == entity:
            return 0
        self._move(alias, entity, target)
        return 1

    def finish(self) -> None:
        """Elect who stands for others, and give each changed entity the next change number of its shard.

        So commit order and number order agree.
        """
        self._election.finish()
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
        self._db.execute(
            "INSERT INTO source (no, alias, producer, entity, level, current, created, standing, shadowed, fresh)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?)",
            (source, alias, record.origin.producer, entity, level(record.type), version, record.created, record.standing, own_time(record)),
        )
        self._insert_refs(source, record)
        if referred_to:
            self._db.execute("INSERT OR IGNORE INTO touched VALUES (?)", (alias,))
        if not is_new:
            self._election.join(entity, source, record)
        self.touched.add(entity)
        return "accepted" if is_new else "duplicates"

    def _key(self, body: bytes, producer: str, audience: str) -> bytes:
        """What an object means by what its references mean now. What has an external id refers to nothing that counts.

        What they mean is for its producer alone to say: what another producer has under such an id may be hidden from who sees this
        object, so it may not make one of two.
        """
        return content_key(orjson.loads(body), producer, audience, lambda target: resolve(self._db, target, producer))

    def _owner(self, alias: int) -> Row | None:
        """The source that came first with an id: it says what the id means."""
        row = self._db.execute(f"SELECT {_ROW} FROM source WHERE alias = ? ORDER BY no LIMIT 1", (alias,)).fetchone()  # noqa: S608 - constant
        return None if row is None else Row(*row)

    def _differs(self, owner: Row, record: Record) -> bool:
        """Whether a record of another producer is no copy of what the owner of its id says. An observable is one if it means the same."""
        if record.type not in CONTRIBUTING:
            return not self._has(owner.no, record)
        key, producer, audience, body = self._db.execute(
            "SELECT entity.key, source.producer, version.audience, version.body"
            " FROM source JOIN version ON version.no = source.current JOIN entity ON entity.no = source.entity WHERE source.no = ?",
            (owner.no,),
        ).fetchone()
        if record.key == key or record.type not in COMPOSED:
            return bool(record.key != key)
        now = self._key(body, producer, audience)  # the owner's object may wait to be keyed by a part that has come since
        return now not in (record.key, self._key(record.body, producer, audience))

    def _entity(self, key: bytes, type_name: str) -> tuple[int, bool]:
        """The entity of a content key, and whether it is new; a new one has no change number until the end of the transaction."""
        row = self._db.execute("SELECT no FROM entity WHERE key = ?", (key,)).fetchone()
        if row is not None:
            return row[0], False
        shard = key[0] % self._shards
        return _present(self._db.execute("INSERT INTO entity (key, type, shard) VALUES (?, ?, ?)", (key, type_name, shard)).lastrowid), True

    def _move(self, alias: int, former: int, entity: int) -> None:
        """An id means another entity now: all its sources go there, and their release, and what hangs on them, follow."""
        moving = self._db.execute(  # +: by the alias, since thousands may mean one entity
            "SELECT no, standing FROM source WHERE alias = ? AND +entity = ?", (alias, former)
        ).fetchall()
        self._db.executemany("UPDATE source SET entity = ? WHERE no = ?", [(entity, no) for no, _ in moving])
        self._db.executemany("INSERT OR IGNORE INTO moved VALUES (?, ?)", [(former, no) for no, _ in moving])
        self._db.execute("INSERT OR IGNORE INTO touched VALUES (?)", (alias,))
        for _, standing in moving:
            self._election.reopen(former, standing)
            self._election.reopen(entity, standing)
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
        """What is known of the source that a record belongs to. Of versions of one time, the record's own, else any, tells all."""
        modified, revoked, labels, length, digest = self._db.execute(
            "SELECT modified, revoked, labels, length(body), digest FROM version WHERE no = ?", (source.current,)
        ).fetchone()
        standing = rank(orjson.loads(labels), length, digest)
        if self._has(source.no, record):
            same = [(record.digest,)]
        else:
            same = self._db.execute(
                "SELECT digest FROM version WHERE source = ? AND modified = ? LIMIT 1", (source.no, record.modified)
            ).fetchall()
        return Known(source.created, modified, bool(revoked), standing, frozenset(digest for (digest,) in same))

    def _has(self, source: int, record: Record) -> bool:
        """Whether a version of this very content is known. Equal content has equal times: asked with both, the index answers at once."""
        query = "SELECT 1 FROM version WHERE source = ? AND modified = ? AND digest = ?"
        return self._db.execute(query, (source, record.modified, record.digest)).fetchone() is not None

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
        insert_values(self._db, source, record.values)

    def _refuse_stranger(self, record: Record) -> str:
        """Nor does what was known under its id stay."""
        if self._db.execute("INSERT OR IGNORE INTO other_audience VALUES (?, ?)", (record.origin.producer, record.id)).rowcount:
            rows = self._db.execute(
                "SELECT source.entity FROM alias JOIN source ON source.alias = alias.no WHERE alias.id = ? AND source.producer = ?",
                (record.id, record.origin.producer),
            )
            self.touched.update(entity for (entity,) in rows)
        return self._refuse(record, "audience-mismatch")

    def _is_of_other_audience(self, record: Record) -> bool:
        """Whether its producer has ever served it, or one of its markings, with the mark of another audience."""
        query = "SELECT 1 FROM other_audience WHERE producer = ? AND id IN (SELECT value FROM json_each(?))"
        return self._db.execute(query, (record.origin.producer, orjson.dumps([record.id, *record.labels]))).fetchone() is not None

    def _refuse(self, record: Record, reason: str) -> str:
        put_in_quarantine(self._db, Rejected(reason, "", record.id, record.digest, len(record.body), record.body, record.origin))
        return f"quarantined.{reason}"


def resolve(db: sqlite3.Connection, identifier: str, producer: str) -> bytes | None:
    """The content key of a producer's own object of an id: what another one has may be hidden from who sees what refers to it."""
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
