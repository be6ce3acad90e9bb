"""POST, DELETE and status over HTTP with an inbox that fails as a bus can."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import httpx2
import orjson
import pytest

from pipeline.server.embedded import EmbeddedServer
from pipeline.server.inbox import Push
from schemas.errors import BusUnavailable, OperatorError
from schemas.split import Fragment
from schemas.taxii import Status
from tests.server.support import KEY, TAXII, Collection, Views, assert_taxii, object_id, path_of, settings, stix


class Inbox:
    """Keeps what it is given, or fails."""

    def __init__(self) -> None:
        self.pushes: list[tuple[Push, Sequence[bytes | Fragment]]] = []
        self.deleted: list[tuple[int, str, tuple[str, ...]]] = []
        self.failure: Exception | None = None

    def now(self) -> int:
        return 1_700_000_000_000_000

    def append(self, push: Push, pieces: Sequence[bytes | Fragment]) -> None:
        if self.failure is not None:
            raise self.failure
        self.pushes.append((push, pieces))

    def status(self, partner: str, root: str, identifier: str) -> Status | None:
        return None

    def delete(self, collection: int, object_id: str, versions: tuple[str, ...]) -> int:
        if self.failure is not None:
            raise self.failure
        self.deleted.append((collection, object_id, versions))
        return 1

    def check(self) -> str:
        return "ok"


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def both(views: Views) -> Collection:
    """A collection of alpha.example that may be written to."""
    made = views.collection("alpha.example")
    views.sql.execute("UPDATE collection SET feed = 'alpha-push' WHERE no = ?", (made.no,))
    return made


@pytest.fixture
def client(views: Views, inbox: Inbox) -> Iterator[httpx2.Client]:
    token = views.credentials().add_token("alpha.example")
    headers = {"Authorization": f"Bearer {token}", "Accept": TAXII, "Content-Type": TAXII}
    with (
        EmbeddedServer(views.path, settings(), KEY, inbox=inbox) as server,
        httpx2.Client(base_url=server.base_url, headers=headers, trust_env=False, timeout=20) as made,
    ):
        yield made


def post(client: httpx2.Client, both: Collection, **content: Any) -> httpx2.Response:
    return client.post(path_of(both, "objects/"), **(content or {"json": {"objects": [stix("indicator", 1)]}}))


def test_what_the_inbox_is_told(client: httpx2.Client, both: Collection, inbox: Inbox) -> None:
    status = post(client, both).json()
    ((push, pieces),) = inbox.pushes
    assert push == Push(status["id"], "alpha.example", "", both.id, "alpha-push", "2023-11-14T22:13:20.000000Z", 1)
    assert [orjson.loads(piece) for piece in pieces if isinstance(piece, bytes)] == [stix("indicator", 1)]
    client.delete(path_of(both, f"objects/{object_id('indicator', 1)}/?match[version]=first,2024-01-01T00:00:00.000Z"))
    assert inbox.deleted == [(both.no, object_id("indicator", 1), ("2024-01-01T00:00:00", "first"))]


@pytest.mark.parametrize(("failure", "status"), [(BusUnavailable("bus.db: secret place"), 503), (OperatorError("secret"), 500)])
def test_a_bus_that_fails(client: httpx2.Client, both: Collection, inbox: Inbox, failure: Exception, status: int) -> None:
    inbox.failure = failure
    for answer in (post(client, both), client.delete(path_of(both, f"objects/{object_id('indicator', 1)}/"))):
        assert answer.status_code == status
        assert_taxii(answer)
        assert "secret" not in answer.text
        assert ("Retry-After" in answer.headers) is (status == 503)


def test_nothing_reaches_the_inbox_that_was_not_taken(client: httpx2.Client, both: Collection, inbox: Inbox) -> None:
    for body in (b"", b"{}", b"[]", b'{"objects":[', b"x" * 20_000_000):
        assert post(client, both, content=body).status_code in (400, 413, 422)
    assert inbox.pushes == []


def test_without_an_inbox_nothing_can_be_written(views: Views, both: Collection) -> None:
    token = views.credentials().add_token("alpha.example")
    with (
        EmbeddedServer(views.path, settings(), KEY) as server,
        httpx2.Client(base_url=server.base_url, headers={"Authorization": f"Bearer {token}"}, trust_env=False, timeout=20) as client,
    ):
        assert client.get(path_of(both)).json()["can_write"] is False
        assert client.post(path_of(both, "objects/"), json={"objects": [1]}).status_code == 403
        assert client.get("/tearline/status/11111111-1111-4111-8111-111111111111/").status_code == 404
