"""The default target: a hub made for the occasion, with `tearline serve` over it in a process of its own."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from pipeline.collections import collection_specs
from pipeline.hub import open_hub
from pipeline.store.credentials import CredentialStore
from tests.conformance.target import READ, VERSIONS, Json, Target, User, write_dated
from tests.support.hubs import make_hub, run_apart

LIMITS = {"default_limit": 5, "max_limit": 50, "max_content_length": 1_000_000, "rate_limit": {"requests_per_second": 0}}

COLLECTIONS: list[dict[str, Any]] = [
    {"alias": "read", "partner": "reader", "title": "To read", "description": "Twelve indicators"},
    {"alias": "versions", "partner": "reader", "title": "Several versions"},
    {"alias": "empty", "partner": "reader", "title": "Nothing yet"},
    {"alias": "second", "root": "exchange", "partner": "reader", "title": "In another API root"},
    {"alias": "both", "partner": "writer", "title": "To read and write", "feed": "writer-push"},
    {"alias": "write", "partner": "writer", "title": "To write", "feed": "writer-push", "read": False},
    {"alias": "everybody", "partner": "open", "title": "For everybody", "public": True},
]


def make(folder: Path, port: int = 0) -> Path:
    """A hub whose partner `reader` has seeded collections, and whose partner `writer` may POST and read what it POSTed."""
    make_hub(
        folder,
        {},
        {
            "writer": {"release": {"types": TYPES, "tlp_max": "green", "own_objects": True}},
            "other": {"release": {"types": TYPES, "tlp_max": "green"}},
            "open": {"release": {"types": TYPES, "tlp_max": "clear"}},
        },
    )
    configuration = yaml.safe_load((folder / "tearline.yaml").read_text())
    configuration["server"] = {"port": port, **LIMITS}
    configuration["feeds"] = [{"id": "writer-push", "connector": "push", "producer": "writer", "unmarked_as": "clear"}]
    configuration["api_roots"] = [{"name": "exchange", "title": "Exchange", "description": "Another API root"}]
    configuration["collections"] = COLLECTIONS
    (folder / "tearline.yaml").write_text(yaml.safe_dump(configuration, sort_keys=False))
    (folder / "partners" / "reader.yaml").write_text(yaml.safe_dump({"id": "reader", "name": "Reader", "kind": "csirt"}))
    agreement = yaml.safe_load((folder / "agreements" / "agr.yaml").read_text())
    agreement["unmarked"] = [{"producer": "writer", "tlp": "clear"}]
    (folder / "agreements" / "agr.yaml").write_text(yaml.safe_dump(agreement, sort_keys=False))
    return folder


TYPES = ["indicator", "malware", "identity", "ipv4-addr", "domain-name"]


@contextmanager
def serving(folder: Path, failpoint: str = "") -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """`tearline serve` over a hub: its base URL and its process."""
    command = [sys.executable, "-m", "pipeline.cli", "serve", "--json", "--dir", str(folder)]
    environment = {**os.environ, "TEARLINE_FAILPOINT": failpoint}
    with (folder / "serve.log").open("a") as log:
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=log, text=True)
    assert process.stdout is not None
    try:
        said = "".join(iter(process.stdout.readline, "}\n")) + "}"
        yield json.loads(said)["listening"], process
    finally:
        process.terminate()
        process.wait(20)
        process.stdout.close()


def user(folder: Path, partner: str) -> User:
    """A new token of a partner."""
    store = CredentialStore(folder / "views.db", lambda: datetime.now(UTC), os.urandom)
    try:
        return User({"Authorization": f"Bearer {store.add_token(partner)}"})
    finally:
        store.close()


def collection_ids(folder: Path) -> dict[str, str]:
    """Alias -> id of the configured collections."""
    hub = open_hub(folder)
    return {spec.alias: spec.id for spec in collection_specs(hub.configuration, hub.keys)}


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        found: int = probe.getsockname()[1]
    return found


def process(folder: Path) -> Json:
    """Take in what was POSTed, release and publish."""
    return run_apart(folder, clock=None)


@contextmanager
def our_target(folder: Path) -> Iterator[Target]:
    """The whole of it, seeded."""
    make(folder, free_port())
    ids = collection_ids(folder)

    def seed(role: str, objects: Sequence[tuple[str, Json]]) -> None:
        path = folder / f"{role}.jsonl"
        write_dated(path, objects)
        command = [sys.executable, "-m", "pipeline.cli", "seed", ids[role], str(path), "--dir", str(folder)]
        subprocess.run(command, check=True, capture_output=True, text=True)

    seed("read", READ)
    seed("versions", VERSIONS)
    with ExitStack() as stack:
        url, _ = stack.enter_context(serving(folder))

        def restart() -> None:
            stack.close()
            stack.enter_context(serving(folder))

        yield Target(
            base_url=url,
            root="/tearline/",
            collections=ids,
            aliases={alias: alias for alias in ids},
            reader=user(folder, "reader"),
            writer=user(folder, "writer"),
            seed=seed,
            process=lambda: process(folder) and None,
            restart=restart,
            second_root="/exchange/",
            public="everybody",
            max_content_length=LIMITS["max_content_length"],
        )
