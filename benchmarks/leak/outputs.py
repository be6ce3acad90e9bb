"""Everything that is searched, as (channel, whose, bytes). What the hub is meant to keep (the vault) is not: docs/leakbench.md lists it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from benchmarks.leak.runner import Run
from pipeline.topics import LEDGER

ANYBODY, NOBODY = "*", ""
"""Instead of a recipient: what some recipient may have may stand there; no value of any feed may stand there."""

TAXII = "taxii"
"""The channel of what a recipient's client was sent."""

VAULT = frozenset(("catalogue.db", "pushed.db", "statuses.db", "keys.json"))
SHARED = frozenset(("body", "object", "version"))
"""Tables of views.db that hold what recipients have, once for all of them."""

PARTNER_TOPIC = "partner."
_DIGEST = 64
"""Bytes of the longest digest or key."""


class Output(NamedTuple):
    """Some bytes: through which channel, and who may see what is in them (a recipient's id, ANYBODY or NOBODY)."""

    channel: str
    whose: str
    data: bytes
    bare: bool = False
    """Whether unencoded digests and UUIDs are looked for as well."""
    sealed: bool = False
    """Whether it is encrypted, or a database that is searched cell by cell too: then nothing is decoded."""


def outputs(run: Run) -> Iterator[Output]:
    """All of them, one after the other."""
    for name, heard in run.heard.items():
        known = name in run.views
        for answer in heard.answers:
            yield Output(TAXII if known else "hand-in", name if known else NOBODY, answer)
    for name, data in run.operator:
        yield Output(f"operator: {name}", NOBODY, data)
    for name, data in run.logs:
        yield Output(f"log: {name}", NOBODY, data)
    for path in sorted(run.folder.rglob("*")):
        if path.is_file():
            yield from _file(run.folder, path)


def _file(folder: Path, path: Path) -> Iterator[Output]:
    """One file of the hub's folder; its name is a place to leak as well."""
    name = str(path.relative_to(folder))
    yield Output("file names", NOBODY, name.encode())
    database = name.removesuffix("-wal").removesuffix("-shm").removesuffix("-journal")
    if database in VAULT:
        return
    if database == "bus.db":
        if name == database:
            yield from _bus(path)
    elif database.endswith(".db"):
        yield Output(f"file {name}", ANYBODY if database == "views.db" else NOBODY, path.read_bytes(), sealed=True)
        if name == database:
            yield from _views(path) if name == "views.db" else _cells(path, name)
    else:
        yield Output(f"file {name}", NOBODY, path.read_bytes())


def _bus(path: Path) -> Iterator[Output]:
    """Keys and headers of every message; values of the partner topics, which partners may be let read."""
    with closing(_open(path)) as db:
        for topic, key, headers, value in db.execute(
            "SELECT topic, key, headers, value FROM messages JOIN partitions ON partitions.id = messages.partition"
        ):
            said = json.loads(headers or b"{}")
            yield Output("bus: sealed headers", NOBODY, said.pop(LEDGER, "").encode("latin-1"), sealed=True)
            yield Output("bus: keys and headers", NOBODY, b"\n".join((topic.encode(), key or b"", json.dumps(said).encode())), bare=True)
            if topic.startswith(PARTNER_TOPIC):
                yield Output("bus: partner topics", topic.removeprefix(PARTNER_TOPIC).partition(".")[0], value)
        others = [name for name in _tables(db) if name not in ("messages",)]
        for name in others:
            yield from _rows(db, name, f"bus.db: {name}")


def _views(path: Path) -> Iterator[Output]:
    """Objects as their recipients have them; the rows of each collection, which are its recipient's; every other table for itself."""
    with closing(_open(path)) as db:
        owners = dict(db.execute("SELECT no, partner FROM collection"))
        for collection, body in db.execute("SELECT record.collection, bytes FROM record_text record JOIN body ON body.no = record.body"):
            yield Output("views.db: objects", owners[collection], body)
        for table in _tables(db):
            columns = [row[1] for row in db.execute(f'PRAGMA table_info("{table}")')]
            owner = columns.index("collection") if "collection" in columns else None
            for row in db.execute(f'SELECT * FROM "{table}"'):
                whose = owners[row[owner]] if owner is not None else ANYBODY if table in SHARED else NOBODY
                yield from _row(row, f"views.db: {table}", whose)


def _cells(path: Path, name: str) -> Iterator[Output]:
    with closing(_open(path)) as db:
        for table in _tables(db):
            yield from _rows(db, table, f"{name}: {table}")


def _rows(db: sqlite3.Connection, table: str, channel: str) -> Iterator[Output]:
    for row in db.execute(f'SELECT * FROM "{table}"'):
        yield from _row(row, channel, NOBODY)


def _row(row: tuple[object, ...], channel: str, whose: str) -> Iterator[Output]:
    """One row: what is text or long, decoded; short binary cells as digests or UUIDs."""
    short = [item for item in row if isinstance(item, bytes) and len(item) <= _DIGEST]
    for item in row:
        if item not in short:
            yield Output(channel, whose, item if isinstance(item, bytes) else str(item).encode())
    for item in short:
        yield Output(channel, whose, item, bare=True, sealed=True)


def _tables(db: sqlite3.Connection) -> list[str]:
    return [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]


def _open(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{path}?mode=ro", uri=True)
