"""What waits for a person: listed and shown, and never let go by time."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.audit import audit
from pipeline.cli.main import app
from pipeline.held import list_held, show_held
from pipeline.hub import open_hub
from schemas.errors import ConfigError
from tests.support.hubs import bodies, make_hub
from tests.support.objects import indicator, malware
from tests.support.publishing import NOW, amend, publish, take

NAMED = indicator("named", name="for a person to look at")
PLAIN = malware("plain")


@pytest.fixture
def hub(tmp_path: Path) -> Path:
    """A hub whose guest gets indicators with a name only after somebody has looked at them, and whose taker gets everything."""
    guest = {"minimize": {"paths": {"indicator.name": "hold_for_review"}}}
    make_hub(tmp_path, {"maker-feed": "maker"}, {"taker": {}, "guest": guest})
    take(tmp_path, [(NAMED, "maker"), (PLAIN, "maker")])
    publish(tmp_path)
    return tmp_path


def test_what_waits_is_listed_with_its_sources(hub: Path) -> None:
    (found,) = list_held(open_hub(hub))
    assert (found.recipient, found.reason, found.type) == ("guest", "held-by-policy", "indicator")
    assert found.sources == [f"maker: {NAMED['id']}"]
    assert found.since == "2026-07-01T12:00:00.000Z"


def test_it_can_be_narrowed(hub: Path) -> None:
    assert list_held(open_hub(hub), "taker") == []
    assert len(list_held(open_hub(hub), "guest", "held-by-policy")) == 1
    assert list_held(open_hub(hub), reason="held-text") == []
    with pytest.raises(ConfigError, match="holds nothing back"):
        list_held(open_hub(hub), reason="too-old")


def test_what_waits_is_not_in_the_view(hub: Path) -> None:
    assert [value["type"] for value in bodies(hub, "guest")] == ["malware"]


def test_it_is_shown_as_it_came_with_the_place_that_holds_it(hub: Path) -> None:
    (listed,) = list_held(open_hub(hub))
    found = show_held(open_hub(hub), open_hub(hub).read_sharing_files(), listed.handle, "guest", NOW)
    (source,) = found.found
    assert (source.producer, source.outcome, source.place) == ("maker", "held-by-policy", "indicator.name")
    assert source.object == NAMED


def test_no_time_lets_it_go(hub: Path) -> None:
    publish(hub, NOW + timedelta(days=3650))
    assert [item.reason for item in list_held(open_hub(hub))] == ["held-by-policy"]


def test_a_policy_that_no_longer_holds_it_does(hub: Path) -> None:
    amend(hub, "policies", "guest", version="1.0.1", minimize={"profile": "verbatim@1", "attribution": "named"})
    publish(hub)
    assert list_held(open_hub(hub)) == []
    assert NAMED["id"] in {value["id"] for value in bodies(hub, "guest")}


def test_a_handle_is_one_recipients(hub: Path) -> None:
    (listed,) = list_held(open_hub(hub))
    files = open_hub(hub).read_sharing_files()
    for handle, recipient in ((listed.handle, "taker"), ("00" * 16, "guest")):
        with pytest.raises(ConfigError, match="nothing waits"):
            show_held(open_hub(hub), files, handle, recipient, NOW)


def test_an_unknown_recipient_is_a_mistake_as_it_is_for_audit(hub: Path) -> None:
    files = open_hub(hub).read_sharing_files()
    asks: tuple[Callable[[], object], ...] = (
        lambda: list_held(open_hub(hub), "nobody"),
        lambda: show_held(open_hub(hub), files, "00" * 16, "nobody", NOW),
        lambda: list(audit(open_hub(hub), "nobody")),
    )
    for ask in asks:
        with pytest.raises(ConfigError) as caught:
            ask()
        assert str(caught.value) == "--for: nobody has no view; those that have one are guest, taker"


def test_a_hub_that_has_not_run_holds_nothing(tmp_path: Path) -> None:
    make_hub(tmp_path, {"maker-feed": "maker"}, {"taker": {}})
    assert list_held(open_hub(tmp_path)) == []


def test_the_commands(hub: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "250")

    def told(*arguments: str) -> str:
        done = CliRunner().invoke(app, ["held", *arguments, "--dir", str(hub)])
        assert done.exit_code == 0, done.output
        return done.output

    (listed,) = json.loads(told("list", "--json"))
    assert listed["handle"] in told("list")
    shown = told("show", listed["handle"], "--for", "guest")
    assert "held-by-policy at indicator.name" in shown
    assert "for a person to look at" in shown
    assert json.loads(told("show", listed["handle"], "--for", "guest", "--json"))["found"][0]["object"] == NAMED
