"""The server under test: where it is, who may ask, and what its collections hold."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

TAXII = "application/taxii+json;version=2.1"
STIX = "application/stix+json;version=2.1"
Json = dict[str, Any]

START = 1_767_225_600_000_000
"""2026-01-01T00:00:00Z in microseconds: the dates of what is seeded begin here."""


@dataclass(frozen=True)
class User:
    """Credentials of one client."""

    headers: Mapping[str, str]


@dataclass
class Target:
    """A server and the collections that the suite needs, by role.

    For `reader`: read (12 indicators), versions (an object with three versions, one with `created` alone, one without times), empty.
    For `writer`: both (may read and write), write (may only write). Neither sees what is the other's.
    `process` makes the server take in what was POSTed; it returns when that is done. `restart` ends the server and starts it again at
    the same address.
    """

    base_url: str
    root: str
    collections: Mapping[str, str]
    aliases: Mapping[str, str]
    reader: User
    writer: User
    seed: Callable[[str, Sequence[tuple[str, Json]]], None]
    process: Callable[[], None]
    restart: Callable[[], None] | None = None
    second_root: str | None = None
    public: str | None = None
    max_content_length: int = 0
    clients: list[httpx2.Client] = field(default_factory=list)

    def client(self, user: User | None, **headers: str) -> httpx2.Client:
        """A client with the user's credentials, or with none."""
        own = {"Accept": TAXII, **(user.headers if user else {}), **headers}
        made = httpx2.Client(base_url=self.base_url, headers=own, trust_env=False, timeout=30)
        self.clients.append(made)
        return made

    def path(self, role: str, rest: str = "") -> str:
        """The path of a collection of a role, or of something in it."""
        return f"{self.root}collections/{self.collections[role]}/{rest}"


def stamp(micros: int) -> str:
    """A moment as TAXII writes it."""
    from schemas.timestamps import from_micros, taxii

    return taxii(from_micros(micros))


def indicator(number: int, modified: str = "2025-01-01T00:00:00.000Z", **more: Any) -> Json:
    return {
        "type": "indicator",
        "spec_version": "2.1",
        "id": f"indicator--00000000-0000-4000-8000-{number:012d}",
        "created": "2025-01-01T00:00:00.000Z",
        "modified": modified,
        "name": f"Indicator {number}",
        "pattern": f"[ipv4-addr:value = '192.0.2.{number % 250}'] AND [domain-name:value = 'n{number}.example.com']",
        "pattern_type": "stix",
        "valid_from": "2025-01-01T00:00:00Z",
        **more,
    }


READ = [(stamp(START + number * 1_000_000), indicator(number)) for number in range(1, 13)]

MALWARE = "malware--00000000-0000-4000-8000-000000000001"
MARKING = "marking-definition--00000000-0000-4000-8000-000000000001"
ADDRESS = "ipv4-addr--00000000-0000-4000-8000-000000000001"
OLD_STYLE = "2024-05-05T05:05:05Z"
VERSIONS: list[tuple[str, Json]] = [
    *(
        (
            stamp(START + number),
            {
                "type": "malware",
                "spec_version": "2.1",
                "id": MALWARE,
                "created": "2025-01-01T00:00:00.000Z",
                "modified": f"2025-0{number}-01T00:00:00.000Z",
                "name": "Sample",
                "is_family": False,
            },
        )
        for number in (1, 2, 3)
    ),
    (
        stamp(START + 4),
        {
            "type": "marking-definition",
            "spec_version": "2.1",
            "id": MARKING,
            "created": OLD_STYLE,
            "definition_type": "statement",
            "definition": {"statement": "Example"},
        },
    ),
    (stamp(START + 5), {"type": "ipv4-addr", "spec_version": "2.1", "id": ADDRESS, "value": "192.0.2.7"}),
]


def write_dated(path: Path, objects: Sequence[tuple[str, Json]]) -> None:
    """JSON lines as `tearline seed` reads them."""
    path.write_text("".join(json.dumps({"date_added": date, "object": made}) + "\n" for date, made in objects))


def ids_of(answer: httpx2.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [made["id"] for made in answer.json().get("objects", [])]


def added(answer: httpx2.Response) -> tuple[str, str]:
    return answer.headers["X-TAXII-Date-Added-First"], answer.headers["X-TAXII-Date-Added-Last"]


def assert_taxii(answer: httpx2.Response) -> None:
    """C2: what holds of every answer."""
    assert answer.headers["Content-Type"].replace(" ", "") == TAXII
    if answer.status_code >= 400:
        message = answer.json()
        assert isinstance(message["title"], str)
        assert message["title"]
        assert message.get("http_status", str(answer.status_code)) == str(answer.status_code)
