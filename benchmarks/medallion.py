"""medallion 3.0.0, the reference server of TAXII 2.1, as its own documentation runs it, with its memory backend.

It wants other versions of libraries than ours, so it gets an environment of its own in a temporary folder, made by uv.
"""

from __future__ import annotations

import base64
import json
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.content import indicators
from benchmarks.walker import Client

RELEASE = "medallion==3.0.0"
BASIC = "Basic " + base64.b64encode(b"reader:password").decode()
COLLECTION = "365fed99-08fa-4fdc-a1b3-fb247eb41d01"
OBJECTS = f"/api/collections/{COLLECTION}/objects/"
ENVELOPE = 1_000
"""Objects in one POST, as in the published figures."""

_DATA = {
    "discovery": {"title": "medallion", "default": "/api/", "api_roots": ["/api/"]},
    "api": {
        "information": {"title": "api", "versions": ["application/taxii+json;version=2.1"], "max_content_length": 100_000_000},
        "status": [],
        "collections": [
            {
                "id": COLLECTION, "title": "Benchmark", "can_read": True, "can_write": True,
                "media_types": ["application/stix+json;version=2.1"], "manifest": [], "objects": [],
            }
        ],
    },
}  # fmt: skip


@contextmanager
def environment() -> Iterator[Path]:
    """Install it; gives the folder with its commands."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "medallion"
        uv = Path(sys.executable).with_name("uv")
        subprocess.run([uv, "venv", "-q", folder], check=True)
        subprocess.run([uv, "pip", "install", "-q", "--python", folder / "bin" / "python", RELEASE], check=True)
        yield folder / "bin"


@contextmanager
def serving(commands: Path) -> Iterator[str]:
    """Start it empty; gives its base URL."""
    with tempfile.TemporaryDirectory() as name, socket.socket() as probe:
        data, config = Path(name) / "data.json", Path(name) / "config.json"
        data.write_text(json.dumps(_DATA))
        backend = {"module": "medallion.backends.memory_backend", "module_class": "MemoryBackend", "filename": str(data)}
        config.write_text(json.dumps({"backend": backend, "users": {"reader": "password"}, "taxii": {"max_page_size": 1000}}))
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        command = [commands / "medallion", "--port", str(port), "--log-level", "CRITICAL", config]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            try:
                _wait(port)
                yield f"http://127.0.0.1:{port}"
            finally:
                process.terminate()
                process.wait(10)


def fill(client: Client, count: int) -> float:
    """POST so many indicators; returns seconds."""
    bodies = list(indicators(count))
    started = time.perf_counter()
    for begin in range(0, count, ENVELOPE):
        client.ask(OBJECTS, b'{"objects":[' + b",".join(bodies[begin : begin + ENVELOPE]) + b"]}")
    return time.perf_counter() - started


def _wait(port: int) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return
