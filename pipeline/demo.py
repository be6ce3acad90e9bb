"""The demo: a partner's TAXII server holding two feeds, a file feed, the hub, and three recipients who read their collections back."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any

import yaml
from taxii2client.v21 import ApiRoot, as_pages

from pipeline.clock import system_clock
from pipeline.hub import Hub, open_hub
from pipeline.report import Report
from pipeline.runner import Progress, Runner, only_runner
from pipeline.server.embedded import EmbeddedServer
from pipeline.server.settings import ServerSettings
from pipeline.starter.content import aurora_indicators, aurora_reports, dump
from pipeline.starter.write import write_hub
from pipeline.store.credentials import CredentialStore
from pipeline.store.view_queries import open_views
from pipeline.store.view_writer import ViewWriter
from schemas.errors import ConfigError, OperatorError
from schemas.ids import keyed_id

PARTNER_FEEDS = {"aurora-indicators": aurora_indicators, "aurora-reports": aurora_reports}


@dataclass(frozen=True)
class ReadBack:
    """What one recipient found when it read its collection with its own client and credentials."""

    recipient: str
    username: str
    objects: int
    url: str


@dataclass
class Outcome:
    """What the demo did; the servers go on until `close`."""

    report: Report
    collections: Sequence[ReadBack]
    url: str
    example: str
    servers: ExitStack = field(repr=False)

    def close(self) -> None:
        """Stop the servers."""
        self.servers.close()

    def summary(self) -> dict[str, Any]:
        """For machines."""
        return {**self.report.model_dump(), "served": self.url, "read_back": [vars(item) for item in self.collections]}


def run_demo(folder: Path, progress: Progress, stop: Event) -> Outcome:
    """Build a hub in `folder`, run it once, serve it, and read every recipient's collection back over HTTP."""
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as servers:
        write_hub(folder, os.urandom)
        _add_partner_feeds(folder, servers)
        hub = open_hub(folder)
        with only_runner(hub):
            runner = Runner(hub, system_clock, progress)
            try:
                report = runner.once(stop)
            finally:
                runner.close()
        url = servers.enter_context(_serve(hub)).base_url
        found = [_read_back(hub, url, recipient) for recipient in hub.read_sharing_files().policies]
        return Outcome(report, found, url, _example(hub, found[0].recipient), servers.pop_all())


def _add_partner_feeds(folder: Path, servers: ExitStack) -> None:
    """Another organisation: its own store, its own key, its own credentials; the hub is one of its clients."""
    views = folder / "partner-cert-aurora" / "views.db"
    writer = ViewWriter(views, system_clock)
    urls = {}
    for name, make in PARTNER_FEEDS.items():
        identifier = keyed_id("collection", os.urandom(16)).partition("--")[2]
        collection = writer.ensure_collection(identifier, "hub", name, alias=name)
        writer.import_objects(collection, [dump(item) for item in make()])
        urls[name] = identifier
    writer.close()
    password = os.urandom(18).hex()
    credentials = CredentialStore(views, system_clock, os.urandom)
    credentials.add_basic("hub", "hub-at-aurora", password)
    credentials.close()
    settings = ServerSettings(port=0, api_root="feeds", title="CERT Aurora")
    base = servers.enter_context(EmbeddedServer(views, settings, os.urandom(32))).base_url
    secret = folder / "secrets" / "aurora"
    secret.parent.mkdir(exist_ok=True)
    secret.touch(mode=0o600)
    secret.write_text(password + "\n")
    path = folder / "tearline.yaml"
    feeds = [
        {
            "id": name,
            "connector": "taxii",
            "producer": "cert-aurora",
            "settings": {
                "url": f"{base}/feeds/",
                "collection": identifier,
                "username": "hub-at-aurora",
                "password": "${file:secrets/aurora}",
                "match": {"version": ["all"]},
            },
        }
        for name, identifier in urls.items()
    ]
    text = yaml.safe_dump(feeds, sort_keys=False)
    path.write_text(path.read_text() + "".join(f"  {line}\n" for line in text.splitlines()))


def _read_back(hub: Hub, url: str, recipient: str) -> ReadBack:
    """As the recipient would: its own user, the client that everybody has, page by page."""
    username, password = f"{recipient}-reader", os.urandom(18).hex()
    credentials = CredentialStore(hub.views_path, system_clock, os.urandom)
    credentials.add_basic(recipient, username, password)
    credentials.close()
    with closing(ApiRoot(f"{url}/{hub.configuration.server.api_root}/", user=username, password=password)) as root:
        collections = root.collections
        if len(collections) != 1:
            message = f"{recipient} sees {len(collections)} collections instead of its own one"
            raise OperatorError(message)
        objects = sum(len(page.get("objects", ())) for page in as_pages(collections[0].get_objects, per_request=500))
        return ReadBack(recipient, username, objects, collections[0].url)


def _serve(hub: Hub) -> EmbeddedServer:
    """On the configured port, or any free one where another program has it: the demo is to run anywhere."""
    settings, key = hub.configuration.server, hub.keys.derive("server")
    try:
        return EmbeddedServer(hub.views_path, settings, key)
    except ConfigError:
        return EmbeddedServer(hub.views_path, settings.model_copy(update={"port": 0}), key)


def _example(hub: Hub, recipient: str) -> str:
    """An object that the recipient has, to explain."""
    with open_views(hub.views_path) as views:
        row = views.execute(
            "SELECT object_id FROM member_text member JOIN collection ON collection.no = member.collection WHERE partner = ?"
            " AND object_id IS NOT NULL ORDER BY reason = 'released', object_id LIMIT 1",
            (recipient,),
        ).fetchone()
    return str(row[0]) if row else "indicator--…"
