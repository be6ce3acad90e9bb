"""taxii2-client as a producer: add_objects with its wait, reading back, delete; the server is killed in between."""

from __future__ import annotations

import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from taxii2client.common import TokenAuth
from taxii2client.v21 import Collection, Server, as_pages

from tests.conformance.our_server import collection_ids, make, serving, user
from tests.support.serving import ROOT, free_port

HOUR = "2026-01-01T00:00:00.000Z"


def indicators(count: int) -> list[dict[str, str]]:
    return [
        {
            "type": "indicator", "spec_version": "2.1", "id": f"indicator--{uuid.uuid4()}", "created": HOUR, "modified": HOUR,
            "valid_from": HOUR, "pattern_type": "stix", "pattern": f"[domain-name:value = 'pushed{uuid.uuid4().hex[:12]}.example']",
        }
        for _ in range(count)
    ]  # fmt: skip


class Pushing:
    """A hub that runs, a server that can be killed, and taxii2-client as the partner who writes."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = make(folder, free_port())
        self.token = user(folder, "writer").headers["Authorization"].partition(" ")[2]
        self._stack = stack
        self._server = ExitStack()
        stack.callback(lambda: self._server.close())
        self.start()
        command = [sys.executable, "-m", "pipeline.cli", "run", "--dir", str(folder)]
        log = stack.enter_context((folder / "run.log").open("w"))
        hub = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
        stack.callback(lambda: (hub.terminate(), hub.wait(30)))

    def start(self) -> None:
        self.url, self._process = self._server.enter_context(serving(self.folder))

    def kill_and_restart(self) -> None:
        self._process.kill()
        self._server.close()
        self._server = ExitStack()
        self.start()

    def collection(self, alias: str) -> Collection:
        """As a client finds it: from discovery on."""
        server = Server(f"{self.url}/taxii2/", auth=TokenAuth(self.token))
        self._stack.callback(server.close)
        identifier = collection_ids(self.folder)[alias]
        return next(item for item in server.default.collections if item.id == identifier)

    def readable(self, alias: str) -> set[str]:
        pages = as_pages(self.collection(alias).get_objects, per_request=5)
        return {made["id"] for page in pages for made in page.get("objects", ())}

    def wait_until(self, alias: str, wanted: set[str]) -> set[str]:
        """Publishing comes after intake: what is in the collection, at last."""
        deadline = time.monotonic() + 60
        while not wanted <= (found := self.readable(alias)) and time.monotonic() < deadline:
            time.sleep(0.3)
        return found


@pytest.fixture(scope="module")
def pushing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pushing]:
    with ExitStack() as stack:
        yield Pushing(tmp_path_factory.mktemp("pushing") / "hub", stack)


def test_what_it_adds_is_complete_readable_and_can_be_deleted(pushing: Pushing) -> None:
    objects = indicators(12)
    collection = pushing.collection("both")
    assert (collection.can_read, collection.can_write) == (True, True)
    status = collection.add_objects({"objects": objects}, wait_for_completion=True, poll_interval=0.3, timeout=60)
    assert (status.status, status.total_count, status.success_count, status.failure_count) == ("complete", 12, 12, 0)
    ids = {made["id"] for made in objects}
    assert ids <= pushing.wait_until("both", ids)
    collection.delete_object(objects[0]["id"])
    assert objects[0]["id"] not in pushing.readable("both")
    assert ids - {objects[0]["id"]} <= pushing.readable("both")


def test_a_status_and_its_objects_outlive_the_server(pushing: Pushing) -> None:
    good, bad = indicators(8), {"type": "indicator", "spec_version": "2.1", "id": f"indicator--{uuid.uuid4()}"}
    status = pushing.collection("both").add_objects({"objects": [*good, bad]}, wait_for_completion=False)
    assert status.status == "pending"
    pushing.kill_and_restart()
    status.wait_until_final(poll_interval=0.3, timeout=60)
    assert (status.total_count, status.success_count, status.failure_count) == (9, 8, 1)
    assert [failure["id"] for failure in status.failures] == [bad["id"]]
    ids = {made["id"] for made in good}
    assert ids <= pushing.wait_until("both", ids)


def test_the_same_again_after_a_lost_answer_is_no_failure(pushing: Pushing) -> None:
    envelope = {"objects": indicators(5)}
    collection = pushing.collection("both")
    collection.add_objects(envelope, wait_for_completion=False)
    pushing.kill_and_restart()
    again = collection.add_objects(envelope, wait_for_completion=True, poll_interval=0.3, timeout=60)
    assert (again.success_count, again.failure_count) == (5, 0)
    ids = [made["id"] for made in envelope["objects"]]
    pushing.wait_until("both", set(ids))
    records = [record["id"] for record in collection.get_manifest(limit=1000, version="all")["objects"] if record["id"] in ids]
    assert sorted(records) == sorted(ids)
