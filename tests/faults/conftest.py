"""The forge: a warm process that runs hubs in children."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.hubs import CLOCK

Forge = Callable[[Path, str], dict[str, Any]]


@pytest.fixture(scope="session")
def forge() -> Iterator[Forge]:
    """A function (folder, failpoint) -> {"signal", "report"}."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.forge"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TEARLINE_CLOCK": CLOCK},
        cwd=Path(__file__).parents[2],
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert json.loads(process.stdout.readline())["ready"]

    def run(folder: Path, failpoint: str) -> dict[str, Any]:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps({"folder": str(folder), "failpoint": failpoint}) + "\n")
        process.stdin.flush()
        found: dict[str, Any] = json.loads(process.stdout.readline())
        return found

    yield run
    process.stdin.close()
    process.wait(30)
