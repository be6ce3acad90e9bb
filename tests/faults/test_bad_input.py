"""Bad input gets a reason code, and its neighbours are kept; whatever a feed sends, the hub goes on."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.starter.content import aurora_indicators, dump
from tests.faults.conftest import Forge
from tests.support.hubs import assert_sums, bodies, make_hub

ALONE_STANDING = {"created_by_ref", "object_marking_refs"}
GOOD = [{k: v for k, v in item.items() if k not in ALONE_STANDING} for item in aurora_indicators(4) if item["type"] == "indicator"][-2:]
FIRST, LAST = map(dump, GOOD)


def between(bad: bytes) -> bytes:
    """A bundle with a bad object between two good ones."""
    return b'{"type":"bundle","id":"bundle--7f1d7f5e-3a57-4f0e-8a53-6a1f0c3b9d21","objects":[' + FIRST + b"," + bad + b"," + LAST + b"]}"


def spoiled(change: Callable[[dict[str, object]], object]) -> bytes:
    """A good indicator with another id, spoiled by `change`."""
    value = dict(GOOD[0], id="indicator--0c7b5b88-8ff7-4a4d-aa9d-feb398cd0061")
    change(value)
    return json.dumps(value).encode()


BESIDE: dict[str, tuple[bytes, str]] = {
    "NaN": (FIRST[:-1] + b',"x":NaN}', "non-finite-number"),
    "a number beyond doubles": (FIRST[:-1] + b',"x":1e999}', "non-finite-number"),
    "an integer beyond 64 bits": (spoiled(lambda v: v.update(x=10**30)), "number-out-of-range"),
    "duplicate keys": (FIRST[:-1] + b',"type":"indicator"}', "duplicate-key"),
    "invalid UTF-8": (FIRST[:-1] + b',"x":"\xff\xfe"}', "invalid-utf8"),
    "a lone surrogate": (FIRST[:-1] + b',"x":"\\ud800"}', "invalid-unicode"),
    "100,000 nested brackets": (b"[" * 100_000 + b"]" * 100_000, "too-deep"),
    "a 50 MB object": (b'{"type":"indicator","x":"' + b"a" * 50_000_000 + b'"}', "too-large"),
    "broken grammar": (b'{"type":}', "malformed-json"),
    "not an object": (b"17", "not-an-object"),
    "no type": (b'{"id":"x"}', "missing-type"),
    "no id": (spoiled(lambda v: v.pop("id")), "missing-id"),
    "an id of another type": (spoiled(lambda v: v.update(id="tool--0c7b5b88-8ff7-4a4d-aa9d-feb398cd0061")), "invalid-id"),
    "STIX 3": (spoiled(lambda v: v.update(spec_version="3.0")), "unsupported-version"),
    "STIX 2.0 that cannot be upgraded": (
        b'{"type":"observed-data","id":"observed-data--0c7b5b88-8ff7-4a4d-aa9d-feb398cd0061","created":"2026-01-01T00:00:00.000Z",'
        b'"modified":"2026-01-01T00:00:00.000Z","first_observed":"2026-01-01T00:00:00Z","last_observed":"2026-01-01T00:00:00Z",'
        b'"number_observed":1,"objects":{"0":{"type":"file","name":"a","parent_directory_ref":"7"}}}',
        "not-upgradable",
    ),
    "no pattern": (spoiled(lambda v: v.pop("pattern")), "missing-property"),
    "confidence 101": (spoiled(lambda v: v.update(confidence=101)), "out-of-range"),
    "confidence as text": (spoiled(lambda v: v.update(confidence="50")), "invalid-property"),
    "an empty list": (spoiled(lambda v: v.update(labels=[])), "empty-list"),
    "a local time": (spoiled(lambda v: v.update(valid_from="2026-01-01T00:00:00+01:00")), "invalid-timestamp"),
    "modified before created": (spoiled(lambda v: v.update(modified="2001-01-01T00:00:00.000Z")), "invalid-order"),
}

ALONE: dict[str, tuple[bytes, str]] = {
    "not JSON": (b"<html>no</html>", "not-json"),
    "nothing": (b"", "not-json"),
    "a document without objects": (b'{"hello":"world"}', "no-objects"),
}


@pytest.mark.xdist_group("faults")
@pytest.mark.parametrize("case", BESIDE)
def test_a_bad_object_is_quarantined_with_its_reason_and_its_neighbours_are_released(case: str, forge: Forge, tmp_path: Path) -> None:
    bad, reason = BESIDE[case]
    report = run(forge, tmp_path / "hub", between(bad))
    feed = report["feeds"]["feed"]
    assert feed["quarantined"] == {reason: 1}
    assert feed["accepted"] == 2
    assert_sums(report)
    assert len(bodies(tmp_path / "hub", "open")) == 2


@pytest.mark.xdist_group("faults")
def test_a_truncated_document_keeps_what_came_before(forge: Forge, tmp_path: Path) -> None:
    report = run(forge, tmp_path / "hub", between(LAST)[: -len(LAST) - 40])
    assert report["feeds"]["feed"]["quarantined"] == {"truncated-json": 1}
    assert report["feeds"]["feed"]["accepted"] == 1
    assert_sums(report)


@pytest.mark.xdist_group("faults")
@pytest.mark.parametrize("case", ALONE)
def test_an_unusable_document_is_one_entry_with_its_reason(case: str, forge: Forge, tmp_path: Path) -> None:
    document, reason = ALONE[case]
    report = run(forge, tmp_path / "hub", document)
    assert report["feeds"]["feed"]["quarantined"] == {reason: 1}
    assert_sums(report)


@pytest.mark.xdist_group("faults")
def test_memory_stays_bounded_whatever_a_feed_sends(forge: Forge, tmp_path: Path) -> None:
    """Peak memory with a 50 MB object and 100,000 brackets in the feed, beside that of a feed without them."""
    run(forge, tmp_path / "small", between(LAST))
    small = peak(tmp_path / "small")
    run(forge, tmp_path / "large", between(BESIDE["a 50 MB object"][0] + b"," + BESIDE["100,000 nested brackets"][0]))
    assert peak(tmp_path / "large") - small < 64


@pytest.mark.xdist_group("faults")
def test_what_is_quarantined_is_kept_for_the_operator_but_never_published(forge: Forge, tmp_path: Path) -> None:
    run(forge, tmp_path / "hub", between(spoiled(lambda v: v.update(confidence=101, name="canary-q7k3"))))
    with sqlite3.connect(tmp_path / "hub" / "catalogue.db") as catalogue:
        raw, path = catalogue.execute("SELECT raw, path FROM quarantine").fetchone()
    assert b"canary-q7k3" in raw
    assert path == "confidence"
    assert b"canary-q7k3" not in (tmp_path / "hub" / "views.db").read_bytes()


def run(forge: Forge, folder: Path, document: bytes) -> dict[str, Any]:
    make_hub(folder, {"feed": "alpha"}, {"open": {}})
    (folder / "feed" / "document.json").write_bytes(document)
    done = forge(folder, "")
    assert done["signal"] == 0
    (folder / "peak").write_text(str(done["peak_mb"]))
    found: dict[str, Any] = json.loads(done["report"])
    return found


def peak(folder: Path) -> float:
    """MB of the process that ran the hub."""
    return float((folder / "peak").read_text())
