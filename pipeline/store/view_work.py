"""One transaction on one collection: look everything up at once, decide in memory, write everything at once."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from pipeline.store.view_follow import follow
from schemas.ids import digest16
from schemas.stix.registry import REQUIRED, times
from schemas.timestamps import from_micros, parse, sort_key, stix, taxii, to_micros
from transforms.bundle import Ledger
from transforms.canonicalize import references
from transforms.statement import Statement

Effects = Counter[str]
"""released, minimized, withdrawn and withheld.<reason> -> entities whose outcome changed."""

ABSENT = (0, "", 0)
"""Stands for the newest version of an object that the collection does not have."""


@dataclass(frozen=True, slots=True)
class Member:
    """The decision that stands for one handle."""

    decision: str
    reason: str
    object_id: str | None
    digest: bytes
    slot: str


class Work:
    """Applies the statements of one ledger. `now` is in microseconds; `effects` counts what changed."""

    def __init__(self, db: sqlite3.Connection, collection: int, now: int, ledger: Ledger) -> None:
        self.effects: Effects = Counter()
        self._db = db
        self._collection = collection
        self._ledger = ledger
        self._now = now
        self._changed: set[str] = set()
        self._has_deleted = db.execute("SELECT 1 FROM tombstone WHERE collection = ? LIMIT 1", (collection,)).fetchone() is not None
        last = db.execute("SELECT last_seq FROM collection WHERE no = ?", (collection,)).fetchone()[0]
        self._sequence = max(last + 1, now) - 1
        self._audit = 1 + (db.execute("SELECT max(no) FROM audit").fetchone()[0] or 0)
        self._next_body = 1 + (db.execute("SELECT max(no) FROM body").fetchone()[0] or 0)
        self._entries: list[list[str]] = []
        self._members: dict[bytes, Member] = {}
        self._newest: dict[str, tuple[int, str, int]] = {}
        self._digests: dict[bytes, bytes] = {}
        self._bodies: dict[bytes, int] = {}
        self._new_bodies: list[tuple[Any, ...]] = []
        self._new_records: list[tuple[Any, ...]] = []
        self._new_members: list[tuple[Any, ...]] = []

    def apply_all(self) -> None:
        """Apply every statement of the ledger, and the hub's identity where it is the creator of something."""
        self._look_up()
        if self._ledger.hub_identity is not None and self._latest(orjson.loads(self._ledger.hub_identity)["id"]) is ABSENT:
            self.add_record(self._ledger.hub_identity)
        for statement in self._ledger.statements:
            self._apply(statement)
        self._flush()

    def add_record(self, body: bytes, *, shared: bool = True) -> str:
        """One object version, with the next date_added, unless the collection has this very version; returns the version's key.

        A version that the partner has deleted stays away.

        Bytes that were made for one recipient alone are not `shared`: nobody else will ever look for them.
        """
        value = orjson.loads(body)
        identifier = value["id"]
        created, modified = times(value)
        version = modified or created or self._ledger.slot or taxii(from_micros(self._sequence + 1))
        key = sort_key(version)
        if self._has_deleted and self._is_deleted(identifier, key, body):
            return key
        number = self._body(body, shared=shared)
        newest = self._latest(identifier)
        if newest is not ABSENT:
            if newest[2] == number:
                return newest[1]
            if self._replaces(identifier, key, number):
                newest = self._latest(identifier)
            elif self._has_version(identifier, key):
                return key
        self._sequence += 1
        self._changed.add(identifier)
        is_newest = newest is ABSENT or key > newest[1]
        if is_newest and newest is not ABSENT:
            self._db.execute("UPDATE record SET latest = 0 WHERE collection = ? AND seq = ?", (self._collection, newest[0]))
        self._new_records.append((self._collection, self._sequence, identifier, version, key, value["type"], int(is_newest), number))
        if is_newest:
            self._newest[identifier] = (self._sequence, key, number)
        return key

    def finish(self, topic: str, partition: int, offset: int) -> None:
        """Write the audit row, if anything changed, and the consumed offset."""
        self.save_sequence()
        if self._entries:
            self._db.execute(
                "INSERT INTO audit (no, collection, slot, policy, agreements, topic_partition, topic_offset, put, withdrawn, withheld,"
                " entries) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(self._audit, self._collection, self._ledger.slot, self._ledger.policy, self._ledger.agreements, partition, offset),
                    *(self.effects["released"] + self.effects["minimized"], self.effects["withdrawn"]),
                    *(sum(n for name, n in self.effects.items() if name.startswith("withheld.")), orjson.dumps(self._entries)),
                ),
            )
        self._db.execute(
            "INSERT INTO consumed VALUES (?, ?, ?) ON CONFLICT (topic, partition) DO UPDATE SET next = excluded.next",
            (topic, partition, offset + 1),
        )

    def save_sequence(self) -> None:
        """Write what is still in memory, and the last date_added; the saved collections follow."""
        self._flush()
        self._db.execute("UPDATE collection SET last_seq = ? WHERE no = ?", (self._sequence, self._collection))
        follow(self._db, self._collection, self._changed, self._now)
        self._changed = set()

    def _apply(self, statement: Statement) -> None:
        known = self._members.get(statement.handle)
        held = known.object_id if known else None
        if known is not None and self._ledger.slot < known.slot:
            return
        if statement.decision == "withdraw" or (statement.decision == "revoke" and held is None):
            if known is None or (known.decision, known.reason) != ("withdraw", statement.reason):
                self._withdraw(statement, held)
            return
        if known is not None and (known.decision, held, known.digest) == (statement.decision, statement.object_id, statement.digest):
            return
        if statement.decision == "revoke" and held != statement.object_id:
            self._withdraw(statement, held)  # what was never visible under that id need not be revoked under it
            return
        if held is not None and held != statement.object_id:
            self._hide(held, statement.handle)
        had_some = self._latest(statement.object_id) is not ABSENT
        keys = {self.add_record(body, shared=statement.reason != "minimized") for body in statement.bodies}
        if had_some:
            self._keep_only(statement.object_id, keys)
        self._note(statement, statement.decision, statement.object_id)
        self.effects["withdrawn" if statement.decision == "revoke" else statement.reason] += 1

    def _withdraw(self, statement: Statement, held: str | None) -> None:
        if held is not None:
            self._hide(held, statement.handle)
            self.effects["withdrawn"] += 1
        self._note(statement, "withdraw", None)
        self.effects[f"withheld.{statement.reason}"] += 1

    def _note(self, statement: Statement, decision: str, object_id: str | None) -> None:
        self._members[statement.handle] = Member(decision, statement.reason, object_id, statement.digest, self._ledger.slot)
        self._new_members.append(
            (
                *(self._collection, statement.handle, decision, statement.reason, object_id, statement.digest),
                *(statement.change, self._ledger.slot, self._audit),
            )
        )
        self._entries.append([statement.handle.hex(), decision, statement.reason, object_id or "", *statement.transforms])

    def _hide(self, object_id: str, handle: bytes) -> None:
        """Take every version of an object away, and tell pull clients, which never see a removal, by a revoked version."""
        self._flush()
        other = self._db.execute(
            "SELECT 1 FROM member WHERE collection = ? AND object_id = ? AND handle <> ?", (self._collection, object_id, handle)
        ).fetchone()
        newest = self._latest(object_id)
        if other is not None or newest is ABSENT:
            return
        body = self._db.execute("SELECT bytes FROM body WHERE no = ?", (newest[2],)).fetchone()[0]
        self._forget(object_id)
        stub = revoked_stub(body, self._ledger.slot)
        if stub is not None and all(self._latest(target) is not ABSENT for target in references(orjson.loads(stub))):
            self.add_record(stub)  # one that named what is not here any more would tell of it

    def _keep_only(self, object_id: str, keys: set[str]) -> None:
        """Take away the versions that the statement does not name: what an older policy let through, and what a withdrawal left."""
        self._flush()
        rows = self._db.execute(
            "SELECT seq, version_key, body FROM record WHERE collection = ? AND object_id = ? ORDER BY version_key",
            (self._collection, object_id),
        ).fetchall()
        stale = [(self._collection, seq) for seq, key, _ in rows if key not in keys]
        if not stale:
            return
        self._changed.add(object_id)
        self._db.executemany("DELETE FROM record WHERE collection = ? AND seq = ?", stale)
        newest: tuple[int, str, int] = max((row for row in rows if row[1] in keys), key=lambda row: row[1], default=ABSENT)
        self._db.execute("UPDATE record SET latest = 1 WHERE collection = ? AND seq = ?", (self._collection, newest[0]))
        self._newest[object_id] = newest

    def _forget(self, object_id: str) -> None:
        self._flush()
        self._db.execute("DELETE FROM record WHERE collection = ? AND object_id = ?", (self._collection, object_id))
        self._newest[object_id] = ABSENT
        self._changed.add(object_id)

    def _look_up(self) -> None:
        """Read at once what the statements will ask for, one by one."""
        statements = self._ledger.statements
        for body in (body for statement in statements if statement.reason != "minimized" for body in statement.bodies):
            self._digests[body] = digest16(body)
        for digest, number in self._many("SELECT digest, no FROM body WHERE digest IN", list(self._digests.values()), collection=False):
            self._bodies[digest] = number
        for handle, *row in self._many(
            "SELECT handle, decision, reason, object_id, digest, slot FROM member WHERE collection = ? AND handle IN",
            [statement.handle for statement in statements],
        ):
            self._members[handle] = Member(*row)
        wanted = [statement.object_id for statement in statements if statement.object_id]
        self._newest = dict.fromkeys(wanted, ABSENT)
        # the index is named: without statistics the planner takes the one on `latest`, and reads the whole collection
        for identifier, *newest in self._many(
            "SELECT object_id, seq, version_key, body FROM record INDEXED BY record_version"
            " WHERE latest = 1 AND collection = ? AND object_id IN",
            wanted,
        ):
            self._newest[identifier] = (newest[0], newest[1], newest[2])

    def _many(self, query: str, values: list[Any], *, collection: bool = True) -> Iterable[Any]:
        first = (self._collection,) if collection else ()
        for start in range(0, len(values), 500):
            part = values[start : start + 500]
            yield from self._db.execute(f"{query} ({','.join('?' * len(part))})", (*first, *part))

    def _latest(self, object_id: str) -> tuple[int, str, int]:
        """(date_added, version, body) of an object's newest version, or ABSENT."""
        found = self._newest.get(object_id)
        if found is None:
            row = self._db.execute(
                "SELECT seq, version_key, body FROM record INDEXED BY record_version WHERE latest = 1 AND collection = ? AND object_id = ?",
                (self._collection, object_id),
            ).fetchone()
            found = self._newest[object_id] = row or ABSENT
        return found

    def _replaces(self, object_id: str, key: str, number: int) -> bool:
        """Take away a version of the same time but of other bytes: what stands now is what is stated now."""
        self._flush()
        gone = self._db.execute(
            "DELETE FROM record WHERE collection = ? AND object_id = ? AND version_key = ? AND body <> ?",
            (self._collection, object_id, key, number),
        ).rowcount
        if gone:
            self._newest.pop(object_id, None)
            self._db.execute(
                "UPDATE record SET latest = 1 WHERE collection = ?1 AND object_id = ?2 AND version_key ="
                " (SELECT max(version_key) FROM record WHERE collection = ?1 AND object_id = ?2)",
                (self._collection, object_id),
            )
        return bool(gone)

    def _is_deleted(self, object_id: str, key: str, body: bytes) -> bool:
        """Whether the partner has deleted this version, or these bytes, from its view."""
        row = self._db.execute(
            "SELECT 1 FROM tombstone WHERE collection = ? AND object_id = ? AND (version_key = ? OR digest = ?)",
            (self._collection, object_id, key, digest16(body)),
        ).fetchone()
        return row is not None

    def _has_version(self, object_id: str, key: str) -> bool:
        row = self._db.execute(
            "SELECT 1 FROM record WHERE collection = ? AND object_id = ? AND version_key = ?", (self._collection, object_id, key)
        ).fetchone()
        return row is not None

    def _body(self, body: bytes, *, shared: bool) -> int:
        """The number of some bytes, which collections share where they can."""
        if not shared:
            return self._new_body(None, body)
        looked_up = body in self._digests
        digest = self._digests[body] if looked_up else digest16(body)
        number = self._bodies.get(digest)
        if number is None:
            row = None if looked_up else self._db.execute("SELECT no FROM body WHERE digest = ?", (digest,)).fetchone()
            number = row[0] if row else self._new_body(digest, body)
            self._bodies[digest] = number
        return int(number)

    def _new_body(self, digest: bytes | None, body: bytes) -> int:
        number = self._next_body
        self._next_body += 1
        self._new_bodies.append((number, digest, body))
        return number

    def _flush(self) -> None:
        """Write what was decided in memory so far."""
        if self._new_bodies:
            self._db.executemany("INSERT INTO body VALUES (?, ?, ?)", self._new_bodies)
            self._new_bodies = []
        if self._new_records:
            self._db.executemany(
                "INSERT INTO record (collection, seq, object_id, version, version_key, type, latest, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                self._new_records,
            )
            self._new_records = []
        if self._new_members:
            self._db.executemany(
                "INSERT INTO member (collection, handle, decision, reason, object_id, digest, change, slot, audit)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (collection, handle) DO UPDATE SET decision = excluded.decision,"
                " reason = excluded.reason, object_id = excluded.object_id, digest = excluded.digest, change = excluded.change,"
                " slot = excluded.slot, audit = excluded.audit",
                self._new_members,
            )
            self._new_members = []


