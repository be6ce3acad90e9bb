"""Views for the publisher: apply statements to a recipient's collection, each message in one transaction.

The transaction writes object bytes, records, members, the audit row and the consumed offset. `date_added` is assigned in it: strictly
rising and unique in a collection, so that paging by `next` and by `added_after` both see everything once.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import orjson

from pipeline.clock import Clock
from pipeline.failpoints import failpoint
from pipeline.store.sqlite import connect, transaction
from pipeline.store.views_schema import MIGRATIONS
from schemas.ids import CONTRIBUTING, digest16
from schemas.stix.registry import REQUIRED
from schemas.timestamps import from_micros, parse, sort_key, stix, taxii, to_micros
from transforms.bundle import Ledger
from transforms.statement import Statement

Effects = Counter[str]
"""released, minimized, withdrawn and withheld.<reason> -> entities whose outcome changed."""


class ViewWriter:
    """Writes views.db."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._connection = connect(path, MIGRATIONS)
        self._clock = clock

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def ensure_collection(self, identifier: str, partner: str, title: str, alias: str | None = None) -> int:
        """The number of a partner's collection, made if it is not there; its alias is the partner's id unless another is given."""
        with transaction(self._connection) as db:
            db.execute(
                "INSERT INTO collection (id, alias, partner, title) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (id) DO UPDATE SET title = excluded.title WHERE title <> excluded.title",
                (identifier, alias or partner, partner, title),
            )
            number: int = db.execute("SELECT no FROM collection WHERE id = ?", (identifier,)).fetchone()[0]
        return number

    def consumed(self, topic: str) -> dict[int, int]:
        """Partition -> next offset to apply."""
        return dict(self._connection.execute("SELECT partition, next FROM consumed WHERE topic = ?", (topic,)))

    def apply(self, collection: int, topic: str, partition: int, offset: int, ledger: Ledger, hub_body: bytes | None) -> Effects:
        """Apply one message; what is older than what the view has, or equal to it, changes nothing."""
        failpoint("publish.before_begin")
        with transaction(self._connection) as db:
            work = _Work(db, collection, to_micros(self._clock()), ledger)
            if hub_body is not None:
                work.put_hub(hub_body)
            for statement in ledger.statements:
                work.apply(statement)
            failpoint("publish.mid_transaction")
            work.finish(topic, partition, offset)
        failpoint("publish.after_commit")
        return work.effects

    def import_objects(self, collection: int, bodies: Sequence[bytes]) -> None:
        """Put objects into a collection as they are: for servers that hold feeds rather than views."""
        with transaction(self._connection) as db:
            work = _Work(db, collection, to_micros(self._clock()), Ledger("", "", "", False, ()))
            for body in bodies:
                work.add_record(body)
            work.save_sequence()


