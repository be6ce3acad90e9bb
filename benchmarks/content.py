"""Objects for measuring: indicators of 751 bytes with a creator and a TLP marking, all different, reserved names only."""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from schemas.ids import keyed_id
from schemas.timestamps import from_micros, stix

BODY_BYTES = 751
"""The mean size of the indicators in the published comparisons (17 properties)."""

_KEY = b"benchmark"
_CREATOR = keyed_id("identity", _KEY, "creator")
_MARKING = "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"


def creator() -> bytes:
    """The identity that all indicators name."""
    made = "2026-01-01T00:00:00.000Z"
    return orjson.dumps(
        {
            "type": "identity", "spec_version": "2.1", "id": _CREATOR, "created": made, "modified": made,
            "name": "Benchmark producer", "identity_class": "organization", "object_marking_refs": [_MARKING],
        }
    )  # fmt: skip


def indicators(count: int) -> Iterator[bytes]:
    """So many different indicators of BODY_BYTES each."""
    for number in range(count):
        made = stix(from_micros(1_767_225_600_000_000 + number * 1_000))
        value = {
            "type": "indicator", "spec_version": "2.1", "id": keyed_id("indicator", _KEY, str(number)), "created_by_ref": _CREATOR,
            "created": made, "modified": made, "name": f"Indicator number {number}", "description": "",
            "indicator_types": ["malicious-activity"], "pattern": f"[domain-name:value = 'host{number}.example']",
            "pattern_type": "stix", "pattern_version": "2.1", "valid_from": made, "labels": ["benchmark"], "confidence": 60,
            "lang": "en", "object_marking_refs": [_MARKING],
        }  # fmt: skip
        value["description"] = "x" * (BODY_BYTES - len(orjson.dumps(value)))
        yield orjson.dumps(value)
