"""A STIX file is checked as intake would take it, rule by rule, without a hub and without showing a value."""

from __future__ import annotations

import io
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson
import pytest
from typer.testing import CliRunner

from pipeline.cli.main import app
from pipeline.lint import MAX_EXAMPLES, Lint, lint
from schemas.config import LeniencySettings
from tests.support.objects import Stix, domain, identity, indicator, malware

LIMIT = 1 << 20
CANARY = "canary-5f1z"


def checked(*values: Stix | bytes, **leniency: Any) -> Lint:
    bodies = [item if isinstance(item, bytes) else orjson.dumps(item) for item in values]
    document = b'{"type":"bundle","id":"bundle--7f1d7f5e-3a57-4f0e-8a53-6a1f0c3b9d21","objects":[' + b",".join(bodies) + b"]}"
    return lint(io.BytesIO(document).read, LeniencySettings(**leniency), LIMIT)


def rules(found: Lint) -> dict[str, tuple[str, int]]:
    return {item.reason: (item.rule, item.objects) for item in found.broken if item.setting != "missing_parts"}


def test_clean_objects_have_no_findings() -> None:
    found = checked(indicator("a", "[domain-name:value = 'a.example']", indicator_types=["malicious-activity"]))
    assert (found.objects, found.stopped, rules(found)) == (1, 0, {})


def test_findings_are_grouped_by_rule() -> None:
    found = checked(
        {**indicator("a"), "confidence": 101, "x_own": 1},
        {**indicator("b"), "confidence": -1},
        b"17",
        {**malware("c"), "x_own": 1, "x_more": 2},
    )
    assert (found.objects, found.stopped) == (4, 3)
    assert rules(found) == {"out-of-range": ("quarantine", 2), "not-an-object": ("quarantine", 1), "custom-content": ("pass", 2)}
    (custom,) = [item for item in found.broken if item.reason == "custom-content"]
    assert (custom.findings, custom.setting) == (3, "custom_properties")
    (broken,) = [item for item in found.broken if item.reason == "out-of-range"]
    assert broken.examples == ["#0 indicator confidence", "#1 indicator confidence"]


def test_what_stops_objects_comes_first() -> None:
    found = checked({**indicator("a"), "x_own": 1}, {**indicator("b"), "x_own": 1}, {**indicator("c"), "confidence": 101})
    assert found.broken[0].rule == "quarantine"


def test_settings_decide_what_stops() -> None:
    value = {**indicator("a"), "x_own": 1}
    assert checked(value).stopped == 0
    assert checked(value, custom_properties="reject").stopped == 1
    assert rules(checked(value, custom_properties="strip"))["custom-content"] == ("strip", 1)


def test_stix_20_is_upgraded_first() -> None:
    old = {name: item for name, item in identity("a", identity_class="group").items() if name != "spec_version"}
    found = checked(old)
    assert (found.objects, found.upgraded, found.stopped) == (1, 1, 0)


def test_examples_are_bounded() -> None:
    found = checked(*({**indicator(f"{n}"), "confidence": 101} for n in range(20)))
    (broken,) = [item for item in found.broken if item.reason == "out-of-range"]
    assert (broken.objects, len(broken.examples)) == (20, MAX_EXAMPLES)


def test_no_value_and_no_unknown_name_is_shown() -> None:
    odd = {
        **domain("indicator", "a"),
        CANARY: CANARY,
        "pattern": f"[{CANARY}",
        "pattern_type": "stix",
        "valid_from": CANARY,
        "labels": [{CANARY: 1}],
    }
    found = checked(odd, {**odd, "type": CANARY, "id": CANARY}, {**odd, "extensions": {CANARY: {CANARY: CANARY}}})
    assert found.broken
    assert CANARY not in json.dumps(asdict(found))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "bundle.json"
    path.write_bytes(orjson.dumps([indicator("a"), {**indicator("b"), "confidence": 101}]))
    return path


def test_the_command_prints_rules_and_ends_with_5_where_something_stops(file: Path) -> None:
    done = CliRunner().invoke(app, ["check", "--stix", str(file)])
    assert done.exit_code == 5
    assert "out-of-range" in done.stdout
    assert "2 objects" in done.stdout


def test_the_command_prints_json(file: Path) -> None:
    done = CliRunner().invoke(app, ["check", "--stix", str(file), "--json"])
    found = json.loads(done.stdout)
    assert (found["ok"], found["objects"], found["stopped"]) == (False, 2, 1)
    assert {item["reason"] for item in found["broken"] if item["rule"] != "pass"} == {"out-of-range"}


def test_a_clean_file_ends_with_0(tmp_path: Path) -> None:
    (tmp_path / "one.json").write_bytes(orjson.dumps(indicator("a")))
    assert CliRunner().invoke(app, ["check", "--stix", str(tmp_path / "one.json")]).exit_code == 0


def test_the_settings_of_a_feed_are_taken_by_name(file: Path, tmp_path: Path) -> None:
    feed = "{id: strict, connector: stix_file, producer: maker, settings: {path: .}, leniency: {missing_parts: reject}}"
    (tmp_path / "tearline.yaml").write_text(f"feeds: [{feed}]\n")
    done = CliRunner().invoke(app, ["check", "--dir", str(tmp_path), "--stix", str(file), "--feed", "strict", "--json"])
    assert json.loads(done.stdout)["stopped"] == 2


@pytest.mark.parametrize("arguments", [["--stix", "no-such-file"], ["--feed", "x"]])
def test_mistakes_are_told(arguments: list[str], tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["check", "--dir", str(tmp_path), *arguments])
    assert done.exit_code != 0
