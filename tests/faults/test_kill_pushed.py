"""What a partner POSTs is lost nowhere: SIGKILL in the server and in intake, and a log that is read again."""

from __future__ import annotations

import shutil
import signal
import sqlite3
from pathlib import Path
from typing import Any

import httpx2
import pytest

from pipeline.failpoints import PUSH_NAMES
from tests.conformance.our_server import collection_ids, make, serving, user
from tests.conformance.target import TAXII, User, indicator
from tests.faults.conftest import Forge
from tests.support.hubs import Views, contents, read_views

pytestmark = pytest.mark.xdist_group("faults")

GOOD = [indicator(number) for number in range(700)]
BAD = [{key: value for key, value in indicator(number).items() if key != "pattern"} for number in range(900, 903)]
SERVER = [name for name in PUSH_NAMES if name.startswith("push.")]
INTAKE = [name for name in PUSH_NAMES if name.startswith("settle.")]


class Pushed:
    """A hub with one envelope on its log: 703 objects in two messages."""

    def __init__(self, folder: Path) -> None:
        self.folder = make(folder)
        self.path = f"/tearline/collections/{collection_ids(folder)['both']}/objects/"
        with serving(folder) as (url, _):
            self.user = user(folder, "writer")
            self.status = post(url, self.path, self.user, [*GOOD, *BAD])

    def copy(self, folder: Path) -> Path:
        shutil.copytree(self.folder, folder)
        return folder


def post(url: str, path: str, who: User, objects: list[Any]) -> str:
    answer = httpx2.post(
        f"{url}{path}", json={"objects": objects}, headers={**who.headers, "Content-Type": TAXII}, trust_env=False, timeout=30
    )
    assert answer.status_code == 202
    identifier: str = answer.json()["id"]
    return identifier


def status_of(folder: Path, who: User, identifier: str) -> dict[str, Any]:
    with serving(folder) as (url, _):
        answer = httpx2.get(f"{url}/tearline/status/{identifier}/", headers=dict(who.headers), trust_env=False, timeout=30)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


@pytest.fixture(scope="module")
def pushed(tmp_path_factory: pytest.TempPathFactory) -> Pushed:
    return Pushed(tmp_path_factory.mktemp("pushed") / "hub")


@pytest.fixture(scope="module")
def expected(pushed: Pushed, forge: Forge, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Views]:
    """The hub after a run in which nothing happens."""
    folder = pushed.copy(tmp_path_factory.mktemp("unfaulted") / "hub")
    assert forge(folder, "")["signal"] == 0
    return folder, read_views(folder)


def test_it_reaches_other_partners_under_policy_and_the_status_counts_right(pushed: Pushed, expected: tuple[Path, Views]) -> None:
    folder, views = expected
    found = status_of(folder, pushed.user, pushed.status)
    assert (found["status"], found["total_count"]) == ("complete", 703)
    assert (found["success_count"], found["failure_count"], found["pending_count"]) == (700, 3, 0)
    assert {item["message"] for item in found["failures"]} == {"missing-property"}
    assert {item["id"] for item in found["failures"]} == {made["id"] for made in BAD}
    assert {row[1] for row in views["other"]} == {made["id"] for made in GOOD}


@pytest.mark.parametrize("name", INTAKE)
@pytest.mark.parametrize("hit", [1, 2])
def test_killed_while_the_status_is_settled(
    name: str, hit: int, pushed: Pushed, expected: tuple[Path, Views], forge: Forge, tmp_path: Path
) -> None:
    folder = pushed.copy(tmp_path / "hub")
    died = forge(folder, f"{name}:{hit}")["signal"] == signal.SIGKILL
    assert died or hit > 1, "a failpoint that is never reached tests nothing"
    assert forge(folder, "")["signal"] == 0
    assert contents(read_views(folder)) == contents(expected[1])
    assert statuses(folder) == statuses(expected[0])


@pytest.mark.parametrize("name", SERVER)
def test_killed_while_an_envelope_is_taken(name: str, pushed: Pushed, expected: tuple[Path, Views], forge: Forge, tmp_path: Path) -> None:
    """The client has no answer, so it sends the envelope again; what was on the log by then is found known."""
    folder = pushed.copy(tmp_path / "hub")
    more = [indicator(number) for number in range(1000, 1010)]
    with serving(folder, name) as (url, process):
        with pytest.raises(httpx2.TransportError):
            post(url, pushed.path, pushed.user, more)
        assert process.wait(10) == -signal.SIGKILL
    with serving(folder) as (url, _):
        again = post(url, pushed.path, pushed.user, more)
    assert forge(folder, "")["signal"] == 0
    found = status_of(folder, pushed.user, again)
    assert (found["status"], found["success_count"]) == ("complete", 10)
    assert {row[1] for row in read_views(folder)["other"]} == {made["id"] for made in [*GOOD, *more]}
    for _, rows in statuses(folder):
        assert rows == 0, "an envelope stays pending for ever"


def test_the_log_read_again_changes_nothing(expected: tuple[Path, Views], forge: Forge, tmp_path: Path) -> None:
    folder = tmp_path / "hub"
    shutil.copytree(expected[0], folder)
    before, known = read_views(folder), statuses(folder)
    with sqlite3.connect(folder / "catalogue.db") as catalogue:
        assert catalogue.execute("DELETE FROM cursor WHERE name = 'pushed'").rowcount == 1
    catalogue.close()
    assert forge(folder, "")["signal"] == 0
    assert read_views(folder) == before
    assert statuses(folder) == known


def statuses(folder: Path) -> list[tuple[int, int]]:
    """(objects, objects pending) of each envelope."""
    database = sqlite3.connect(folder / "statuses.db")
    try:
        return database.execute(
            "SELECT total, total - coalesce((SELECT sum(succeeded + failed) FROM part WHERE push = push.id), 0) FROM push ORDER BY id"
        ).fetchall()
    finally:
        database.close()
