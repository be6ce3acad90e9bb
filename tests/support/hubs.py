"""Hubs for tests: a folder with partners, one agreement, policies and file feeds, and ways to run and read it."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import structlog
import yaml
from typer.testing import CliRunner

from pipeline.keys import write_keys

CLOCK = "2026-06-01T12:00:00+00:00"
"""Runs that are to be compared byte for byte all happen at this moment."""

OPEN = {"types": ["indicator", "malware", "relationship", "identity", "report", "sighting", "note", "domain-name", "ipv4-addr", "url"]}

Views = dict[str, list[tuple[int, str, str, str]]]
"""recipient -> (date_added, id, version, digest of the bytes), in order of date_added."""


def make_hub(
    folder: Path,
    feeds: Mapping[str, str],
    recipients: Mapping[str, Mapping[str, Any]],
    *,
    settings: Mapping[str, Any] | None = None,
    unmarked: str = "clear",
    feed_options: Mapping[str, Any] | None = None,
) -> Path:
    """A hub whose `feeds` (id -> producer) read the folder of their name, and whose `recipients` have the given policy parts."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("partners", "agreements", "policies"):
        (folder / name).mkdir(exist_ok=True)
    if not (folder / "keys.json").exists():
        write_keys(folder / "keys.json", lambda size: hashlib.sha256(b"k").digest()[:size])
    producers = sorted(set(feeds.values()))
    configured = []
    for feed, producer in feeds.items():
        (folder / feed).mkdir(exist_ok=True)
        options = dict(feed_options or {})
        configured.append(
            {"id": feed, "connector": "stix_file", "producer": producer, "unmarked_as": unmarked, "settings": {"path": feed}, **options}
        )
    write_yaml(folder / "tearline.yaml", {**(settings or {}), "feeds": configured})
    for name in (*producers, *recipients):
        write_yaml(folder / "partners" / f"{name}.yaml", {"id": name, "name": name.title(), "kind": "csirt", "communities": ["forum"]})
    agreement = {
        "id": "agr",
        "version": "1.0.0",
        "parties": [*producers, *recipients],
        "legal_basis": ["gdpr-6-1-f"],
        "purposes": ["network_defence"],
        "valid_from": "2020-01-01",
        "valid_until": "2090-01-01",
        "unmarked": [{"producer": producer, "tlp": unmarked} for producer in producers],
    }
    signed = write_version(folder / "agreements" / "agr.yaml", agreement)
    for name, parts in recipients.items():
        policy = {"recipient": name, "version": "1.0.0", "agreements": [f"agr@{signed}"], "release": {**OPEN, "tlp_max": "green"}, **parts}
        policy["minimize"] = {"profile": "verbatim@1", "attribution": "named", **parts.get("minimize", {})}
        write_version(folder / "policies" / f"{name}.yaml", policy)
    return folder


def write_version(path: Path, content: Mapping[str, Any]) -> str:
    """Write a sharing file that has a version; where it stands there and says something else, under the next version. Returns that."""
    version: str = content["version"]
    if path.exists():
        before = yaml.safe_load(path.read_text())
        version = before["version"]
        if {**before, "version": ""} != {**content, "version": ""}:
            major, minor, patch = version.split(".")
            version = f"{major}.{minor}.{int(patch) + 1}"
    write_yaml(path, {**content, "version": version})
    return version


def write_yaml(path: Path, content: Mapping[str, Any]) -> None:
    """Write a mapping as YAML."""
    path.write_text(yaml.safe_dump(dict(content), sort_keys=False))


def put_objects(folder: Path, feed: str, name: str, objects: Iterable[Mapping[str, Any] | bytes]) -> None:
    """Write objects as a bundle into a feed's folder."""
    bodies = [item if isinstance(item, bytes) else json.dumps(item).encode() for item in objects]
    head = b'{"type":"bundle","id":"bundle--7f1d7f5e-3a57-4f0e-8a53-6a1f0c3b9d21","objects":['
    (folder / feed / name).write_bytes(head + b",".join(bodies) + b"]}")


def said(*arguments: str | Path, clock: str | None = None) -> str:
    """What a command writes; in this process, since each one of its own takes seconds to begin."""
    from pipeline.cli.main import app

    with logs_as_they_were():
        done = CliRunner().invoke(app, [str(item) for item in arguments], catch_exceptions=False, env={"TEARLINE_CLOCK": clock})
    assert done.exit_code == 0, done.stderr
    return done.stdout


@contextmanager
def logs_as_they_were() -> Iterator[None]:
    """A command sends all logs to its own standard error, which is closed when it ends."""
    root = logging.getLogger()
    ours, handlers, level = structlog.get_config(), root.handlers[:], root.level
    try:
        yield
    finally:
        structlog.configure(**ours)
        root.handlers[:] = handlers
        root.setLevel(level)


def run_once(folder: Path, *, clock: str | None = CLOCK) -> dict[str, Any]:
    """The report of `tearline run --once`."""
    report: dict[str, Any] = json.loads(said("run", "--once", "--json", "--dir", folder, clock=clock))
    return report


def run_apart(folder: Path, *, failpoint: str = "", clock: str | None = CLOCK) -> dict[str, Any]:
    """The same in a process of its own; {} where it was killed at the failpoint."""
    environment = {**os.environ, "TEARLINE_FAILPOINT": failpoint}
    if clock is not None:
        environment["TEARLINE_CLOCK"] = clock
    command = [sys.executable, "-m", "pipeline.cli", "run", "--once", "--json", "--dir", str(folder)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=240, check=False)
    if not failpoint:
        assert done.returncode == 0, done.stderr
    return json.loads(done.stdout) if done.stdout.startswith("{") else {}


def read_views(folder: Path) -> Views:
    """What each recipient's collection holds, in order of date_added."""
    found: Views = {}
    path = folder / "views.db"
    if not path.exists():
        return found
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        for partner, seq, identifier, version, body in connection.execute(
            "SELECT partner, seq, object_id, version, bytes FROM record_text record JOIN collection ON collection.no = record.collection"
            " JOIN body ON body.no = record.body ORDER BY partner, seq"
        ):
            found.setdefault(partner, []).append((seq, identifier, version, hashlib.sha256(body).hexdigest()))
    finally:
        connection.close()
    return found


def contents(views: Views) -> dict[str, set[tuple[str, str, str]]]:
    """The same without date_added: what the promise is about."""
    return {partner: {row[1:] for row in rows} for partner, rows in views.items()}


def bodies(folder: Path, recipient: str) -> list[dict[str, Any]]:
    """The newest version of each object that a recipient holds."""
    connection = sqlite3.connect(f"file:{folder / 'views.db'}?mode=ro", uri=True)
    try:
        rows: Sequence[tuple[bytes]] = connection.execute(
            "SELECT bytes FROM record_text record JOIN collection ON collection.no = record.collection JOIN body ON body.no = record.body"
            " WHERE partner = ? AND latest = 1 ORDER BY seq",
            (recipient,),
        ).fetchall()
    finally:
        connection.close()
    return [json.loads(body) for (body,) in rows]


def assert_sums(report: Mapping[str, Any]) -> None:
    """received + derived = accepted + duplicates + new_versions + sum(quarantined), for every feed."""
    for name, feed in report["feeds"].items():
        outcomes = feed["accepted"] + feed["duplicates"] + feed["new_versions"] + sum(feed["quarantined"].values())
        assert feed["received"] + feed["derived"] == outcomes, (name, feed)
