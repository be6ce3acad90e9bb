"""A hub whose collections are filled directly, and `tearline serve` over it as a process that can be killed and started again."""

from __future__ import annotations

import base64
import json
import os
import socket
import subprocess
import sys
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson
import yaml

from benchmarks.said import next_json
from pipeline.clock import system_clock
from pipeline.keys import write_keys
from pipeline.store.credentials import CredentialStore
from pipeline.store.sqlite import connect
from pipeline.store.view_writer import ViewWriter
from pipeline.store.views_schema import MIGRATIONS

ROOT = Path(__file__).parents[2]
PASSWORD = "a pass phrase for tests"
NAMESPACE = uuid.UUID("00000000-0000-4000-8000-000000000000")
NO_LIMIT = {"requests_per_second": 0}
Version = tuple[str, str]


def indicator(number: int, modified: str = "2024-01-01T00:00:00.000Z", pad: int = 0) -> bytes:
    """A STIX indicator, always the same for a number and a time."""
    made = {
        "type": "indicator", "spec_version": "2.1", "id": f"indicator--{uuid.uuid5(NAMESPACE, str(number))}",
        "created": "2024-01-01T00:00:00.000Z", "modified": modified, "valid_from": "2024-01-01T00:00:00.000Z",
        "pattern": f"[domain-name:value = 'host{number}.example']", "pattern_type": "stix",
    }  # fmt: skip
    return orjson.dumps(made | ({"description": "x" * pad} if pad else {}))


class ServedHub:
    """One partner, `reader`, with one collection. A context manager that ends the server."""

    def __init__(self, folder: Path, objects: Sequence[bytes] = (), hub: dict[str, Any] | None = None, **server: Any) -> None:
        self.folder = folder
        self.port = free_port()
        self.collection = str(uuid.uuid4())
        self.process: subprocess.Popen[str] | None = None
        self.management: str | None = None
        folder.mkdir(parents=True)
        write_keys(folder / "keys.json", os.urandom)
        settings = {"port": self.port, "rate_limit": NO_LIMIT} | server
        (folder / "tearline.yaml").write_text(yaml.safe_dump({"server": settings} | (hub or {})))
        self.views = folder / "views.db"
        writer = ViewWriter(self.views, system_clock)
        self.number = writer.ensure_collection(self.collection, "reader", "For the reader", "reader-feed")
        writer.import_objects(self.number, objects)
        writer.close()
        credentials = CredentialStore(self.views, system_clock, os.urandom)
        credentials.add_basic("reader", "reader", PASSWORD)
        self.token = credentials.add_token("reader")
        credentials.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def objects_path(self) -> str:
        return f"/tearline/collections/{self.collection}/objects/"

    @property
    def basic(self) -> str:
        return "Basic " + base64.b64encode(f"reader:{PASSWORD}".encode()).decode()

    def start(self) -> None:
        """Returns when the server listens."""
        command = [sys.executable, "-m", "pipeline.cli", "serve", "--dir", str(self.folder), "--json"]
        with (self.folder / "serve.log").open("a") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True)
        said: dict[str, str] = {}
        while "listening" not in said:
            said |= next_json(self.process)
        self.management = said.get("management")

    def kill(self) -> None:
        """SIGKILL: nothing is finished, nothing is flushed."""
        assert self.process is not None
        self.process.kill()
        self._ended()

    def stop(self) -> int:
        """SIGTERM; returns the exit code."""
        assert self.process is not None
        self.process.terminate()
        return self._ended()

    def memory_mb(self) -> float:
        """Resident memory of the server."""
        assert self.process is not None
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS"))

    def latest(self) -> set[Version]:
        """(id, version) of what a partner with everything should have."""
        with connect(self.views, MIGRATIONS, read_only=True) as views:
            return set(views.execute("SELECT object_id, version FROM record_text WHERE collection = ? AND latest = 1", (self.number,)))

    def log(self) -> list[dict[str, Any]]:
        """The lines that the server has logged so far."""
        return [json.loads(line) for line in (self.folder / "serve.log").read_text().splitlines() if line.startswith("{")]

    def __enter__(self) -> ServedHub:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.process is not None:
            self.stop()

    def _ended(self) -> int:
        assert self.process is not None
        code = self.process.wait(20)
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.process = None
        return code


def free_port() -> int:
    """A TCP port that nobody has now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
