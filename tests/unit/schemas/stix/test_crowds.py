"""Many findings of one kind are a few: none that decides is lost, and a megabyte of mistakes costs little."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

import pytest

from schemas.stix.crowds import MOST, few
from schemas.stix.findings import Finding
from schemas.stix.inspection import inspect
from schemas.stix.places import without
from tests.unit.schemas.stix.sample_objects import SAMPLES, ref
from tests.unit.schemas.stix.sample_observables import OBSERVABLE_SAMPLES

NO = f"{0:08x}-0000-4000-8000-"
FILE = {"type": "file", "id": ref("file"), "name": "a"}
TRAFFIC = OBSERVABLE_SAMPLES["network-traffic"]
KEY = {"type": "windows-registry-key", "id": ref("windows-registry-key"), "key": "HKEY_LOCAL_MACHINE\\A"}
MAIL = {"type": "email-message", "id": ref("email-message"), "is_multipart": True}


def _finding(setting: Any, *place: str | int, reason: str = "invalid-property") -> Finding:
    return Finding(reason, ".".join(map(str, place)), "2", setting, place)


def test_as_many_as_are_told_are_told_one_by_one() -> None:
    found = [_finding("vocabulary", "labels", number) for number in range(MOST)]
    assert list(few(found)) == found


def test_one_about_the_whole_stands_for_the_rest() -> None:
    found = [_finding("vocabulary", "labels", number) for number in range(MOST + 5)]
    told = list(few(found))
    assert told[:MOST] == found[:MOST]
    assert told[MOST:] == [_finding("vocabulary", "labels")]
    assert list(few(told)) == told


def test_the_whole_object_has_no_place() -> None:
    found = [Finding("custom-content", "*", "11.1", "custom_properties", (f"x_{number}",)) for number in range(MOST + 5)]
    assert list(few(found, 0))[MOST:] == [Finding("custom-content", "*", "11.1", "custom_properties")]


def test_every_reason_and_setting_is_told() -> None:
    crowd = [_finding("vocabulary", "labels", number) for number in range(500)]
    late = [
        _finding("", "labels", 500),
        _finding("optional_parts", "labels", 501),
        _finding("vocabulary", "labels", 502, reason="empty-list"),
    ]
    assert set(late) <= set(few([*crowd, *late]))
    assert set(late) <= set(few([*crowd, *late], alone=True))


@pytest.mark.parametrize("setting", ["", "optional_parts"])
def test_the_search_ends_where_the_property_is_lost(setting: Any) -> None:
    looked: Counter[str] = Counter()

    def search() -> Any:
        for number in range(500):
            looked["at"] += 1
            yield _finding(setting, "labels", number)

    assert len(list(few(search(), alone=True))) == looked["at"] == MOST + 1


def _extensions(body: Any, number: int = 14_000) -> dict[str, Any]:
    return {f"extension-definition--{NO}{count:012x}": body for count in range(number)}


CROWDS: list[tuple[dict[str, Any], set[str]]] = [
    ({**FILE, "hashes": {f"h {number:06}": "a" for number in range(50_000)}}, {"optional_parts"}),
    ({**FILE, "hashes": {f"h{number:06}": "a" for number in range(50_000)}}, {"vocabulary"}),
    ({**TRAFFIC, "ipfix": {f"k {number}": 1 for number in range(80_000)}}, {"optional_parts"}),
    ({**TRAFFIC, "ipfix": {f"k{number}": 1.5 for number in range(80_000)}}, {"optional_parts"}),
    ({**SAMPLES["tool"], **{f"X-{number}": None for number in range(55_000)}}, {"optional_parts", "custom_properties"}),
    ({**SAMPLES["tool"], **{f"x_{number}": 1 for number in range(55_000)}}, {"custom_properties"}),
    ({**SAMPLES["tool"], "external_references": [{"source_name": "a"}] * 40_000}, {"optional_parts"}),
    ({**SAMPLES["tool"], "external_references": [{"source_name": "a", "url": "b", "x_a": 1}] * 25_000}, {"custom_properties"}),
    (
        {**SAMPLES["tool"], "external_references": [{"source_name": "a", "url": "b", **{f"x_{n}": 1 for n in range(60_000)}}]},
        {"custom_properties"},
    ),
    ({**SAMPLES["tool"], "kill_chain_phases": [{"kill_chain_name": "a", "phase_name": "b", "x_c": 1}] * 20_000}, {"custom_properties"}),
    ({**SAMPLES["tool"], "extensions": _extensions({"a": 1})}, {"optional_parts", "extensions"}),
    ({**SAMPLES["tool"], "extensions": _extensions(1)}, {"optional_parts"}),
    ({**FILE, "extensions": {"ntfs-ext": {"alternate_data_streams": [{"name": "a", "x_q": 1}] * 40_000}}}, {"custom_properties"}),
    ({**FILE, "extensions": {"ntfs-ext": {"sid": "a", **{f"x_{number}": 1 for number in range(60_000)}}}}, {"custom_properties"}),
    ({**KEY, "values": [{"x_n": "1"}] * 40_000}, {"optional_parts", "custom_properties"}),
    ({**MAIL, "body_multipart": [{"content_type": "a"}] * 40_000}, {"optional_parts"}),
    ({**SAMPLES["language-content"], "contents": {f"123{number}": {"a": 1} for number in range(40_000)}}, {""}),
]


@pytest.mark.parametrize(("value", "settings"), CROWDS, ids=range(len(CROWDS)))
def test_a_crowd_is_cheap_and_can_be_taken_out_at_once(value: dict[str, Any], settings: set[str]) -> None:
    spent = []
    for _ in range(3):  # the threads of other tests count as well
        began = time.process_time()
        found = inspect(value)
        spent.append(time.process_time() - began)
    assert min(spent) < 0.5  # some 100 ms where nothing else runs
    assert {finding.setting for finding in found} - {"missing_parts", "observable_ids"} == settings
    assert len(found) <= 4 * MOST
    if all(finding.place for finding in found if finding.setting in settings):
        rest = without(value, [finding.place for finding in found if finding.setting in settings])
        assert [finding for finding in inspect(rest) if finding.setting in settings] == []


def test_the_reason_of_what_is_wrong_beside_a_crowd_is_told() -> None:
    value = {**SAMPLES["tool"], "extensions": _extensions(1), "confidence": 101}
    assert [(found.reason, found.path) for found in inspect(value)] == [("invalid-property", "extensions"), ("out-of-range", "confidence")]
