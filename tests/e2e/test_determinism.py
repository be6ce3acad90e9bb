"""view(recipient) = f(catalogue, policies, keys, slot): the same input gives the same bytes, and recipients do not touch each other."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.keys import rotate_keys
from pipeline.starter.content import aurora_indicators, aurora_reports
from pipeline.store.audit_entries import read_entries
from schemas.markings import TLP_BY_ID
from tests.support.hubs import assert_sums, bodies, make_hub, put_objects, read_views, run_apart, run_once, write_yaml
from transforms.canonicalize import references

pytestmark = pytest.mark.slow

CUT: dict[str, Any] = {"minimize": {"paths": {"*.description": "drop", "*.created_by_ref": "drop"}}}


def build(folder: Path, recipients: dict[str, dict[str, Any]]) -> Path:
    make_hub(folder, {"one": "alpha", "two": "beta"}, recipients)
    put_objects(folder, "one", "a.json", aurora_indicators(60))
    put_objects(folder, "two", "b.json", aurora_reports(12))
    return folder


def test_two_runs_with_the_same_input_policies_keys_and_clock_give_equal_views(tmp_path: Path) -> None:
    first, second = (build(tmp_path / name, {"open": {}, "cut": CUT}) for name in ("first", "second"))
    reports = [run_apart(first), run_apart(second)]
    assert read_views(first) == read_views(second) != {}
    assert [{**report, "seconds": 0} for report in reports] == [{**reports[0], "seconds": 0}] * 2
    assert_sums(reports[0])


def test_adding_a_recipient_changes_no_other_recipients_bytes(tmp_path: Path) -> None:
    alone = build(tmp_path / "alone", {"open": {}, "cut": CUT})
    joined = build(tmp_path / "joined", {"open": {}, "cut": CUT, "third": {"release": {"types": ["indicator"]}}})
    run_once(alone)
    run_once(joined)
    assert {name: rows for name, rows in read_views(joined).items() if name != "third"} == read_views(alone)


def test_adding_a_recipient_to_a_hub_at_work_adds_nothing_to_the_others(tmp_path: Path) -> None:
    folder = build(tmp_path / "hub", {"open": {}, "cut": CUT})
    run_once(folder)
    before = read_views(folder)
    make_hub(folder, {"one": "alpha", "two": "beta"}, {"open": {}, "cut": CUT, "third": {}})
    run_once(folder, clock="2026-06-02T12:00:00+00:00")
    after = read_views(folder)
    assert len(after.pop("third")) > 50
    assert after == before


def test_replaying_the_raw_topic_from_0_changes_no_view(tmp_path: Path) -> None:
    import sqlite3

    folder = build(tmp_path / "hub", {"open": {}, "cut": CUT})
    first = run_once(folder)
    before = read_views(folder)
    with sqlite3.connect(folder / "catalogue.db") as catalogue:
        assert catalogue.execute("DELETE FROM cursor WHERE name = 'raw'").rowcount == 1
    again = run_once(folder, clock="2026-06-03T12:00:00+00:00")
    assert read_views(folder) == before
    for name, feed in again["feeds"].items():
        assert feed["received"] == first["feeds"][name]["received"] > 0
        assert (feed["accepted"], feed["new_versions"]) == (0, 0)
    assert_sums(again)


def test_a_tightened_policy_takes_away_what_it_removes_also_from_older_versions(tmp_path: Path) -> None:
    folder = build(tmp_path / "hub", {"cut": {"minimize": {"paths": {"*.created_by_ref": "drop"}}}})
    run_once(folder)
    assert any("description" in item for item in bodies(folder, "cut"))
    make_hub(folder, {"one": "alpha", "two": "beta"}, {"cut": CUT})
    run_once(folder, clock="2026-06-02T12:00:00+00:00")
    assert not any("description" in item for item in all_bodies(folder))


def test_the_end_of_an_agreement_withdraws_everything_by_itself(tmp_path: Path) -> None:
    folder = build(tmp_path / "hub", {"open": {}})
    run_once(folder)
    held = {item["id"] for item in bodies(folder, "open") if item.get("name") != "Tearline hub"}
    report = run_once(folder, clock="2095-01-01T00:00:00+00:00")
    assert report["recipients"]["open"]["withdrawn"] == len(held)
    left = [item for item in bodies(folder, "open") if item.get("name") != "Tearline hub"]
    assert {item["id"] for item in left} <= held
    assert all(item.get("revoked") is True and "description" not in item for item in left)


def test_an_object_that_grows_too_old_is_withdrawn_when_it_is_due(tmp_path: Path) -> None:
    recipients: dict[str, dict[str, Any]] = {"open": {"release": {"types": ["indicator"], "tlp_max": "green", "max_age_days": 400}}}
    folder = build(tmp_path / "hub", recipients)
    assert run_once(folder)["recipients"]["open"]["withdrawn"] == 0
    report = run_once(folder, clock="2029-06-01T12:00:00+00:00")
    assert report["recipients"]["open"]["withdrawn"] > 0
    assert set(report["recipients"]["open"]["withheld"]) == {"too-old"}


def test_a_suspended_recipient_loses_everything_and_a_resumed_one_gets_hub_objects_back(tmp_path: Path) -> None:
    folder = build(tmp_path / "hub", {"cut": CUT})
    run_once(folder)
    held = {item["id"] for item in bodies(folder, "cut")}
    partner = {"id": "cut", "name": "Cut", "kind": "csirt", "communities": ["forum"]}
    write_yaml(folder / "partners" / "cut.yaml", {**partner, "suspended": True})
    run_once(folder, clock="2026-06-02T12:00:00+00:00")
    assert all(item.get("revoked") is True for item in bodies(folder, "cut") if item["type"] != "identity")
    write_yaml(folder / "partners" / "cut.yaml", partner)
    run_once(folder, clock="2026-06-03T12:00:00+00:00")
    assert {item["id"] for item in bodies(folder, "cut")} == held
    assert not any(item.get("revoked") for item in bodies(folder, "cut"))


def all_bodies(folder: Path) -> list[dict[str, Any]]:
    """Every version of everything that any collection serves."""
    import json
    import sqlite3

    with sqlite3.connect(folder / "views.db") as views:
        rows = views.execute("SELECT bytes FROM record JOIN body ON body.no = record.body").fetchall()
    return [json.loads(body) for (body,) in rows]


def handles(folder: Path) -> set[bytes]:
    """What the view calls the entities that stand in it."""
    import sqlite3

    with sqlite3.connect(folder / "views.db") as views:
        return {handle for (handle,) in views.execute("SELECT handle FROM member WHERE object IS NOT NULL")}


def in_force(folder: Path, recipient: str) -> dict[str, dict[str, Any]]:
    return {item["id"]: item for item in bodies(folder, recipient) if not item.get("revoked")}


def test_a_new_epoch_of_the_keys_gives_new_ids_once_and_revokes_the_old_ones(tmp_path: Path) -> None:
    """Nothing dangles, what was not minimized keeps its ids and bytes, and the hub still finds its own statements by their handles."""
    folder = build(tmp_path / "hub", {"open": {}, "cut": CUT})
    run_once(folder)
    before = {name: in_force(folder, name) for name in ("open", "cut")}
    known = handles(folder)
    rotate_keys(folder / "keys.json", lambda size: hashlib.sha256(b"second").digest()[:size], datetime(2026, 6, 2, tzinfo=UTC))
    run_once(folder, clock="2026-06-02T12:00:00+00:00")
    for recipient in ("open", "cut"):
        was, now = before[recipient], in_force(folder, recipient)
        hub = {name for name, item in now.items() if item.get("name") == "Tearline hub"}
        minted, again = ({name for name, item in held.items() if item.get("created_by_ref") in hub} for held in (was, now))
        assert minted
        assert not minted & now.keys()
        assert len(again) == len(minted)
        assert {name: now[name] for name in now.keys() - again} == {name: was[name] for name in was.keys() - minted}
        assert {item["id"] for item in bodies(folder, recipient) if item.get("revoked")} == minted
        assert all(set(references(item)) <= now.keys() | TLP_BY_ID.keys() for item in now.values())
    assert handles(folder) == known
    views = read_views(folder)
    run_once(folder, clock="2026-06-03T12:00:00+00:00")
    assert read_views(folder) == views


def test_every_object_in_a_view_is_in_the_audit_with_what_it_came_from_and_the_rules(tmp_path: Path) -> None:
    import sqlite3

    folder = build(tmp_path / "hub", {"open": {}, "cut": CUT})
    run_once(folder)
    for recipient in ("open", "cut"):
        with sqlite3.connect(folder / "views.db") as views:
            rows = views.execute(
                "SELECT policy, agreements, legal_basis, purposes, entries FROM audit JOIN collection ON collection.no = audit.collection"
                " WHERE partner = ?",
                (recipient,),
            ).fetchall()
        assert {row[:4] for row in rows} == {(f"{recipient}@1.0.0", "agr@1.0.0", "gdpr-6-1-f", "network_defence")}
        entries = {entry.object_id: entry for row in rows for entry in read_entries(row[4]) if entry.decision == "put"}
        held = [item for item in bodies(folder, recipient) if item.get("name") != "Tearline hub"]
        assert held
        for item in held:
            entry = entries[item["id"]]
            assert len(bytes.fromhex(entry.source)) == 16
            assert bool(entry.transforms) == (entry.reason != "released")
