"""A hub folder with hostile or careless feeds, run as it stands, and what a client of the real server receives from it."""

from __future__ import annotations

import base64
import os
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from threading import Event
from typing import Any

import httpx2
import orjson

from pipeline.clock import system_clock
from pipeline.hub import Hub, open_hub
from pipeline.report import Report
from pipeline.runner import Runner
from pipeline.server.embedded import EmbeddedServer
from pipeline.server.settings import ServerSettings
from pipeline.store.credentials import CredentialStore
from tests.support.hubs import CLOCK, make_hub, put_objects

Stix = dict[str, Any]
Parts = Mapping[str, Any]

TAXII = "application/taxii+json;version=2.1"
TYPES = (
    *("indicator", "malware", "threat-actor", "campaign", "identity", "relationship", "sighting", "report", "grouping", "note", "opinion"),
    *("observed-data", "attack-pattern", "tool", "infrastructure", "location", "marking-definition", "language-content", "incident"),
    *("domain-name", "ipv4-addr", "ipv6-addr", "url", "file", "email-addr", "email-message", "user-account", "artifact", "mac-addr"),
    *("process", "network-traffic", "directory", "x509-certificate", "windows-registry-key"),
)
STANDARD: Parts = {"release": {"types": TYPES, "tlp_max": "green"}, "minimize": {"profile": "standard@1", "attribution": "anonymous"}}
"""The profile that holds where nobody says anything."""

VERBATIM: Parts = {"release": {"types": TYPES, "tlp_max": "green"}}
"""Whatever its labels allow, as its producer wrote it: the least protection that a policy can give."""


@dataclass(frozen=True)
class Received:
    """All pages of one collection, whole answers."""

    answers: tuple[httpx2.Response, ...]

    @cached_property
    def objects(self) -> list[Stix]:
        """Every version on every page, in order."""
        return [item for answer in self.answers for item in answer.json().get("objects", ())]

    @cached_property
    def newest(self) -> dict[str, Stix]:
        """id -> the newest version of it."""
        found: dict[str, Stix] = {}
        for item in sorted(self.objects, key=lambda item: item.get("modified", "")):
            found[item["id"]] = item
        return found

    @cached_property
    def everything(self) -> str:
        """Bodies and headers, escaped and unescaped, in lower case, without what takes the edge off an address."""
        parts = [answer.text for answer in self.answers]
        parts += [orjson.dumps(answer.json()).decode() for answer in self.answers]
        parts += [f"{name}: {text}" for answer in self.answers for name, text in answer.headers.items()]
        joined = "\n".join(parts).lower()
        return joined + joined.replace("[.]", ".").replace("hxxp", "http")

    def holds(self, text: str) -> bool:
        """Whether a text came through in any form: plain, in other letter case, base64, hexadecimal or percent-encoded."""
        plain = text.lower()
        hexadecimal = text.encode().hex()
        percent = "".join(f"%{byte:02x}" for byte in text.encode())
        aligned = (base64.b64encode(b"x" * shift + text.encode())[4 if shift else 0 : -4].decode().lower() for shift in range(3))
        return any(form in self.everything for form in (plain, hexadecimal, percent, *(part for part in aligned if len(part) > 6)))

    def of(self, type_name: str) -> list[Stix]:
        """Newest versions of one type."""
        return [item for item in self.newest.values() if item["type"] == type_name]

    def has(self, value: Stix) -> bool:
        """Whether an object is there under its own id, not revoked."""
        return value["id"] in self.newest and self.newest[value["id"]].get("revoked") is not True

    def pattern_with(self, text: str) -> list[Stix]:
        """Indicators in force whose pattern holds a text."""
        return [item for item in self.of("indicator") if text in item["pattern"] and not item.get("revoked")]


@dataclass
class World:
    """One hub. Its server starts when a client first asks; a run of the hub in between is seen at once."""

    folder: Path
    feeds: Mapping[str, str]
    recipients: Mapping[str, Parts]
    options: Mapping[str, Any] = field(default_factory=dict)
    report: Report | None = None
    server: EmbeddedServer | None = None
    _clients: dict[str, httpx2.Client] = field(default_factory=dict)

    def __post_init__(self) -> None:
        make_hub(self.folder, self.feeds, self.recipients, **self.options)

    @cached_property
    def hub(self) -> Hub:
        """The hub, as it was opened."""
        return open_hub(self.folder)

    def put(self, feed: str, objects: Iterable[Stix | bytes], name: str = "objects.json") -> None:
        """A bundle in a feed's folder."""
        put_objects(self.folder, feed, name, objects)

    def run(self, moment: str = CLOCK) -> Report:
        """Poll every feed once, release and publish, at a fixed moment."""
        hub = open_hub(self.folder)
        at = datetime.fromisoformat(moment)
        runner = Runner(hub, lambda: at)
        try:
            self.report = runner.once(Event())
        finally:
            runner.close()
        assert not self.report.failed, self.report.failed
        return self.report

    def reasons(self, recipient: str) -> Counter[str]:
        """Why the last run withheld or held what, counted."""
        assert self.report is not None
        effects = self.report.recipients[recipient]
        return Counter(effects.withheld) + Counter(effects.held)

    def quarantined(self, feed: str) -> Counter[str]:
        """Why the last run quarantined what of a feed, counted."""
        assert self.report is not None
        return Counter(self.report.feeds[feed].quarantined)

    def client(self, recipient: str) -> httpx2.Client:
        """A client with the recipient's own credentials."""
        if self.server is None:
            settings = ServerSettings.model_validate({"port": 0, "rate_limit": {"requests_per_second": 0}})
            self.server = EmbeddedServer(self.hub.views_path, settings, self.hub.keys.derive("server"))
        if recipient not in self._clients:
            credentials = CredentialStore(self.hub.views_path, system_clock, os.urandom)
            token = credentials.add_token(recipient)
            credentials.close()
            headers = {"Accept": TAXII, "Authorization": f"Bearer {token}"}
            self._clients[recipient] = httpx2.Client(base_url=self.server.base_url, headers=headers, trust_env=False, timeout=20)
        return self._clients[recipient]

    def collection(self, recipient: str) -> str:
        """Path of the recipient's own collection."""
        client = self.client(recipient)
        found = client.get("/tearline/collections/").json()["collections"]
        assert len(found) == 1
        return f"/tearline/collections/{found[0]['id']}/"

    def received(self, recipient: str, **query: str) -> Received:
        """Everything that the recipient's client gets, every version, page by page; nothing where it has no collection yet."""
        client = self.client(recipient)
        found = client.get("/tearline/collections/").json().get("collections", [])
        if not found:
            return Received(())
        path = f"/tearline/collections/{found[0]['id']}/"
        asked = {"match[version]": "all", "limit": "200", **query}
        answers = []
        while True:
            answer = client.get(f"{path}objects/", params=asked)
            assert answer.status_code == 200, answer.text
            answers.append(answer)
            token = answer.json().get("next")
            if not answer.json().get("more"):
                return Received(tuple(answers))
            asked = {**asked, "next": token}

    def close(self) -> None:
        """Stop clients and server."""
        for client in self._clients.values():
            client.close()
        if self.server is not None:
            self.server.stop()
