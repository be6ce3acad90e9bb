"""The clients of the design's table as small drivers. What each remembers between polls, and what it sends, is what that client does.

A poll yields pages as they come; where it fails half-way, what came before it stands and the next poll goes on from what the client
remembers. They differ in nothing else.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, Protocol

import httpx2
from taxii2client.common import TokenAuth
from taxii2client.v21 import Collection, Server, as_pages

from schemas.timestamps import taxii

LIMIT = 7
HEADER = "X-TAXII-Date-Added-Last"
Version = tuple[str, str]


class Access(NamedTuple):
    """Where the server is and how the partner gets in; `collection` is the id."""

    url: str
    user: str
    password: str
    token: str
    collection: str
    curl: str

    @property
    def objects(self) -> str:
        return f"{self.url}/tearline/collections/{self.collection}/objects/"


class Client(Protocol):
    """One poll gives the versions that it fetches, page by page. `pages_a_poll` is 1 for a client that stops after one."""

    is_paged: bool

    def poll(self) -> Iterator[list[Version]]: ...


def versions(envelope: dict[str, Any]) -> list[Version]:
    """What is on a page."""
    return [(made["id"], made["modified"]) for made in envelope.get("objects", [])]


class Taxii2Client:
    """taxii2-client: from discovery to as_pages, everything at every poll, `Authorization: Token`; a new object after each failure."""

    is_paged = False

    def __init__(self, access: Access) -> None:
        self._access = access

    def poll(self) -> Iterator[list[Version]]:
        server = Server(f"{self._access.url}/taxii2/", auth=TokenAuth(self._access.token))
        try:
            found: Collection = next(item for item in server.default.collections if item.id == self._access.collection)
            for page in as_pages(found.get_objects, per_request=LIMIT):
                yield versions(page)
        finally:
            server.close()


class _Http:
    is_paged = False

    def __init__(self, access: Access) -> None:
        self._client = httpx2.Client(auth=(access.user, access.password), trust_env=False, timeout=20)
        self._url = access.objects
        self._after: str | None = None

    def _get(self, **query: str | None) -> httpx2.Response:
        answer = self._client.get(self._url, params={name: value for name, value in query.items() if value is not None})
        answer.raise_for_status()
        return answer


class DropsAddedAfter(_Http):
    """The OpenCTI connector: its own clock (here an hour slow) as added_after, then `next` alone; the clock is saved after errors too."""

    def poll(self) -> Iterator[list[Version]]:
        after, self._after = self._after, taxii(datetime.now(UTC) - timedelta(hours=1))
        page = self._get(added_after=after, limit=str(LIMIT)).json()
        yield versions(page)
        while page.get("more"):
            page = self._get(next=page["next"], limit=str(LIMIT)).json()
            yield versions(page)


class AdvancesAddedAfter(_Http):
    """Older OpenCTI platforms: `next` together with an added_after that moves with every page."""

    def poll(self) -> Iterator[list[Version]]:
        token = None
        while True:
            answer = self._get(added_after=self._after, limit=str(LIMIT), next=token)
            self._after = answer.headers[HEADER]
            yield versions(answer.json())
            if not answer.json().get("more"):
                return
            token = answer.json()["next"]


class ResendsEverything(_Http):
    """Keeps all its filters beside `next`, and begins the next walk after the last header."""

    def poll(self) -> Iterator[list[Version]]:
        filters = {"added_after": self._after, "match[type]": "indicator", "match[version]": "last", "match[spec_version]": "2.1"}
        token = None
        while True:
            answer = self._get(**filters, limit=str(LIMIT), next=token)
            self._after = answer.headers[HEADER]
            yield versions(answer.json())
            if not answer.json().get("more"):
                return
            token = answer.json()["next"]


class PollsByHeader(_Http):
    """Elastic, and the OpenCTI platform: one page a poll, added_after = the header, empty pages included."""

    is_paged = True

    def poll(self) -> Iterator[list[Version]]:
        answer = self._get(limit=str(LIMIT), added_after=self._after)
        self._after = answer.headers[HEADER]
        yield versions(answer.json())


class ClockAhead(_Http):
    """Begins with the time of a clock that is a day ahead; the header of the empty page brings it back, and an overlap finds the rest."""

    is_paged = True

    def poll(self) -> Iterator[list[Version]]:
        after = self._after or taxii(datetime.now(UTC) + timedelta(days=1))
        answer = self._get(limit=str(LIMIT), added_after=after)
        last = answer.headers[HEADER]
        assert last < taxii(datetime.now(UTC) + timedelta(hours=1)), "the header repeats the client's own mistake"
        self._after = last if self._after is not None else "2000-01-01T00:00:00Z"
        yield versions(answer.json())


class StixTimeAsAddedAfter(_Http):
    """MineMeld: the newest STIX `modified` as added_after, which is older than any date_added."""

    def poll(self) -> Iterator[list[Version]]:
        newest, token = self._after, None
        while True:
            page = self._get(added_after=self._after, limit=str(LIMIT), next=token).json()
            newest = max((version for _, version in versions(page)), default=newest)
            yield versions(page)
            if not page.get("more"):
                break
            token = page["next"]
        self._after = newest


class Curl:
    """The curl command: no Accept, no User-Agent, no slash at the end, a new connection and a new process each time."""

    is_paged = False

    def __init__(self, access: Access) -> None:
        self._command = [access.curl, "-q", "-s", "-f", "--noproxy", "*", "--max-time", "20", "-H", "Accept:", "-H", "User-Agent:"]
        self._command += ["-H", f"Authorization: token {access.token}"]
        self._url = access.objects.rstrip("/")

    def poll(self) -> Iterator[list[Version]]:
        query = "limit=50"
        while True:
            done = subprocess.run([*self._command, f"{self._url}?{query}"], capture_output=True, check=True)
            page = json.loads(done.stdout)
            yield versions(page)
            if not page.get("more"):
                return
            query = f"next={page['next']}"
