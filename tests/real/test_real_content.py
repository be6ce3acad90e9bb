"""Every file of the real content goes the whole way: nothing crashes, nothing is lost, and re-issued ids are seen through."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.support.data import FOLDER, files, needs_data
from tests.support.hubs import assert_sums, bodies, make_hub, run_once

pytestmark = [pytest.mark.real, pytest.mark.slow, needs_data]

EVERYTHING = {
    "types": [
        *("attack-pattern", "campaign", "course-of-action", "identity", "indicator", "infrastructure", "intrusion-set", "location"),
        *("malware", "marking-definition", "note", "observed-data", "opinion", "relationship", "report", "sighting", "threat-actor"),
        *("tool", "vulnerability", "domain-name", "ipv4-addr", "url", "file", "email-addr", "windows-registry-key"),
    ],
    "tlp_max": "green",
    "statements": "pass",
}
PUBLICATIONS = ("2022-04-30-9ec53668", "2022-07-17-622d31ca", "2022-07-17-6c65eef2")
NEW_INDICATORS = (2068, 583, 261)
"""What a hub that looks at meaning finds new in each publication, although every id is new each time."""


def indicators(folder: Path) -> int:
    """How many indicators the catalogue knows."""
    with sqlite3.connect(folder / "catalogue.db") as catalogue:
        found: int = catalogue.execute("SELECT count(*) FROM entity WHERE type = 'indicator'").fetchone()[0]
    return found


@pytest.mark.xdist_group("stalkerware")
def test_three_publications_give_2068_then_583_then_261_new_indicators(tmp_path: Path) -> None:
    folder = make_hub(tmp_path / "hub", {"feed": "alpha"}, {"open": {"release": EVERYTHING}})
    known = 0
    for publication, new in zip(PUBLICATIONS, NEW_INDICATORS, strict=True):
        shutil.copy(FOLDER / "stalkerware" / f"{publication}.json", folder / "feed")
        report = run_once(folder)
        assert_sums(report)
        assert report["feeds"]["feed"]["quarantined"] == {}
        assert indicators(folder) - known == new
        known += new
    held = [item for item in bodies(folder, "open") if item["type"] == "indicator"]
    assert known == 2912
    assert len({item["id"] for item in held}) == len({item["pattern"] for item in held}) == len(held) == 2912


def all_files() -> list[Path]:
    found = files("*/*.json", "*/*.stix2", "oasis_examples/*/*.json")
    return [path for path in found if path.parent.name != "misp_warninglists"]


def test_every_file_goes_the_whole_way_and_the_sum_holds_for_each_feed(tmp_path: Path) -> None:
    groups: dict[str, list[Path]] = {}
    for path in all_files():
        groups.setdefault(path.relative_to(FOLDER).parts[0].replace("_", "-"), []).append(path)
    folder = make_hub(tmp_path / "hub", dict.fromkeys(groups, "alpha"), {"open": {"release": EVERYTHING}})
    for name, paths in groups.items():
        for number, path in enumerate(paths):
            shutil.copy(path, folder / name / f"{number}-{path.name}")
    report = run_once(folder)
    assert_sums(report)
    feeds: dict[str, dict[str, Any]] = report["feeds"]
    assert report["failed"] == {}
    assert all(feed["received"] > 0 for feed in feeds.values())
    for clean in ("amnesty", "mvt", "stalkerware"):
        assert feeds[clean]["quarantined"] == {}, clean
    assert feeds["unit42-playbooks-stix20"]["quarantined"].keys() <= {
        "invalid-property",
        "version-conflict",
        "id-conflict",
        "created-changed",
    }
    assert feeds["unit42-playbooks-stix20"]["accepted"] > 5000
    assert "internal-error" not in {reason for feed in feeds.values() for reason in feed["quarantined"]}
    assert "release-error" not in report["recipients"]["open"]["withheld"]
    assert report["recipients"]["open"]["released"] > 5000


def test_a_stix_20_bundle_leaves_its_neighbours_alone(tmp_path: Path) -> None:
    folder = make_hub(tmp_path / "hub", {"feed": "alpha"}, {"open": {"release": EVERYTHING}})
    shutil.copy(files("unit42_playbooks_stix20/*.json")[0], folder / "feed" / "old.json")
    shutil.copy(files("mvt/rcs.stix2")[0], folder / "feed" / "rcs.stix2")
    report = run_once(folder)
    assert_sums(report)
    assert sum(item["type"] == "indicator" for item in bodies(folder, "open")) >= 40


def test_documents_that_embed_objects_give_those_that_are_objects(tmp_path: Path) -> None:
    folder = make_hub(tmp_path / "hub", {"feed": "alpha"}, {"open": {"release": EVERYTHING}})
    for path in files("misp_stix21/*.json"):
        shutil.copy(path, folder / "feed")
    report = run_once(folder)
    assert_sums(report)
    assert report["feeds"]["feed"]["accepted"] > 100
    assert report["feeds"]["feed"]["quarantined"]["missing-id"] > 0


@pytest.mark.parametrize(("rule", "passed"), [("pass", True), ("strip", True), ("quarantine", False), ("reject", False)])
def test_attack_goes_through_by_default_and_as_the_feed_says(rule: str, passed: bool, tmp_path: Path) -> None:
    options = {"leniency": {"custom_properties": rule, "custom_objects": "pass" if passed else rule}}
    folder = make_hub(tmp_path / "hub", {"feed": "alpha"}, {"open": {"release": EVERYTHING}}, feed_options=options)
    shutil.copy(files("attack/*.json")[0], folder / "feed")
    report = run_once(folder)
    assert_sums(report)
    feed = report["feeds"]["feed"]
    assert feed["received"] == 1826
    if passed:
        assert feed["accepted"] > 1800
        held = bodies(folder, "open")
        assert len(held) > 700
        assert not any(name.startswith("x_mitre_") for item in held for name in item)
        assert not any(item["type"].startswith("x-mitre-") for item in held)
    else:
        assert feed["quarantined"]["custom-content"] > 1700


def test_warning_lists_of_the_misp_format_are_taken(tmp_path: Path) -> None:
    lists = {"enrich": {"warning_lists": str(FOLDER / "misp_warninglists")}}
    keeping = {"release": EVERYTHING, "minimize": {"enrichment": "keep"}}
    folder = make_hub(tmp_path / "hub", {"feed": "alpha"}, {"open": keeping}, settings=lists)
    shutil.copy(FOLDER / "stalkerware" / f"{PUBLICATIONS[0]}.json", folder / "feed")
    run_once(folder)
    findings = [
        finding["source"]
        for item in bodies(folder, "open")
        for extension in item.get("extensions", {}).values()
        for finding in extension["findings"]
    ]
    assert {"public-suffix", "warning-list"} == set(findings)
