"""A client that pages while the publisher is killed and restarted ends with the exact set."""

from __future__ import annotations

import os
import time
from pathlib import Path
from threading import Event, Thread

import pytest
from taxii2client.v21 import ApiRoot

from pipeline.clock import system_clock
from pipeline.hub import open_hub
from pipeline.server.embedded import EmbeddedServer
from pipeline.server.settings import ServerSettings
from pipeline.starter.content import aurora_indicators
from pipeline.store.credentials import CredentialStore
from pipeline.store.view_writer import ViewWriter
from tests.support.hubs import make_hub, put_objects, read_views, run_apart

pytestmark = pytest.mark.slow

KILLS = ("publish.mid_transaction", "release.after_produce", "publish.after_commit", "intake.mid_transaction:2", "publish.before_begin")


def test_a_client_that_pages_during_the_kills_ends_with_the_exact_set(tmp_path: Path) -> None:
    folder = make_hub(tmp_path / "hub", {"feed": "alpha"}, {"open": {}})
    ViewWriter(folder / "views.db", system_clock).close()
    run_apart(folder)  # an empty feed: the collection is there
    credentials = CredentialStore(folder / "views.db", system_clock, os.urandom)
    credentials.add_basic("open", "reader", "a long password")
    credentials.close()
    hub = open_hub(folder)
    seen: list[tuple[str, str]] = []
    done = Event()
    with EmbeddedServer(hub.views_path, ServerSettings(port=0), hub.keys.derive("server")) as server:
        reader = Thread(target=poll, args=(f"{server.base_url}/tearline/", seen, done), daemon=True)
        reader.start()
        for number, failpoint in enumerate(KILLS):
            put_objects(folder, "feed", f"{number}.json", aurora_indicators(40 * (number + 1)))
            assert run_apart(folder, failpoint=failpoint, clock=None) == {}, "the failpoint was not reached"
        run_apart(folder, clock=None)
        expected = {(identifier, version) for _, identifier, version, _ in read_views(folder)["open"]}
        deadline = time.monotonic() + 30
        while set(seen) != expected and time.monotonic() < deadline:
            time.sleep(0.2)
        done.set()
        reader.join(30)
    assert len(seen) == len(set(seen)), "something came twice"
    assert set(seen) == expected


def poll(url: str, seen: list[tuple[str, str]], done: Event) -> None:
    """As a careful client does: by the server's own date of the last object, never by its own clock."""
    root = ApiRoot(url, user="reader", password="a long password")
    collection = root.collections[0]
    last: str | None = None
    while not done.is_set():
        page = collection.get_manifest(limit=7, version="all", **({"added_after": last} if last else {}))
        for record in page.get("objects", ()):
            seen.append((record["id"], record["version"]))
            last = record["date_added"]
        if not page.get("more"):
            done.wait(0.05)
    root.close()
