"""The clients of the design's table, all at once, while objects are added and the server is killed: each ends with the exact set."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest
import requests
from taxii2client.exceptions import TAXIIServiceException

from tests.clients.drivers import (
    Access,
    AdvancesAddedAfter,
    Client,
    ClockAhead,
    Curl,
    DropsAddedAfter,
    PollsByHeader,
    ResendsEverything,
    StixTimeAsAddedAfter,
    Taxii2Client,
    Version,
)
from tests.support.serving import PASSWORD, ROOT, ServedHub, indicator

CLIENTS: list[Callable[[Access], Client]] = [
    Taxii2Client, DropsAddedAfter, AdvancesAddedAfter, ResendsEverything, PollsByHeader, ClockAhead, StixTimeAsAddedAfter, Curl,
]  # fmt: skip

SOAK = os.environ.get("TEARLINE_SOAK") == "1"
KILLS, ADDED, SECONDS = (20, 3_000, 60) if SOAK else (4, 240, 8)
FIRST = 60

FAILURES = (httpx2.HTTPError, requests.RequestException, subprocess.CalledProcessError, TAXIIServiceException)
"""What a client meets when the server dies under it. Half a page is a failure too: each checks the length, or the JSON."""


@dataclass
class Outcome:
    """What one client came to."""

    newest: dict[str, str] = field(default_factory=dict)
    polls: int = 0
    failures: int = 0


def follow(client: Client, written: threading.Event) -> Outcome:
    """Poll until the writer is done and a whole poll after that has succeeded."""
    outcome = Outcome()
    deadline = time.monotonic() + SECONDS + 120
    while time.monotonic() < deadline:
        is_last = written.is_set()
        count = 0
        try:
            for page in client.poll():
                for name, version in page:
                    outcome.newest[name] = max(version, outcome.newest.get(name, ""))
                count += len(page)
        except FAILURES:
            outcome.failures += 1
            time.sleep(0.05)
            continue
        outcome.polls += 1
        if is_last and not (client.is_paged and count):
            return outcome
        time.sleep(0.02)
    raise AssertionError("the client did not come to an end")


@dataclass
class Run:
    """The whole scenario: one outcome for each client, and what each should have."""

    outcomes: dict[str, Outcome]
    expected: set[Version]
    kills: int


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    curl = shutil.which("curl") or pytest.fail("curl is not installed: it is one of the clients")
    written = threading.Event()
    objects = [indicator(number) for number in range(FIRST)]
    with ServedHub(tmp_path_factory.mktemp("clients") / "hub", objects) as hub, ThreadPoolExecutor(len(CLIENTS)) as pool:
        access = Access(hub.url, "reader", PASSWORD, hub.token, hub.collection, curl)
        following = {make.__name__: pool.submit(follow, make(access), written) for make in CLIENTS}
        with writing(hub) as writer:
            for _ in range(KILLS):
                time.sleep(SECONDS / KILLS / 2)
                hub.kill()
                time.sleep(0.1)
                hub.start()
            assert writer.wait(SECONDS + 60) == 0
        written.set()
        outcomes = {name: future.result(SECONDS + 180) for name, future in following.items()}
        yield Run(outcomes, hub.latest(), KILLS)


def writing(hub: ServedHub) -> subprocess.Popen[bytes]:
    arguments = [str(hub.views), str(hub.number), str(FIRST), str(ADDED), str(SECONDS)]
    return subprocess.Popen([sys.executable, "-m", "tests.clients.writer", *arguments], cwd=ROOT)


@pytest.mark.parametrize("name", [make.__name__ for make in CLIENTS])
def test_every_client_ends_with_the_exact_set(run: Run, name: str) -> None:
    outcome = run.outcomes[name]
    assert set(outcome.newest.items()) == run.expected
    assert len(outcome.newest) == FIRST + ADDED
    assert outcome.polls > 0


def test_the_clients_met_the_kills(run: Run) -> None:
    """Or else the test above has shown little."""
    assert sum(outcome.failures for outcome in run.outcomes.values()) >= run.kills


def test_a_next_that_leaks_into_another_collection_is_400(tmp_path: Path) -> None:
    """The OpenCTI connector never clears its `next`."""
    from pipeline.clock import system_clock
    from pipeline.store.view_writer import ViewWriter

    with ServedHub(tmp_path / "hub", [indicator(number) for number in range(12)], default_limit=5) as hub:
        writer = ViewWriter(hub.views, system_clock)
        other = "00000000-0000-4000-8000-0000000000aa"
        writer.ensure_collection(other, "reader", "Another", "another")
        writer.close()
        with httpx2.Client(base_url=hub.url, auth=("reader", PASSWORD), trust_env=False, timeout=20) as client:
            token = client.get(hub.objects_path).json()["next"]
            assert client.get(hub.objects_path, params={"next": token}).status_code == 200
            assert client.get(f"/tearline/collections/{other}/objects/", params={"next": token}).status_code == 400
