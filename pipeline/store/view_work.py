"""One transaction on one collection: look everything up at once, decide in memory, write everything at once."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from pipeline.store.audit_entries import Entry, write_entries
from pipeline.store.compact_schema import version_key
from pipeline.store.view_effect import Standing, change_of
from pipeline.store.view_follow import follow
from pipeline.store.view_names import Names
from pipeline.store.view_versions import find_body, raise_newest
from schemas.ids import digest16
from schemas.reasons import RELEASE
from schemas.stix.registry import REQUIRED, times
from schemas.timestamps import from_micros, parse, sort_key, stix, taxii, to_micros
from transforms.bundle import Ledger
from transforms.canonicalize import references
from transforms.statement import MINTED, Statement

Effects = Counter[str]
"""released, minimized, withdrawn and withheld.<reason> -> entities whose outcome changed."""

ABSENT = (0, "", 0)
"""Stands for the newest version of an object that the collection does not have."""


_NEWEST = (
    f"SELECT r.object, r.seq, {version_key('coalesce(r.version, v.version)')}, r.body FROM record r INDEXED BY record_object"  # noqa: S608 - ours
    " CROSS JOIN version v ON v.object = r.object AND v.body = r.body WHERE r.latest = 1 AND r.collection = ?"
)
"""The index is named: without statistics the planner takes the primary key, and reads the whole collection."""


Member = Standing[int]
"""The decision that stands for one handle, with the number of its object."""


class Work:
    """Applies the statements of one ledger. `now` is in microseconds; `effects` counts what changed."""

    def __init__(self, db: sqlite3.Connection, collection: int, now: int, ledger: Ledger) -> None:
        self.effects: Effects = Counter()
        self._db = db
        self._collection = collection
        self._ledger = ledger
        self._now = now
        self._changed: set[int] = set()
        self._names = Names(db)
        self._has_deleted = db.execute("SELECT 1 FROM tombstone WHERE collection = ? LIMIT 1", (collection,)).fetchone() is not None
        last = db.execute("SELECT last_seq FROM collection WHERE no = ?", (collection,)).fetchone()[0]
        self._sequence = max(last + 1, now) - 1
        self._audit = 1 + (db.execute("SELECT max(no) FROM audit").fetchone()[0] or 0)
        self._next_body = 1 + (db.execute("SELECT max(no) FROM body").fetchone()[0] or 0)
        self._entries: list[Entry] = []
        self._members: dict[bytes, Member] = {}
        self._newest: dict[int, tuple[int, str, int]] = {}
        self._bodies: dict[bytes, int] = {}
        self._new_bodies: list[tuple[Any, ...]] = []
        self._new_versions: list[tuple[Any, ...]] = []
        self._new_records: list[tuple[Any, ...]] = []
        self._new_members: list[tuple[Any, ...]] = []

    def apply_all(self) -> None:
        """Apply every statement of the ledger, and the hub's identity where it is the creator of something."""
        self._look_up()
        if self._ledger.hub_identity is not None and not self._has(orjson.loads(self._ledger.hub_identity)["id"]):
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
        own = modified or created or None
        given = None if own else self._ledger.slot or taxii(from_micros(self._sequence + 1))
        key = sort_key(own or given or "")
        if self._has_deleted and self._is_deleted(identifier, key, body):
            return key
        named = self._names.number(identifier)
        number = self._body(body, named, own, shared=shared)
        newest = self._latest(named)
        if newest is not ABSENT:
            if newest[2] == number:
                return newest[1]
            if self._replaces(named, key, number):
                newest = self._latest(named)
            elif self._has_version(named, key):
                return key
        self._sequence += 1
        self._changed.add(named)
        is_newest = newest is ABSENT or key > newest[1]
        if is_newest and newest is not ABSENT:
            self._db.execute("UPDATE record SET latest = 0 WHERE collection = ? AND latest = 1 AND seq = ?", (self._collection, newest[0]))
        self._new_records.append((self._collection, int(is_newest), self._sequence, named, number, given))
        if is_newest:
            self._newest[named] = (self._sequence, key, number)
        return key

    def finish(self, topic: str, partition: int, offset: int) -> None:
        """Write the audit row, if anything changed, and the consumed offset."""
        self.save_sequence()
        if self._entries:
            self._db.execute(
                "INSERT INTO audit (no, collection, slot, policy, agreements, topic_partition, topic_offset, put, withdrawn, withheld,"
                " entries, legal_basis, purposes, actor) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'service')",
                (
                    *(self._audit, self._collection, self._ledger.slot, self._ledger.policy, self._ledger.agreements, partition, offset),
                    *(sum(self.effects[name] for name in RELEASE), self.effects["withdrawn"]),
                    *(sum(n for name, n in self.effects.items() if name.startswith("withheld.")), write_entries(self._entries)),
                    *(self._ledger.legal_basis, self._ledger.purposes),
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
        shows = statement.decision == "put" or (statement.decision == "revoke" and held is not None)
        named = self._names.number(statement.object_id) if shows else 0
        change = change_of(known, statement, self._ledger.slot, named)
        if change == "same":
            return
        if change in ("refused", "withdrawn"):
            self._withdraw(statement, held)
            return
        if held is not None and held != named:
            self._hide(held, statement.handle)
        had_some = self._latest(named) is not ABSENT
        if had_some and held != named and self._is_shown_already(statement, named):
            self._note(statement, statement.decision, named)
            return
        keys = {self.add_record(body, shared=statement.reason not in MINTED) for body in statement.bodies}
        if had_some:
            self._keep_only(named, keys)
        self._note(statement, statement.decision, named)
        self.effects["withdrawn" if statement.decision == "revoke" else statement.reason] += 1

    def _is_shown_already(self, statement: Statement, named: int) -> bool:
        """Whether another handle shows this very content as this object: then the meaning only has another key, because of something that
        the partner may not know of, and nothing that it sees changes.
        """
        return (self._names.word(statement.decision), statement.digest) in self._others(named, statement.handle)

    def _others(self, named: int, handle: bytes) -> list[tuple[int, bytes | None]]:
        """(decision, digest) of each other handle that shows an object."""
        self._flush()
        return self._db.execute(
            "SELECT decision, digest FROM member WHERE collection = ? AND object = ? AND handle <> ?", (self._collection, named, handle)
        ).fetchall()

    def _withdraw(self, statement: Statement, held: int | None) -> None:
        if held is not None:
            self._hide(held, statement.handle)
            self.effects["withdrawn"] += 1
        self._note(statement, "withdraw", None)
        self.effects[f"withheld.{statement.reason}"] += 1

    def _note(self, statement: Statement, decision: str, named: int | None) -> None:
        self._members[statement.handle] = Standing(decision, statement.reason, named, statement.digest, self._ledger.slot)
        self._new_members.append(
            (
                *(self._collection, statement.handle, self._names.word(decision), self._names.word(statement.reason)),
                *(named, statement.digest, statement.change, self._audit),
            )
        )
        shown = "" if named is None else statement.object_id
        self._entries.append(
            Entry(
                *(statement.handle.hex(), decision, statement.reason, shown, statement.source.hex(), statement.grant),
                statement.transforms,
            )
        )

    def _hide(self, named: int, handle: bytes) -> None:
        """Take every version of an object away, and tell pull clients, which never see a removal, by a revoked version."""
        others = self._others(named, handle)
        newest = self._latest(named)
        if others or newest is ABSENT:
            return
        body = self._db.execute("SELECT bytes FROM body WHERE no = ?", (newest[2],)).fetchone()[0]
        self._forget(named)
        stub = revoked_stub(body, self._ledger.slot)
        if stub is not None and all(self._has(target) for target in references(orjson.loads(stub))):
            self.add_record(stub)  # one that named what is not here any more would tell of it

    def _keep_only(self, named: int, keys: set[str]) -> None:
        """Take away the versions that the statement does not name: what an older policy let through, and what a withdrawal left."""
        self._flush()
        rows = self._db.execute(
            "SELECT seq, version_key, body FROM record_text WHERE collection = ? AND object = ? ORDER BY version_key",
            (self._collection, named),
        ).fetchall()
        stale = [(self._collection, seq) for seq, key, _ in rows if key not in keys]
        if not stale:
            return
        self._changed.add(named)
        self._db.executemany("DELETE FROM record WHERE collection = ? AND latest IN (0, 1) AND seq = ?", stale)
        newest: tuple[int, str, int] = max((row for row in rows if row[1] in keys), key=lambda row: row[1], default=ABSENT)
        self._db.execute("UPDATE record SET latest = 1 WHERE collection = ? AND latest = 0 AND seq = ?", (self._collection, newest[0]))
        self._newest[named] = newest

    def _forget(self, named: int) -> None:
        self._flush()
        self._db.execute("DELETE FROM record WHERE collection = ? AND object = ?", (self._collection, named))
        self._newest[named] = ABSENT
        self._changed.add(named)

    def _look_up(self) -> None:
        """Read at once what the statements will ask for, one by one."""
        statements = self._ledger.statements
        for handle, decision, reason, *row in self._many(
            "SELECT m.handle, m.decision, m.reason, m.object, m.digest, coalesce(a.slot, '') FROM member m"
            " LEFT JOIN audit a ON a.no = m.audit WHERE m.collection = ? AND m.handle IN",
            [statement.handle for statement in statements],
        ):
            self._members[handle] = Standing(self._names.text(decision), self._names.text(reason), *row)
        wanted = self._names.look_up(statement.object_id for statement in statements if statement.object_id)
        self._newest = dict.fromkeys(wanted, ABSENT)
        self._newest.update((row[0], row[1:]) for row in self._many(f"{_NEWEST} AND r.object IN", wanted))

    def _many(self, query: str, values: list[Any]) -> Iterable[Any]:
        for start in range(0, len(values), 500):
            part = values[start : start + 500]
            yield from self._db.execute(f"{query} ({','.join('?' * len(part))})", (self._collection, *part))

    def _has(self, identifier: str) -> bool:
        """Whether the collection has any version of an object."""
        named = self._names.known(identifier)
        return named is not None and self._latest(named) is not ABSENT

    def _latest(self, named: int) -> tuple[int, str, int]:
        """(date_added, version, body) of an object's newest version, or ABSENT."""
        found = self._newest.get(named)
        if found is None:
            rows = (
                () if self._names.is_new(named) else self._db.execute(f"{_NEWEST} AND r.object = ?", (self._collection, named)).fetchall()
            )
            found = self._newest[named] = rows[0][1:] if rows else ABSENT
        return found

    def _replaces(self, named: int, key: str, number: int) -> bool:
        """Take away a version of the same time but of other bytes: what stands now is what is stated now."""
        self._flush()
        gone = self._db.execute(
            "DELETE FROM record INDEXED BY record_object WHERE collection = ?1 AND object = ?2 AND body <> ?4 AND seq IN"
            " (SELECT seq FROM record_text WHERE collection = ?1 AND object = ?2 AND version_key = ?3)",
            (self._collection, named, key, number),
        ).rowcount
        if gone:
            self._newest.pop(named, None)
            raise_newest(self._db, self._collection, named)
        return bool(gone)

    def _is_deleted(self, object_id: str, key: str, body: bytes) -> bool:
        """Whether the partner has deleted this version, or these bytes, from its view."""
        row = self._db.execute(
            "SELECT 1 FROM tombstone WHERE collection = ? AND object_id = ? AND (version_key = ? OR digest = ?)",
            (self._collection, object_id, key, digest16(body)),
        ).fetchone()
        return row is not None

    def _has_version(self, named: int, key: str) -> bool:
        row = self._db.execute(
            "SELECT 1 FROM record_text WHERE collection = ? AND object = ? AND version_key = ?", (self._collection, named, key)
        ).fetchone()
        return row is not None

    def _body(self, body: bytes, named: int, version: str | None, *, shared: bool) -> int:
        """The number of some bytes, which collections share where they can."""
        if not shared:
            return self._new_body(body, named, version)
        number = self._bodies.get(body)
        if number is None:
            number = None if self._names.is_new(named) else find_body(self._db, named, version, body)
            number = self._bodies[body] = self._new_body(body, named, version) if number is None else number
        return number

    def _new_body(self, body: bytes, named: int, version: str | None) -> int:
        number = self._next_body
        self._next_body += 1
        self._new_bodies.append((number, body))
        self._new_versions.append((named, number, version))
        return number

    def _flush(self) -> None:
        """Write what was decided in memory so far."""
        self._names.flush()
        self._write("INSERT INTO body (no, bytes) VALUES (?, ?)", self._new_bodies)
        self._write("INSERT INTO version (object, body, version) VALUES (?, ?, ?)", self._new_versions)
        self._write("INSERT INTO record (collection, latest, seq, object, body, version) VALUES (?, ?, ?, ?, ?, ?)", self._new_records)
        self._write(
            "INSERT INTO member (collection, handle, decision, reason, object, digest, change, audit)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (collection, handle) DO UPDATE SET decision = excluded.decision,"
            " reason = excluded.reason, object = excluded.object, digest = excluded.digest, change = excluded.change,"
            " audit = excluded.audit",
            self._new_members,
        )

    def _write(self, statement: str, rows: list[tuple[Any, ...]]) -> None:
        if rows:
            self._db.executemany(statement, rows)
            rows.clear()


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
