"""Load on an HTTP server, from `wrk`: a compiled generator, so that the client is not what is measured.

It is the Debian package `wrk` (apt-get install wrk), and in most other distributions too.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple

SCRIPTS = Path(__file__).parent / "wrk"


class Figures(NamedTuple):
    """What one run of wrk measured; times in milliseconds."""

    requests: int
    seconds: float
    bytes: int
    p50: float
    p95: float
    p99: float
    max: float
    failed: int
    not_2xx: int

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds


def available() -> bool:
    """Whether wrk is installed."""
    return shutil.which("wrk") is not None


def measure(script: str, url: str, arguments: list[str], connections: int, seconds: int) -> Figures:
    """Run one of the scripts of `benchmarks/wrk`, one thread for each connection."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write((SCRIPTS / f"{script}.lua").read_text() + (SCRIPTS / "report.lua").read_text())
        file.flush()
        options = [f"-t{connections}", f"-c{connections}", f"-d{seconds}s", "--timeout", "20s", "-s", file.name]
        done = subprocess.run(["wrk", *options, url, "--", *arguments], check=True, capture_output=True, text=True)
    figures = Figures(**json.loads(done.stdout.splitlines()[-1]))
    if figures.failed or figures.not_2xx:
        message = f"wrk {script}: {figures.failed} requests failed, {figures.not_2xx} were refused"
        raise RuntimeError(message)
    return figures