WITHDRAWN = "withdrawn"

EMPTIED = {
    **dict.fromkeys(("name", "content", "product", "context", "abstract", "schema"), WITHDRAWN),
    "pattern": "[x-tearline-withdrawn:value = 'withdrawn']",
    "pattern_type": "stix",
}
"""What a type requires but what may be what a policy now removes; the pattern is valid and matches nothing."""

ONE_OF: Mapping[str, Mapping[str, Any]] = {
    "location": {"region": WITHDRAWN},
    "malware-analysis": {"result": "unknown"},
    "observed-data": {"objects": {"0": {"type": "x-tearline-withdrawn"}}},
}
"""Types of which one of several optional properties must be there: the one that a stub has."""


def revoked_stub(body: bytes, slot: str) -> bytes | None:
    """A revoked version of an object with no more than its type requires; None for types that cannot be revoked."""
    value = orjson.loads(body)
    _, modified = times(value)
    if not modified:
        return None
    required = REQUIRED.get(value["type"], frozenset({"type", "spec_version", "id", "created", "modified"}))
    kept = {name: EMPTIED.get(name, item) for name, item in value.items() if name in required or name in ("object_marking_refs", "name")}
    kept |= ONE_OF.get(value["type"], {})
    if sort_key(slot) > sort_key(modified):
        after = slot
    else:
        try:
            after = stix(from_micros(to_micros(parse(modified)) + 1000))
        except OverflowError:  # the last millisecond of the year 9999: all other versions are gone, so this one need not be later
            after = modified
    return orjson.dumps({**kept, "modified": after, "revoked": True})
