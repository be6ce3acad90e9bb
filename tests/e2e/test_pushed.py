"""What a partner POSTs, with the hub and its server at work as they are in production."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import httpx2
import pytest

from tests.conformance.our_server import collection_ids, make, serving, user
from tests.conformance.target import TAXII, indicator

PATIENCE = 60.0


@pytest.mark.slow
def test_a_hub_at_work_takes_in_what_is_posted_and_passes_it_on(tmp_path: Path) -> None:
    folder = make(tmp_path / "hub")
    objects = [indicator(number) for number in range(20)]
    with serving(folder) as (url, _):
        sender, receiver = user(folder, "writer"), user(folder, "other")
        command = [sys.executable, "-m", "pipeline.cli", "run", "--json", "--dir", str(folder)]
        with (folder / "run.log").open("w") as log:
            hub = subprocess.Popen(command, env=os.environ, stdout=log, stderr=log)
        try:
            path = f"{url}/tearline/collections/{collection_ids(folder)['both']}/objects/"
            with httpx2.Client(trust_env=False, timeout=20, headers={**sender.headers, "Content-Type": TAXII}) as client:
                status = client.post(path, json={"objects": objects}).json()
                deadline = time.monotonic() + PATIENCE
                while status["status"] == "pending" and time.monotonic() < deadline:
                    time.sleep(0.2)
                    status = client.get(f"{url}/tearline/status/{status['id']}/").json()
                assert (status["status"], status["success_count"]) == ("complete", 20), (folder / "run.log").read_text()[-2000:]
                while time.monotonic() < deadline:
                    answer = httpx2.get(
                        f"{url}/tearline/collections/other/objects/?limit=50", headers=dict(receiver.headers), trust_env=False
                    )
                    received = {made["id"] for made in answer.json().get("objects", [])}
                    if len(received) == len(objects):
                        break
                    time.sleep(0.2)
                assert received == {made["id"] for made in objects}
        finally:
            hub.terminate()
            assert hub.wait(30) == 0
