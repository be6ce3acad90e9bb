"""A hub at work between two polls, and at its next start: what restricts takes effect, what would open by mistake does not."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest
import structlog
from typer.testing import CliRunner

from pipeline import runner
from pipeline.cli.main import app
from pipeline.clock import system_clock
from pipeline.hub import open_hub
from pipeline.runner import Runner
from schemas.errors import ConfigError
from tests.support.hubs import bodies, make_hub, put_objects, run_once, said, write_yaml
from tests.support.objects import indicator, marked
from tests.support.publishing import amend

THING = marked(indicator("thing"), "clear")
OVERLAY = {"id": "law", "version": "1.0.0", "members": ["taker"], "release": {"tlp_max": "clear"}}
BESIDE = marked(indicator("beside"), "green")


@pytest.fixture
def hub(tmp_path: Path) -> Path:
    folder = make_hub(tmp_path / "hub", {"feed": "maker"}, {"taker": {}}, feed_options={"every": "1d"})
    put_objects(folder, "feed", "1.json", [THING, BESIDE])
    return folder


@contextmanager
def at_work(folder: Path) -> Iterator[None]:
    """`tearline run`, in a thread."""
    stop = Event()
    made = Runner(open_hub(folder), system_clock)
    thread = Thread(target=made.forever, args=(stop,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(60)
        made.close()
    assert not thread.is_alive()


def soon(holds: Callable[[], bool]) -> bool:
    """Whether something holds within a minute, which is a thousandth of the time until the next poll."""
    end = time.monotonic() + 60
    while not holds() and time.monotonic() < end:
        time.sleep(0.1)
    return holds()


def in_force(folder: Path) -> set[str]:
    """Indicators that the taker has."""
    if not (folder / "views.db").exists():
        return set()
    return {item["id"] for item in bodies(folder, "taker") if item["type"] == "indicator" and not item.get("revoked")}


def test_what_restricts_does_not_wait_for_the_next_poll(hub: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "LOOK_SECONDS", 0.2)
    both = {THING["id"], BESIDE["id"]}
    with at_work(hub):
        assert soon(lambda: in_force(hub) == both)
        said("recall", THING["id"], "--reason", "by mistake", "--dir", hub)
        assert soon(lambda: in_force(hub) == {BESIDE["id"]})
        amend(hub, "policies", "taker", version="1.1.0", release={"types": ["indicator"], "tlp_max": "clear"})
        assert soon(lambda: in_force(hub) == set())
        said("recall", THING["id"], "--undo", "--dir", hub)
        assert soon(lambda: in_force(hub) == {THING["id"]})
        said("partner", "suspend", "taker", "--dir", hub)
        assert soon(lambda: in_force(hub) == set())


def test_files_that_are_refused_are_named_once_in_the_log_and_change_nothing(hub: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "LOOK_SECONDS", 0.2)
    with structlog.testing.capture_logs() as logs, at_work(hub):
        assert soon(lambda: len(in_force(hub)) == 2)
        write_yaml(hub / "policies" / "taker.yaml", {"recipient": "taker", "version": "1.0.0", "agreements": ["none@1.0.0"]})
        assert soon(lambda: any(item["event"] == "sharing_files_rejected" for item in logs))
        time.sleep(1)
        assert len(in_force(hub)) == 2
    (told,) = [item for item in logs if item["event"] == "sharing_files_rejected"]
    assert any("taker.yaml" in line for line in told["mistakes"])


def test_a_file_that_was_cut_off_under_its_old_version_opens_nothing_at_the_next_start(hub: Path) -> None:
    (hub / "overlays").mkdir()
    write_yaml(hub / "overlays" / "law.yaml", OVERLAY)
    run_once(hub, clock=None)
    assert in_force(hub) == {THING["id"]}
    write_yaml(hub / "overlays" / "law.yaml", {name: OVERLAY[name] for name in ("id", "version", "members")})
    with pytest.raises(ConfigError, match="raise the version"):
        Runner(open_hub(hub), system_clock).once(Event())
    with pytest.raises(ConfigError, match="raise the version"):
        said("plan", "--dir", hub)
    told = CliRunner().invoke(app, ["check", "--dir", str(hub)]).output
    assert "raise the version" in " ".join(told.split())
    assert in_force(hub) == {THING["id"]}
    write_yaml(hub / "overlays" / "law.yaml", {**OVERLAY, "version": "1.1.0", "release": {"tlp_max": "green"}})
    run_once(hub, clock=None)
    assert in_force(hub) == {THING["id"], BESIDE["id"]}
