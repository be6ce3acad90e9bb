"""Explaining an object: what the hub knows of its meaning, and what of that counts for one recipient."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.cli.main import app
from pipeline.explain import Explanation, Meaning, Together, describe, explain
from pipeline.explain.known import together
from pipeline.hub import open_hub
from schemas.errors import ConfigError
from tests.support.hubs import make_hub
from tests.support.objects import Stix, indicator, marked, sighting, taken
from transforms.merge import EMPTY

NOW = datetime(2026, 6, 1, tzinfo=UTC)
PATTERN = "[url:value = 'https://h.example/']"
OPEN = indicator("a", PATTERN, confidence=30, labels=["seen"], valid_until="2027-01-01T00:00:00Z", indicator_types=["benign"])
AGAIN = {**indicator("b", PATTERN, labels=["again"]), "created": "2026-03-01T00:00:00.000Z", "modified": "2026-03-01T00:00:00.000Z"}
SECRET = marked(indicator("c", PATTERN, confidence=90, labels=["secret"]), "red")
ENDED = indicator("d", PATTERN, confidence=100, revoked=True)
COUNTED = sighting("s", OPEN, count=4, first_seen="2026-01-01T00:00:00Z", last_seen="2026-01-02T00:00:00.500Z")


def hub_with(folder: Path, arrivals: list[tuple[Stix, str]], *, paths: dict[str, str] | None = None) -> Path:
    feeds = {f"{name}-feed": name for name in ("maker", "other", "third")}
    make_hub(folder, feeds, {"taker": {"minimize": {"paths": paths or {}}}})
    catalogue = open_hub(folder).open_catalogue()
    taken(catalogue, arrivals)
    catalogue.close()
    return folder


def overall(folder: Path, value: Stix) -> Meaning:
    (found,) = describe(open_hub(folder), value["id"])
    return found


def for_taker(folder: Path, value: Stix) -> Explanation:
    hub = open_hub(folder)
    (found,) = explain(hub, hub.read_sharing_files(), value["id"], "taker", NOW)
    return found


EVERYTHING = [(OPEN, "maker"), (AGAIN, "maker"), (SECRET, "other"), (ENDED, "third")]


def test_the_operator_sees_what_all_say_together(tmp_path: Path) -> None:
    found = overall(hub_with(tmp_path, EVERYTHING), SECRET)
    assert [item.producer for item in found.contributors] == ["maker", "maker", "other", "third"]
    assert found.merged == Together(
        sources=2,
        confidence=90,
        confidences={"maker": 30, "other": 90},
        first_seen=None,
        last_seen=None,
        valid_from="2026-02-03T04:05:06.789Z",
        valid_until=None,
        labels=["again", "secret", "seen"],
        kinds=["benign"],
        counts={},
    )


def test_for_a_recipient_counts_what_it_may_have(tmp_path: Path) -> None:
    found = for_taker(hub_with(tmp_path, EVERYTHING), SECRET).merged
    assert (found.sources, found.confidence, found.confidences, found.labels) == (1, 30, {"maker": 30}, ["again", "seen"])


def test_what_is_hidden_from_a_recipient_changes_nothing_for_it(tmp_path: Path) -> None:
    with_secret = for_taker(hub_with(tmp_path / "with", EVERYTHING), OPEN)
    without = for_taker(hub_with(tmp_path / "without", [item for item in EVERYTHING if item[1] != "other"]), OPEN)
    assert with_secret.merged == without.merged


def test_what_stands_behind_another_counts_as_it_does(tmp_path: Path) -> None:
    again = {**OPEN, **{name: AGAIN[name] for name in ("id", "created", "modified")}, "labels": ["again"]}
    folder = hub_with(tmp_path, [(OPEN, "maker"), (again, "maker")])
    assert [item.stands_for_others for item in overall(folder, OPEN).contributors] == [True, False]
    assert for_taker(folder, OPEN).merged == overall(folder, OPEN).merged
    assert for_taker(folder, OPEN).merged.labels == ["again", "seen"]


def test_what_the_recipient_does_not_see_of_an_object_does_not_count_either(tmp_path: Path) -> None:
    found = for_taker(hub_with(tmp_path, EVERYTHING, paths={"indicator.confidence": "drop", "indicator.labels": "drop"}), OPEN)
    assert found.decision == "put"
    assert (found.merged.sources, found.merged.confidence, found.merged.labels) == (1, None, [])


def test_what_is_withheld_whole_says_nothing(tmp_path: Path) -> None:
    found = for_taker(hub_with(tmp_path, EVERYTHING[:3], paths={"indicator.labels": "withhold"}), OPEN)
    assert (found.decision, found.reason) == ("withdraw", "path-withheld")
    assert found.merged == together(EMPTY)


def test_when_and_how_often_it_was_seen(tmp_path: Path) -> None:
    folder = hub_with(tmp_path, [(OPEN, "maker"), (COUNTED, "maker")])
    for found in (overall(folder, COUNTED).merged, for_taker(folder, COUNTED).merged):
        assert (found.first_seen, found.last_seen, found.counts) == ("2026-01-01T00:00:00Z", "2026-01-02T00:00:00.5Z", {"maker": 4})


def test_what_is_unknown_is_told(tmp_path: Path) -> None:
    make_hub(tmp_path, {"maker-feed": "maker"}, {"taker": {}})
    hub = open_hub(tmp_path)
    with pytest.raises(ConfigError, match="the catalogue is empty"):
        describe(hub, OPEN["id"])
    hub_with(tmp_path, [(OPEN, "maker")])
    with pytest.raises(ConfigError, match="no such object"):
        describe(open_hub(tmp_path), COUNTED["id"])
    with pytest.raises(ConfigError, match="nobody: no policy"):
        explain(hub, hub.read_sharing_files(), OPEN["id"], "nobody", NOW)


def told(*arguments: str) -> str:
    done = CliRunner().invoke(app, ["explain", *arguments])
    assert done.exit_code == 0, done.output
    return done.output


def test_the_command_tells_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    folder = str(hub_with(tmp_path, [*EVERYTHING, (COUNTED, "maker")]))
    shown = told(OPEN["id"], "--dir", folder)
    assert "90 (High; 1 - Confirmed by other sources)" in shown
    assert "again, secret, seen" in shown
    assert "to no end" in shown
    assert "decision" not in shown
    for_recipient = told(OPEN["id"], "--for", "taker", "--dir", folder)
    assert "30 (Med; 4 - Doubtful)" in for_recipient
    assert "secret" not in for_recipient
    assert "decision" in for_recipient
    assert "4 by maker" in told(COUNTED["id"], "--dir", folder)
    (found,) = json.loads(told(OPEN["id"], "--dir", folder, "--json"))
    assert found["merged"]["confidence"] == 90
    assert "decision" not in found
