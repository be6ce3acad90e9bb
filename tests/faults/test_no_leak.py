"""No value of a feed, and no secret, stands in logs, reports, topic names or headers, whatever goes wrong with it."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

from pipeline.store.audit_entries import read_entries
from tests.support.hubs import make_hub, put_objects

CANARY = "canary-q7k3x9"


def test_a_canary_in_every_place_of_good_and_bad_objects_is_never_in_logs_or_names(tmp_path: Path) -> None:
    folder = make_hub(tmp_path / "hub", {"feed": "alpha"}, {"open": {}, "cut": {"minimize": {"paths": {"*.description": "drop"}}}})
    good: dict[str, Any] = {
        "type": "indicator",
        "spec_version": "2.1",
        "id": "indicator--0c7b5b88-8ff7-4a4d-aa9d-feb398cd0061",
        "name": CANARY,
        "created": "2026-01-01T00:00:00.000Z",
        "modified": "2026-01-01T00:00:00.000Z",
        "valid_from": "2026-01-01T00:00:00Z",
        "pattern": f"[domain-name:value = '{CANARY}.example']",
        "pattern_type": "stix",
        "description": CANARY,
        f"x_{CANARY}": CANARY,
    }
    bad: list[dict[str, Any]] = [
        {**good, "id": CANARY},
        {**good, "id": good["id"], "confidence": CANARY},
        {**good, "modified": CANARY, "id": "indicator--1c7b5b88-8ff7-4a4d-aa9d-feb398cd0061"},
        {**good, "type": CANARY},
        {**good, "extensions": {CANARY: CANARY}, "id": "indicator--2c7b5b88-8ff7-4a4d-aa9d-feb398cd0061"},
        {**good, "name": "another", "labels": [CANARY]},
    ]
    put_objects(folder, "feed", "a.json", [good, *bad, f'{{"type":"{CANARY}'.encode()])
    command = [sys.executable, "-m", "pipeline.cli", "run", "--dir", str(folder)]
    environment = {**os.environ, "TEARLINE_SERVER__PORT": "0"}
    once = subprocess.run([*command, "--once", "--json"], capture_output=True, text=True, env=environment, timeout=120, check=True)
    report = json.loads(once.stdout)
    assert sum(report["feeds"]["feed"]["quarantined"].values()) == len(bad) + 1
    assert CANARY not in once.stdout + once.stderr
    with sqlite3.connect(folder / "bus.db") as bus:
        assert CANARY not in str(bus.execute("SELECT topic FROM partitions").fetchall())
        assert CANARY not in str(bus.execute("SELECT key, headers FROM messages").fetchall())
    with sqlite3.connect(folder / "catalogue.db") as catalogue:
        assert CANARY not in str(catalogue.execute("SELECT reason, path FROM quarantine").fetchall())
        assert CANARY not in str(catalogue.execute("SELECT name, value FROM cursor").fetchall())
    with sqlite3.connect(folder / "views.db") as views:
        rules = views.execute("SELECT policy, agreements, entries FROM audit").fetchall()
        assert CANARY not in str([(policy, agreements, read_entries(entries)) for policy, agreements, entries in rules])
