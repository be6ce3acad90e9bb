"""One server for the tests of this folder, and what they need to know of the machine."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.support.serving import ServedHub, indicator

SOAK = os.environ.get("TEARLINE_SOAK") == "1"

soak = pytest.mark.skipif(not SOAK, reason="takes minutes: set TEARLINE_SOAK=1")


@pytest.fixture(scope="package")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedHub]:
    """Forty thousand objects of one partner, 12 MB."""
    objects = [indicator(number) for number in range(40_000)]
    with ServedHub(tmp_path_factory.mktemp("load") / "hub", objects, metrics_port=0) as made:
        yield made


@pytest.fixture(autouse=True)
def _the_server_survives(hub: ServedHub) -> Iterator[None]:
    """Whatever a test did: the same process still answers, nothing failed inside, and its memory is bounded."""
    process = hub.process
    yield
    assert process is not None
    assert process.poll() is None
    assert not [line for line in hub.log() if line["event"] == "failed"]
    assert hub.memory_mb() < 400
