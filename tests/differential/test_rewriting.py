"""stix2 changes what it reads: it converts, drops, invents and completes. We tell what is wrong, and change nothing."""

from __future__ import annotations

import copy
import json
from typing import Any

import orjson
import pytest
import stix2

from schemas.stix.inspection import inspect
from tests.differential.witnesses import library, ours, validator
from tests.support.data import files, needs_data
from tests.unit.schemas.stix.clauses import GONE
from tests.unit.schemas.stix.sample_observables import UUID, ref

MOMENT = "2026-02-03T04:05:06.789Z"
INDICATOR = {
    "type": "indicator",
    "spec_version": "2.1",
    "id": ref("indicator"),
    "created": MOMENT,
    "modified": MOMENT,
    "name": "n",
    "description": "d",
    "pattern": "[file:name = 'a']",
    "pattern_type": "stix",
    "pattern_version": "2.1",
    "valid_from": "2026-02-03T04:05:06Z",
}
OWN = {f"extension-definition--{UUID}": {"extension_type": "toplevel-property-extension"}}
REFUSED: Any = object()


def made(value: dict[str, Any], *, allow_custom: bool) -> Any:
    """What stix2 writes of what it read, as it is asked by its documentation."""
    try:
        return json.loads(stix2.parse(value, allow_custom=allow_custom).serialize())
    except (ValueError, stix2.exceptions.STIXError):
        return REFUSED


ROWS: list[tuple[dict[str, Any], Any, Any, bool]] = [
    # (change, what stix2 makes of it in strict mode, with allow_custom, whether we refuse it): {} for nothing else
    ({"confidence": 101}, {}, {}, True),
    ({"modified": "2020-01-01T00:00:00.000Z"}, {}, {}, True),
    ({"confidence": "50"}, {"confidence": 50}, {"confidence": 50}, True),
    ({"revoked": "true"}, {"revoked": True}, {"revoked": True}, True),
    ({"indicator_types": "benign"}, {"indicator_types": ["benign"]}, {"indicator_types": ["benign"]}, True),
    ({"labels": []}, {"labels": GONE}, {"labels": GONE}, True),
    ({"valid_until": "2027-01-01T00:00:00.1234567Z"}, REFUSED, REFUSED, False),
    ({"valid_from": "2026-02-03T04:05:06+01:00"}, REFUSED, REFUSED, True),
    ({"valid_from": "2026-02-03"}, REFUSED, REFUSED, True),
    ({"valid_until": "2026-02-03T04:05:06Z"}, REFUSED, REFUSED, True),
    ({"x_foo": 1}, REFUSED, {}, False),
    ({"spec_version": GONE}, REFUSED, REFUSED, True),
    ({"extensions": OWN, "rank": 1}, {}, {}, False),
    ({"pattern_type": "sigma", "pattern": "[["}, {}, {}, False),
    ({"id": f"indicator--{UUID.upper()}"}, {}, {}, False),
    ({"id": f"indicator--{UUID[:14]}1{UUID[15:]}"}, {}, {}, False),
    ({"revoked": False}, {"revoked": GONE}, {"revoked": GONE}, False),
    ({"pattern_version": GONE}, {"pattern_version": "2.1"}, {"pattern_version": "2.1"}, False),
    ({"created": MOMENT.replace("789", "789000")}, {"created": MOMENT}, {"created": MOMENT}, False),
]


def _changed(value: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return {name: item for name, item in {**value, **changes}.items() if item is not GONE}


@pytest.mark.parametrize(("change", "strict", "lenient", "refused"), ROWS, ids=["-".join(row[0]) for row in ROWS])
def test_what_stix2_makes_of_it_and_we_do_not(change: dict[str, Any], strict: Any, lenient: Any, refused: bool) -> None:
    value = _changed(INDICATOR, change)
    for expected, allow_custom in ((strict, False), (lenient, True)):
        found = made(value, allow_custom=allow_custom)
        assert found == (REFUSED if expected is REFUSED else _changed(value, expected))
    before = copy.deepcopy(value)
    assert bool(ours(value)) == refused
    assert value == before
    assert bool(validator(value)) == refused


def test_an_invented_id_is_another_each_time() -> None:
    value = _changed(INDICATOR, {"id": GONE})
    for allow_custom in (False, True):
        assert made(value, allow_custom=allow_custom)["id"] != made(value, allow_custom=allow_custom)["id"]
    assert [complaint.kind for complaint in ours(value)] == ["missing-id"]
    assert "id" not in value


@pytest.mark.real
@needs_data
def test_real_objects_come_out_of_stix2_as_others() -> None:
    """Of 1,826 objects of one file, two thirds; we read them and let them be."""
    (path,) = files("attack/ics-attack-18.1.json")
    values = orjson.loads(path.read_bytes())["objects"]
    before = orjson.dumps(values)
    others = [value for value in values if not library(value) and _reread(value) != value]
    assert len(others) > 1_000
    for value in values:
        inspect(value)
    assert orjson.dumps(values) == before


def _reread(value: dict[str, Any]) -> Any:
    read = stix2.parse(value, allow_custom=True)
    return read if isinstance(read, dict) else json.loads(read.serialize())
