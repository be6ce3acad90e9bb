"""The clients of taxii.md 6 as drivers: each polls while a publisher in another process writes, and ends with the exact set."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit

import httpx2
import pytest
from taxii2client.common import TokenAuth
from taxii2client.v21 import Server, as_pages

from schemas.timestamps import taxii
from tests.server.support import Collection, Site, path_of

LIMIT = 7
HEADER = "X-TAXII-Date-Added-Last"
Found = tuple[str, str]


class Client(Protocol):
    """One poll gives the versions that it fetched; what a client remembers between polls is in the client."""

    def poll(self) -> list[Found]: ...


def _versions(envelope: dict[str, Any]) -> list[Found]:
    return [(made["id"], made["modified"]) for made in envelope.get("objects", [])]


class Taxii2Client:
    """taxii2-client: from discovery to as_pages, everything at every poll, `Authorization: Token`."""

    def __init__(self, site: Site, collection: Collection) -> None:
        site.client("alpha.example")
        server = Server(f"{site.url}/taxii2/", auth=TokenAuth(site.tokens["alpha.example"]))
        self._collection = server.default.collections[0]
        assert self._collection.id == collection.id

    def poll(self) -> list[Found]:
        found = [item for page in as_pages(self._collection.get_objects, per_request=LIMIT) for item in _versions(page)]
        assert len(found) == len(set(found))
        return found


class _Http:
    def __init__(self, site: Site, collection: Collection) -> None:
        self._client = site.client("alpha.example")
        self._path = path_of(collection, "objects/")
        self._after: str | None = None

    def _get(self, **query: str | None) -> httpx2.Response:
        answer = self._client.get(self._path, params={name: value for name, value in query.items() if value is not None})
        assert answer.status_code == 200, answer.text
        return answer

    def _pages(self, follow: Callable[[httpx2.Response], dict[str, str | None]], **first: str | None) -> Iterator[httpx2.Response]:
        answer = self._get(limit=str(LIMIT), **first)
        yield answer
        while answer.json().get("more"):
            answer = self._get(limit=str(LIMIT), next=answer.json()["next"], **follow(answer))
            yield answer


class DropsAddedAfter(_Http):
    """The OpenCTI connector: its own clock (here an hour slow) as added_after, then `next` alone."""

    def poll(self) -> list[Found]:
        begun = taxii(datetime.now(UTC) - timedelta(hours=1))
        found = [item for page in self._pages(lambda _: {}, added_after=self._after) for item in _versions(page.json())]
        self._after = begun
        return found


class AdvancesAddedAfter(_Http):
    """Older OpenCTI platforms: `next` together with an added_after that moves with every page."""

    def poll(self) -> list[Found]:
        found: list[Found] = []
        for page in self._pages(lambda last: {"added_after": last.headers[HEADER]}, added_after=self._after):
            found += _versions(page.json())
            self._after = page.headers[HEADER]
        return found


class ResendsEverything(_Http):
    """Keeps all its filters beside `next`, and goes on from the last header."""

    def poll(self) -> list[Found]:
        filters = {"added_after": self._after, "match[type]": "indicator", "match[version]": "last", "match[spec_version]": "2.1"}
        found: list[Found] = []
        for page in self._pages(lambda _: filters, **filters):
            found += _versions(page.json())
            self._after = page.headers[HEADER]
        return found


class PollsByHeader(_Http):
    """Elastic, and the OpenCTI platform: one page a poll, added_after = the header, empty pages included."""

    def poll(self) -> list[Found]:
        page = self._get(limit=str(LIMIT), added_after=self._after)
        self._after = page.headers[HEADER]
        return _versions(page.json())


class ClockAhead(PollsByHeader):
    """Begins with the time of a clock that is a year ahead; the header of the empty page brings it back."""

    def poll(self) -> list[Found]:
        if self._after is None:
            self._after = taxii(datetime.now(UTC) + timedelta(days=365))
            page = self._get(added_after=self._after)
            assert page.json() == {}
            assert page.headers[HEADER] < self._after
            self._after = "2000-01-01T00:00:00Z"
        return super().poll()


class StixTimeAsAddedAfter(_Http):
    """MineMeld: the newest STIX `modified` as added_after."""

    def poll(self) -> list[Found]:
        found = [item for page in self._pages(lambda _: {}, added_after=self._after) for item in _versions(page.json())]
        self._after = max((version for _, version in found), default=self._after)
        return found


class Curl:
    """No Accept, no User-Agent, no slash at the end, a new connection each time."""

    def __init__(self, site: Site, collection: Collection) -> None:
        site.client("alpha.example")
        target = urlsplit(site.url)
        self._address = (str(target.hostname), int(target.port or 0))
        self._token = site.tokens["alpha.example"]
        self._path = path_of(collection, "objects")

    def poll(self) -> list[Found]:
        found: list[Found] = []
        token = ""
        while True:
            connection = http.client.HTTPConnection(*self._address, timeout=20)
            query = urlencode({"next": token} if token else {"limit": LIMIT})
            connection.putrequest("GET", f"{self._path}?{query}", skip_accept_encoding=True)
            connection.putheader("Authorization", f"token {self._token}")
            connection.endheaders()
            envelope = json.loads(connection.getresponse().read())
            connection.close()
            found += _versions(envelope)
            if not envelope.get("more"):
                return found
            token = envelope["next"]


CLIENTS: list[Callable[[Site, Collection], Client]] = [
    Taxii2Client, DropsAddedAfter, AdvancesAddedAfter, ResendsEverything, PollsByHeader, ClockAhead, StixTimeAsAddedAfter, Curl,
]  # fmt: skip


@pytest.mark.parametrize("make", CLIENTS)
def test_every_client_ends_with_the_exact_set(site: Site, twelve: Collection, make: Callable[[Site, Collection], Client]) -> None:
    client = make(site, twelve)
    root = Path(__file__).parents[2]
    command = [sys.executable, "-m", "tests.server.writer", str(site.views.path), str(twelve.no), "12", "150"]
    newest: dict[str, str] = {}
    with subprocess.Popen(command, cwd=root) as writer:
        while True:
            written = writer.poll() is not None  # before the poll, so that the last poll comes after the last write
            found = client.poll()
            for name, version in found:
                newest[name] = max(version, newest.get(name, ""))
            if written and (not isinstance(client, PollsByHeader) or not found):
                break
            time.sleep(0.01)
    assert writer.returncode == 0
    assert set(newest.items()) == site.views.latest(twelve)
    assert len(newest) == 162


def test_a_next_that_leaks_into_another_collection_is_400(site: Site, twelve: Collection) -> None:
    """The OpenCTI connector never clears its `next`."""
    other = site.views.collection("alpha.example")
    client = site.client("alpha.example")
    token = client.get(path_of(twelve, "objects/")).json()["next"]
    assert client.get(path_of(other, "objects/"), params={"next": token}).status_code == 400
