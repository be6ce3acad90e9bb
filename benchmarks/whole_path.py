"""The whole path on one machine: raw objects to five recipients' views, embedded (SQLite bus and stores, FnApiRunner).

Each size runs in a process of its own, so that peak memory is its own. Two recipients get objects as they are, three get them
minimized, each in its own way.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from threading import Event

import yaml

from benchmarks.content import creator, indicators

RECIPIENTS = {
    "plain-a": {},
    "plain-b": {},
    "cut-a": {"indicator.description": "drop"},
    "cut-b": {"*.created_by_ref": "drop"},
    "cut-c": {"indicator.labels": "drop", "indicator.name": "drop"},
}

AS_WRITTEN = {"profile": "verbatim@1", "attribution": "named"}


def measure(count: int) -> dict[str, float]:
    """Run one size in a child process."""
    done = subprocess.run([sys.executable, "-m", "benchmarks.whole_path", str(count)], check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def write_hub(folder: Path, count: int) -> None:
    """A hub with one file feed of `count` indicators."""
    from pipeline.keys import write_keys

    for name in ("partners", "agreements", "policies", "feed"):
        (folder / name).mkdir()
    write_keys(folder / "keys.json", os.urandom)
    feed = {"id": "feed", "connector": "stix_file", "producer": "maker", "settings": {"path": "feed"}}
    (folder / "tearline.yaml").write_text(yaml.safe_dump({"feeds": [feed]}))
    for name in ("maker", *RECIPIENTS):
        (folder / "partners" / f"{name}.yaml").write_text(yaml.safe_dump({"id": name, "name": name, "kind": "csirt", "communities": ["c"]}))
    agreement = {
        "id": "a", "version": "1.0.0", "parties": ["maker", *RECIPIENTS], "legal_basis": ["x"], "purposes": ["network_defence"],
        "valid_from": "2020-01-01T00:00:00Z", "valid_until": "2090-01-01T00:00:00Z",
    }  # fmt: skip
    (folder / "agreements" / "a.yaml").write_text(yaml.safe_dump(agreement))
    for name, paths in RECIPIENTS.items():
        release = {"types": ["indicator", "identity"], "tlp_max": "green"}
        policy = {
            "recipient": name,
            "version": "1.0.0",
            "agreements": ["a@1.0.0"],
            "release": release,
            "minimize": {**AS_WRITTEN, "paths": paths},
        }
        (folder / "policies" / f"{name}.yaml").write_text(yaml.safe_dump(policy))
    with (folder / "feed" / "objects.json").open("wb") as file:
        file.write(b'{"type":"bundle","id":"bundle--7f1d7f5e-3a57-4f0e-8a53-6a1f0c3b9d21","objects":[' + creator())
        for body in indicators(count):
            file.write(b"," + body)
        file.write(b"]}")


def run(count: int) -> dict[str, float]:
    """Seconds of each stage, and peak memory in MB."""
    from pipeline.clock import system_clock
    from pipeline.hub import open_hub
    from pipeline.observe import configure_logging
    from pipeline.runner import Runner

    configure_logging(as_json=False)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_hub(folder, count)
        marks: dict[str, float] = {}
        started = time.monotonic()

        def progress(stage: str, _name: str, _n: int) -> None:
            marks[stage] = time.monotonic() - started

        runner = Runner(open_hub(folder), system_clock, progress)
        report = runner.once(Event())
        runner.close()
        seconds = time.monotonic() - started
        size = sum(path.stat().st_size for path in folder.glob("*.db"))
    assert all(item.released + item.minimized == count + 1 for item in report.recipients.values()), report
    return {
        "objects": count,
        "seconds": seconds,
        "ingest": marks["ingest"],
        "intake": marks["intake"] - marks["ingest"],
        "release": marks["release"] - marks["intake"],
        "publish": marks["publish"] - marks["release"],
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "stores_mb": size / 1e6,
    }


if __name__ == "__main__":
    print(json.dumps(run(int(sys.argv[1]))))
