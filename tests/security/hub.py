"""A hub that `tearline serve` serves in a process of its own, changed by `tearline partner` while it runs."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx2
import yaml
from typer.testing import CliRunner

from pipeline.cli.main import app
from tests.server.support import TAXII, Collection, Views, indicators
from tests.support.hubs import make_hub

ROOT = Path(__file__).parents[2]
PARTNERS = ("alpha", "beta")


class ServedHub:
    """`settings` are the `server` part of tearline.yaml, `content` its other parts. A context manager that stops the process.

    Without further content each partner has a collection with thirty indicators.
    """

    def __init__(self, folder: Path, partners: Sequence[str] = PARTNERS, content: Mapping[str, Any] | None = None, **settings: Any) -> None:
        self.folder = make_hub(folder / "hub", {}, {name: {} for name in partners})
        (self.folder / "tearline.yaml").write_text(yaml.safe_dump({"server": {"port": 0, **settings}, **(content or {})}))
        self.views = Views(self.folder / "views.db")
        self.collections: dict[str, Collection] = {}
        for number, partner in enumerate(partners if content is None else ()):
            self.collections[partner] = self.views.collection(partner, alias=f"{partner}-feed")
            self.views.put(self.collections[partner], indicators(30, 100 * number))
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> ServedHub:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "pipeline.cli", "serve", "--json", "--dir", str(self.folder)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout is not None
        text = ""
        while not text.endswith("}\n"):
            line = self._process.stdout.readline()
            assert line, "the server did not start"
            text += line
        self.url = json.loads(text)["listening"]
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process is not None
        self._process.terminate()
        self._process.wait(20)
        self.views.sql.close()

    def tearline(self, *words: str) -> Any:
        """What a command prints, which runs in this process while the server is in another."""
        return tearline(self.folder, *words)

    def get(self, partner: str, rest: str = "objects/", **options: Any) -> httpx2.Response:
        """One request for the partner's collection, over a connection of its own."""
        with httpx2.Client(trust_env=False, timeout=20) as client:
            url = f"{self.url}/tearline/collections/{self.collections[partner].id}/{rest}"
            options["headers"] = {"Accept": TAXII} | options.get("headers", {})
            return client.get(url, **options)


def tearline(folder: Path, *words: str) -> Any:
    """The JSON that a command prints."""
    done = CliRunner().invoke(app, [*words, "--dir", str(folder), "--json"], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def within_a_second(holds: Callable[[], bool]) -> None:
    """Assert that something comes true within the second that a change may take."""
    until = time.monotonic() + 1
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.02)