class _Work:
    """One transaction on one collection."""

    def __init__(self, db: sqlite3.Connection, collection: int, now: int, ledger: Ledger) -> None:
        self.db = db
        self.collection = collection
        self.ledger = ledger
        self.effects: Effects = Counter()
        self._entries: list[list[str]] = []
        last = db.execute("SELECT last_seq FROM collection WHERE no = ?", (collection,)).fetchone()[0]
        self._sequence = max(last + 1, now) - 1
        self._audit = 1 + (db.execute("SELECT max(no) FROM audit").fetchone()[0] or 0)

    def apply(self, statement: Statement) -> None:
        row = self.db.execute(
            "SELECT decision, reason, object_id, digest, slot FROM member WHERE collection = ? AND handle = ?",
            (self.collection, statement.handle),
        ).fetchone()
        decision, reason, held, digest, slot = row or ("", "", None, None, "")
        if self.ledger.slot < slot:
            return
        if statement.decision == "withdraw" or (statement.decision == "revoke" and held is None):
            if decision != "withdraw" or reason != statement.reason:
                self._withdraw(statement, held)
            return
        if (decision, held, digest) == (statement.decision, statement.object_id, statement.digest):
            return
        if held is not None and held != statement.object_id:
            self._hide(held, statement.handle)
        if held is None and self._is_withdrawn(statement.object_id):
            self._forget(statement.object_id)  # the former withdrawal is over
        for body in statement.bodies:
            self.add_record(body)
        self._note(statement, statement.decision, statement.object_id)
        self.effects["withdrawn" if statement.decision == "revoke" else statement.reason] += 1

    def put_hub(self, body: bytes) -> None:
        """The hub's own identity, once."""
        identifier = orjson.loads(body)["id"]
        known = self.db.execute("SELECT 1 FROM record WHERE collection = ? AND object_id = ?", (self.collection, identifier)).fetchone()
        if known is None:
            self.add_record(body)

    def add_record(self, body: bytes) -> None:
        """One object version, with the next date_added, unless the collection has this very version."""
        value = orjson.loads(body)
        identifier = value["id"]
        self._sequence += 1
        version = value.get("modified") or value.get("created") or taxii(from_micros(self._sequence))
        key = sort_key(version)
        digest = digest16(body)
        number = self.db.execute("INSERT INTO body (digest, bytes) VALUES (?, ?) ON CONFLICT DO NOTHING", (digest, body)).lastrowid
        if self.db.execute("SELECT changes()").fetchone()[0] == 0:
            number = self.db.execute("SELECT no FROM body WHERE digest = ?", (digest,)).fetchone()[0]
        latest = self.db.execute(
            "SELECT seq, version_key, body FROM record WHERE collection = ? AND object_id = ? AND latest = 1", (self.collection, identifier)
        ).fetchone()
        if latest is not None and (latest[1] == key or latest[2] == number):
            self._sequence -= 1
            return
        added = self.db.execute(
            "INSERT INTO record (collection, seq, object_id, version, version_key, type, latest, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (collection, object_id, version_key) DO NOTHING",
            (self.collection, self._sequence, identifier, version, key, value["type"], int(latest is None or key > latest[1]), number),
        ).rowcount
        if not added:
            self._sequence -= 1
        elif latest is not None and key > latest[1]:
            self.db.execute("UPDATE record SET latest = 0 WHERE collection = ? AND seq = ?", (self.collection, latest[0]))

    def finish(self, topic: str, partition: int, offset: int) -> None:
        self.save_sequence()
        if self._entries:
            self.db.execute(
                "INSERT INTO audit (no, collection, slot, policy, agreements, topic_partition, topic_offset, put, withdrawn, withheld,"
                " entries) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(self._audit, self.collection, self.ledger.slot, self.ledger.policy, self.ledger.agreements, partition, offset),
                    *(self.effects["released"] + self.effects["minimized"], self.effects["withdrawn"]),
                    *(sum(n for name, n in self.effects.items() if name.startswith("withheld.")), orjson.dumps(self._entries)),
                ),
            )
        self.db.execute(
            "INSERT INTO consumed VALUES (?, ?, ?) ON CONFLICT (topic, partition) DO UPDATE SET next = excluded.next",
            (topic, partition, offset + 1),
        )

    def save_sequence(self) -> None:
        self.db.execute("UPDATE collection SET last_seq = ? WHERE no = ?", (self._sequence, self.collection))

    def _withdraw(self, statement: Statement, held: str | None) -> None:
        if held is not None:
            self._hide(held, statement.handle)
            self.effects["withdrawn"] += 1
        self._note(statement, "withdraw", None)
        self.effects[f"withheld.{statement.reason}"] += 1

    def _note(self, statement: Statement, decision: str, object_id: str | None) -> None:
        self.db.execute(
            "INSERT INTO member (collection, handle, decision, reason, object_id, digest, change, slot, audit)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (collection, handle) DO UPDATE SET decision = excluded.decision,"
            " reason = excluded.reason, object_id = excluded.object_id, digest = excluded.digest, change = excluded.change,"
            " slot = excluded.slot, audit = excluded.audit",
            (
                *(self.collection, statement.handle, decision, statement.reason, object_id, statement.digest),
                *(statement.change, self.ledger.slot, self._audit),
            ),
        )
        self._entries.append([statement.handle.hex(), decision, statement.reason, object_id or "", *statement.transforms])

    def _hide(self, object_id: str, handle: bytes) -> None:
        """Take every version of an object away, and tell pull clients, which never see a removal, by a revoked version."""
        other = self.db.execute(
            "SELECT 1 FROM member WHERE collection = ? AND object_id = ? AND handle <> ?", (self.collection, object_id, handle)
        ).fetchone()
        if other is not None:
            return
        last = self.db.execute(
            "SELECT body.bytes FROM record JOIN body ON body.no = record.body WHERE collection = ? AND object_id = ? AND latest = 1",
            (self.collection, object_id),
        ).fetchone()
        self._forget(object_id)
        stub = revoked_stub(last[0], self.ledger.slot) if last is not None else None
        if stub is not None:
            self.add_record(stub)

    def _is_withdrawn(self, object_id: str) -> bool:
        """Whether the collection has an object that no entry of the catalogue stands behind: what a withdrawal left."""
        found: int = self.db.execute(
            "SELECT EXISTS (SELECT 1 FROM record WHERE collection = ?1 AND object_id = ?2)"
            " AND NOT EXISTS (SELECT 1 FROM member WHERE collection = ?1 AND object_id = ?2)",
            (self.collection, object_id),
        ).fetchone()[0]
        return bool(found)

    def _forget(self, object_id: str) -> None:
        self.db.execute("DELETE FROM record WHERE collection = ? AND object_id = ?", (self.collection, object_id))


def revoked_stub(body: bytes, slot: str) -> bytes | None:
    """A revoked version of an object with no more than its type requires; None for types that cannot be revoked."""
    value = orjson.loads(body)
    if value["type"] in CONTRIBUTING or "modified" not in value:
        return None
    if value.get("revoked") is True:
        return body
    required = REQUIRED.get(value["type"], frozenset({"type", "spec_version", "id", "created", "modified"}))
    kept = {name: item for name, item in value.items() if name in required or name in ("created_by_ref", "object_marking_refs")}
    later = sort_key(slot) > sort_key(value["modified"])
    after = slot if later else stix(from_micros(to_micros(parse(value["modified"])) + 1000))
    return orjson.dumps({**kept, "modified": after, "revoked": True})
