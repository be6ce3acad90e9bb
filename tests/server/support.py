"""Fill a views.db as the publisher does, and start a server over it."""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import orjson

from pipeline.server.embedded import EmbeddedServer
from pipeline.server.settings import ServerSettings
from pipeline.store.credentials import CredentialStore
from pipeline.store.object_ids import find
from pipeline.store.sqlite import transaction
from pipeline.store.view_names import Names
from pipeline.store.view_versions import find_body
from pipeline.store.views_schema import open_views
from schemas.timestamps import from_micros, sort_key, taxii

KEY = bytes(range(32))
TAXII = "application/taxii+json;version=2.1"
PASSWORD = "a pass phrase for tests"
NAMESPACE = uuid.UUID("00000000-0000-4000-8000-000000000000")
Json = dict[str, Any]


def object_id(kind: str, number: int) -> str:
    return f"{kind}--{uuid.uuid5(NAMESPACE, f'{kind}{number}')}"


def stix(kind: str, number: int, modified: str | None = "2024-01-01T00:00:00.000Z", created: str | None = None, pad: int = 0) -> Json:
    """A STIX object; without times it is an observable like `ipv4-addr`."""
    made: Json = {"type": kind, "spec_version": "2.1", "id": object_id(kind, number)}
    if modified is not None:
        made |= {"created": created or "2024-01-01T00:00:00.000Z", "modified": modified}
    elif created is not None:
        made["created"] = created
    if pad:
        made["x_pad"] = "x" * pad
    return made


def indicators(count: int, start: int = 0) -> list[Json]:
    return [stix("indicator", number) for number in range(start, start + count)]


@dataclass
class Collection:
    no: int
    id: str
    alias: str | None


class Views:
    """Writes views.db with plain SQL, by the publisher's rules for date_added and for which version is the latest."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.sql = open_views(path)

    def collection(self, partner: str, alias: str | None = None, description: str = "") -> Collection:
        identity = str(uuid.uuid4())
        number = self.sql.execute(
            "INSERT INTO collection (id, alias, partner, title, description) VALUES (?, ?, ?, ?, ?)",
            (identity, alias, partner, f"Indicators for {partner}", description),
        ).lastrowid
        assert number is not None
        return Collection(number, identity, alias)

    def put(self, collection: Collection | int, objects: Iterable[Json], seq: int | None = None) -> list[int]:
        """Add object versions in one transaction; returns their date_added in microseconds. `seq` sets the first one's."""
        number = collection if isinstance(collection, int) else collection.no
        with transaction(self.sql):
            return [self._put(number, made, None if seq is None else seq + step) for step, made in enumerate(objects)]

    def _put(self, number: int, made: Json, seq: int | None) -> int:
        body = orjson.dumps(made)
        last = self.sql.execute("SELECT last_seq FROM collection WHERE no = ?", (number,)).fetchone()[0]
        seq = max(seq if seq is not None else time.time_ns() // 1000, last + 1)
        own = made.get("modified") or made.get("created")
        given = None if own else taxii(from_micros(seq))
        names = Names(self.sql)
        named = names.number(made["id"])
        names.flush()
        body_no = find_body(self.sql, named, own, body)
        if body_no is None:
            body_no = self.sql.execute("INSERT INTO body (bytes) VALUES (?)", (body,)).lastrowid
            self.sql.execute("INSERT INTO version VALUES (?, ?, ?)", (named, body_no, own))
        newest = self.sql.execute(
            "SELECT max(version_key) FROM record_text WHERE collection = ? AND object = ?", (number, named)
        ).fetchone()[0]
        latest = newest is None or sort_key(own or given or "") > newest
        if latest:
            self.sql.execute("UPDATE record SET latest = 0 WHERE collection = ? AND object = ?", (number, named))
        self.sql.execute("INSERT INTO record VALUES (?, ?, ?, ?, ?, ?)", (number, int(latest), seq, named, body_no, given))
        self.sql.execute("UPDATE collection SET last_seq = ? WHERE no = ?", (seq, number))
        return seq

    def remove(self, collection: Collection, ids: Iterable[str]) -> None:
        """Withdraw objects with all their versions."""
        with transaction(self.sql):
            for name in ids:
                self.sql.execute("DELETE FROM record WHERE collection = ? AND object = ?", (collection.no, find(self.sql, name)))

    def latest(self, collection: Collection) -> set[tuple[str, str]]:
        """(id, version) of what a partner with everything should have."""
        return set(self.sql.execute("SELECT object_id, version FROM record_text WHERE collection = ? AND latest = 1", (collection.no,)))

    def credentials(self) -> CredentialStore:
        return CredentialStore(self.path, lambda: datetime(2024, 1, 1, tzinfo=UTC), os.urandom)


@dataclass
class Site:
    """A running server over a views.db, and clients for its partners."""

    views: Views
    server: EmbeddedServer
    stack: ExitStack
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return self.server.base_url

    def client(self, partner: str | None = None, **headers: str) -> httpx2.Client:
        """A client with the partner's token; with no partner, without credentials."""
        if partner is not None:
            if partner not in self.tokens:
                self.tokens[partner] = self.views.credentials().add_token(partner)
            headers.setdefault("Authorization", f"Bearer {self.tokens[partner]}")
        client = httpx2.Client(base_url=self.url, headers={"Accept": TAXII} | headers, trust_env=False, timeout=20)
        return self.stack.enter_context(client)


def path_of(collection: Collection | str, rest: str = "") -> str:
    name = collection if isinstance(collection, str) else collection.id
    return f"/tearline/collections/{name}/{rest}"


def settings(**changes: Any) -> ServerSettings:
    return ServerSettings(**({"port": 0, "default_limit": 5, "max_limit": 50} | changes))


def ids_of(response: httpx2.Response) -> list[str]:
    assert response.status_code == 200, response.text
    return [made["id"] for made in response.json().get("objects", [])]


def added(response: httpx2.Response) -> tuple[str, str]:
    return response.headers["X-TAXII-Date-Added-First"], response.headers["X-TAXII-Date-Added-Last"]


def assert_taxii(response: httpx2.Response) -> None:
    """What holds of every answer (C2)."""
    assert response.headers["Content-Type"] == TAXII
    if response.status_code >= 400:
        message = response.json()
        assert message["title"]
        assert message["http_status"] == str(response.status_code)
