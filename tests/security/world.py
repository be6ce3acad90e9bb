"""A served hub in which three partners each have everything that another one could reach for: collections, objects, cursors, statuses."""

from __future__ import annotations

import itertools
import json
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from tests.security.hub import ServedHub
from tests.server.support import TAXII, Collection, Json, indicators, stix

PARTNERS = ("alpha", "beta", "gamma")
ROOTS = {"both": "tearline", "second": "exchange"}
SHARED = indicators(1)[0]["id"]

READS = ("", "objects/", "objects/?limit=1", "manifest/", "objects/{o}/", "objects/{o}/versions/", "objects/?match[id]={o}")
PAGED = ("objects/", "manifest/", "objects/{o}/?match[version]=all", "objects/{o}/versions/")


@dataclass
class Owned:
    """What one partner has, and its client."""

    client: httpx2.Client
    collections: dict[str, Collection]
    object: str
    cursors: dict[tuple[str, str], str] = field(default_factory=dict)
    status: str = ""

    def path(self, which: str, rest: str = "", *, name: str | None = None, item: str | None = None) -> str:
        return f"/{ROOTS[which]}/collections/{name or self.collections[which].id}/{rest.format(o=item or self.object)}"


def envelope(number: int) -> Json:
    return {"objects": [stix("indicator", number) | {"pattern": "[url:value = 'https://a.example/']", "pattern_type": "stix"}]}


@contextmanager
def world(folder: Path) -> Iterator[tuple[ServedHub, dict[str, Owned]]]:
    """Each partner has a collection to read and write in the first API root, and one in the second; all share one object."""
    collections = [
        {"alias": f"{partner}-{which}", "partner": partner, "title": which, "feed": f"{partner}-push"}
        | ({} if root == "tearline" else {"root": root})
        for partner, (which, root) in itertools.product(PARTNERS, ROOTS.items())
    ]
    content = {
        "feeds": [{"id": f"{partner}-push", "connector": "push", "producer": partner, "unmarked_as": "clear"} for partner in PARTNERS],
        "api_roots": [{"name": "exchange", "title": "Exchange"}],
        "collections": collections,
    }
    limits = {"rate_limit": {"requests_per_second": 0}, "default_limit": 2}
    with ServedHub(folder, PARTNERS, content, **limits) as hub, ExitStack() as stack:
        yield hub, {partner: _owned(hub, number, partner, stack) for number, partner in enumerate(PARTNERS)}


def _owned(hub: ServedHub, number: int, partner: str, stack: ExitStack) -> Owned:
    found = {}
    for which in ROOTS:
        row = hub.views.sql.execute("SELECT no, id, alias FROM collection WHERE alias = ?", (f"{partner}-{which}",)).fetchone()
        found[which] = Collection(*row)
    mine = indicators(8, 100 * (number + 1))
    versions = [mine[0] | {"modified": f"2024-01-0{day}T00:00:00.000Z"} for day in range(2, 8)]
    for collection in found.values():
        hub.views.put(collection, [*indicators(1), *mine, *versions])
    token = hub.tearline("partner", "token", partner)["token"]
    headers = {"Accept": TAXII, "Authorization": f"Bearer {token}"}
    client = stack.enter_context(httpx2.Client(base_url=hub.url, headers=headers, trust_env=False, timeout=20))
    owned = Owned(client, found, mine[0]["id"])
    for which, rest in itertools.product(ROOTS, PAGED):
        page = client.get(owned.path(which, rest)).json()
        owned.cursors[which, rest] = page["next"]
    answer = client.post(owned.path("both", "objects/"), json=envelope(number), headers={"Content-Type": TAXII})
    assert answer.status_code == 202, answer.text
    owned.status = answer.json()["id"]
    return owned


def told(answer: httpx2.Response) -> tuple[Any, ...]:
    """All that an answer tells, but the time of day, and whether a body that nobody wanted had arrived before the answer left."""
    by_chance = ("date", "connection") if answer.request.method == "POST" else ("date",)
    headers = sorted((key, value) for key, value in answer.headers.items() if key not in by_chance)
    return answer.status_code, answer.content, tuple(headers)


def absent() -> str:
    return str(uuid.uuid4())


def contents(hub: ServedHub) -> str:
    """Everything in the collections, to see that nothing has changed."""
    return json.dumps(hub.views.sql.execute("SELECT collection, seq, object_id, version FROM record_text ORDER BY 1, 2").fetchall())
