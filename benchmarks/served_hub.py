"""A hub of so many published objects, and `tearline serve` over it in a process of its own, as an operator starts it."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import yaml

from benchmarks.content import indicators
from benchmarks.said import next_json
from pipeline.clock import system_clock
from pipeline.keys import write_keys
from pipeline.store.credentials import CredentialStore
from pipeline.store.view_writer import ViewWriter
from schemas.ids import keyed_id

PASSWORD = "a pass phrase for measuring"
BASIC = "Basic " + base64.b64encode(f"reader-0:{PASSWORD}".encode()).decode()
COLLECTIONS = "/tearline/collections/"
BLOCK = 10_000

NO_LIMIT = {"requests_per_second": 1_000_000, "burst": 1_000_000}
"""Requests are counted as ever, but none is refused."""

CONFIGURATION = {
    "server": {"port": 0, "rate_limit": NO_LIMIT, "metrics_port": 0},
    "feeds": [{"id": "pushed", "connector": "push", "producer": "reader-0"}],
    "collections": [{"alias": "to-write", "partner": "reader-0", "title": "To write", "feed": "pushed", "read": False}],
}


class Served(NamedTuple):
    """A running server; `objects` is the path of the first recipient's objects, `write` that of the collection to POST to."""

    url: str
    objects: str
    write: str
    process: subprocess.Popen[str]

    def processor_seconds(self) -> float:
        """Processor time that the server has used so far: what a busy machine does not change."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> dict[str, float]:
        """Resident memory in MB, now and at its peak; and without the pages of files, which the system takes back when it wants."""
        found = dict(line.split(":", 1) for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines())
        names = {"now": "VmRSS", "peak": "VmHWM", "own": "RssAnon"}
        return {name: int(found[key].split()[0]) / 1024 for name, key in names.items()}


def write_hub(folder: Path, count: int, recipients: int = 1) -> dict[str, float]:
    """Publish `count` indicators to each recipient; returns seconds, MB of views.db, and MB of the objects' JSON, counted once."""
    folder.mkdir(parents=True)
    write_keys(folder / "keys.json", os.urandom)
    (folder / "tearline.yaml").write_text(yaml.safe_dump(CONFIGURATION))
    views = folder / "views.db"
    started = time.monotonic()
    writer = ViewWriter(views, system_clock)
    numbers = [writer.ensure_collection(collection_id(place), f"reader-{place}", "Benchmark") for place in range(recipients)]
    bodies, size = indicators(count), 0
    while block := list(islice(bodies, BLOCK)):
        size += sum(map(len, block))
        for number in numbers:
            writer.import_objects(number, block)
    writer.close()
    seconds = time.monotonic() - started
    credentials = CredentialStore(views, system_clock, os.urandom)
    credentials.add_basic("reader-0", "reader-0", PASSWORD)
    credentials.close()
    return {"seconds": seconds, "stored_mb": views.stat().st_size / 1e6, "json_mb": size / 1e6}


def collection_id(place: int) -> str:
    """The id of a recipient's collection."""
    identifier = keyed_id("x", b"benchmark", f"collection {place}").partition("--")[2]
    return f"{identifier[:14]}4{identifier[15:]}"


@contextmanager
def serve(folder: Path, *options: str) -> Iterator[Served]:
    """`tearline serve`; its log goes to a file, as it does under a service manager."""
    command = [sys.executable, "-m", "pipeline.cli", "serve", "--dir", str(folder), "--json", *options]
    with (folder / "serve.log").open("w") as log, subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True) as process:
        try:
            said: dict[str, str] = {}
            while "listening" not in said:
                said |= next_json(process)
            url = said["listening"]
            yield Served(url, f"{COLLECTIONS}{collection_id(0)}/objects/", f"{COLLECTIONS}to-write/objects/", process)
        finally:
            process.terminate()
            process.wait(30)
