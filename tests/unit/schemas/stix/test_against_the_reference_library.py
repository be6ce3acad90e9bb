"""Where the reference library is too lax or too harsh, and that what it makes is taken."""

from __future__ import annotations

import json
from typing import Any

import pytest
import stix2

from schemas.stix.inspection import inspect
from tests.unit.schemas.stix.clauses import GONE, Told, told
from tests.unit.schemas.stix.sample_objects import GREEN, SAMPLES, STRANGE, TIME, UUID, ref

INDICATOR = {
    "type": "indicator",
    "spec_version": "2.1",
    "id": f"indicator--{UUID}",
    "created": TIME,
    "modified": TIME,
    "name": "n",
    "description": "d",
    "pattern": "[file:name = 'a']",
    "pattern_type": "stix",
    "valid_from": TIME,
}


def _optional(reason: str, path: str, section: str) -> list[Told]:
    return [(reason, path, section, "optional_parts")]


ROWS: list[tuple[dict[str, Any], list[Told]]] = [
    # accepted by the library, and wrong
    ({"confidence": 101}, _optional("out-of-range", "confidence", "3.2")),
    ({"modified": "2020-01-01T00:00:00.000Z"}, [("invalid-order", "modified", "3.6.1", "")]),
    # coerced by the library without a word
    ({"confidence": "50"}, _optional("invalid-property", "confidence", "3.2")),
    ({"revoked": "true"}, _optional("invalid-property", "revoked", "3.2")),
    ({"indicator_types": "benign"}, _optional("invalid-property", "indicator_types", "4.7.1")),
    # dropped by the library without a word
    ({"labels": []}, _optional("empty-list", "labels", "2.12")),
    # invented by the library
    ({"id": GONE}, [("missing-id", "id", "3.2", "")]),
    # refused by the library, and right
    ({"valid_until": "2027-01-01T00:00:00.1234567Z"}, []),
    ({"valid_until": "2027-01-01T00:00:00.123456789012Z"}, []),
    # refused by the library, rightly so
    ({"valid_from": "2026-02-03T04:05:06+01:00"}, [("invalid-timestamp", "valid_from", "2.16", "")]),
    ({"valid_from": "2026-02-03"}, [("invalid-timestamp", "valid_from", "2.16", "")]),
    ({"valid_until": TIME}, _optional("invalid-order", "valid_until", "4.7.1")),
    ({"valid_until": "2020-01-01T00:00:00Z"}, _optional("invalid-order", "valid_until", "4.7.1")),
    ({"x_foo": 1}, [("custom-content", "*", "11.1", "custom_properties")]),
    ({"spec_version": GONE}, [("unsupported-version", "spec_version", "3.2", "")]),
    # any property beside a toplevel-property-extension that nobody has defined: taken by the library, told by us
    (
        {"extensions": {STRANGE: {"extension_type": "toplevel-property-extension"}}, "rank": 1},
        [("unregistered-extension", "extensions.*", "7.3", "extensions"), ("unregistered-extension", "*", "7.3", "extensions")],
    ),
    # patterns in other languages are not looked at
    ({"pattern_type": "sigma", "pattern": "[["}, []),
    ({"pattern_type": "yara", "pattern": "rule x {"}, []),
    # accepted by both
    ({"id": f"indicator--{UUID.upper()}"}, []),
    ({"id": "indicator--0f5b9c1e-6f0a-1b53-9c7d-2a1e5d3c4b6a"}, []),
    ({"object_marking_refs": [GREEN, GREEN]}, []),
]


@pytest.mark.parametrize(("change", "findings"), ROWS, ids=[f"{'-'.join(change)}-{number}" for number, (change, _) in enumerate(ROWS)])
def test_a_difference(change: dict[str, Any], findings: list[Told]) -> None:
    value = {name: item for name, item in {**INDICATOR, **change}.items() if item is not GONE}
    assert told(value) == findings


COMMON: dict[str, Any] = {
    "created_by_ref": ref("identity"),
    "labels": ["one"],
    "confidence": 0,
    "lang": "en",
    "revoked": False,
    "external_references": [{"source_name": "s", "url": "https://example.com/", "hashes": {"SHA-256": "a" * 64}, "external_id": "x"}],
    "object_marking_refs": [stix2.TLP_GREEN.id],
    "granular_markings": [{"marking_ref": stix2.TLP_RED.id, "selectors": ["labels.[0]"]}],
}
ADDRESS = "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4"
CHAIN = [{"kill_chain_name": "k", "phase_name": "p"}]
MADE = [
    stix2.v21.Indicator(name="n", description="d", pattern="[file:name = 'a']", pattern_type="stix", valid_from=TIME, **COMMON),
    stix2.v21.Indicator(
        name="n",
        description="d",
        pattern="title: x",
        pattern_type="sigma",
        pattern_version="1",
        valid_from=TIME,
        valid_until="2027-01-01T00:00:00Z",
        indicator_types=["benign"],
        kill_chain_phases=CHAIN,
    ),
    stix2.v21.Malware(is_family=False, **COMMON),
    stix2.v21.Malware(is_family=True, name="n", malware_types=["bot"], first_seen=TIME, last_seen=TIME, kill_chain_phases=CHAIN),
    stix2.v21.Identity(name="n", identity_class="organization", sectors=["energy"], roles=["r"], contact_information="c", **COMMON),
    stix2.v21.Report(name="n", published=TIME, report_types=["indicator"], object_refs=[ADDRESS], **COMMON),
    stix2.v21.Relationship(ADDRESS, "related-to", ADDRESS, description="d", start_time=TIME, stop_time="2026-03-01T00:00:00Z", **COMMON),
    stix2.v21.Sighting(ref("malware"), count=0, first_seen=TIME, last_seen=TIME, summary=True, description="d", **COMMON),
    stix2.v21.Sighting(ref("malware"), count=999_999_999, where_sighted_refs=[COMMON["created_by_ref"]]),
    stix2.v21.MarkingDefinition(definition_type="statement", definition=stix2.v21.StatementMarking("c")),
    *(stix2.TLP_WHITE, stix2.TLP_GREEN, stix2.TLP_AMBER, stix2.TLP_RED),
]


@pytest.mark.parametrize("made", MADE, ids=[f"{made.type}-{number}" for number, made in enumerate(MADE)])
def test_what_the_library_makes_is_clean(made: Any) -> None:
    assert inspect(json.loads(made.serialize())) == ()


NOT_KNOWN = ("extensions", "granular_markings")
"""Parts of the samples that the library refuses: extensions under the hub's definition, and selectors of keys and of markings (§7.2.3)."""


@pytest.mark.parametrize("type_name", sorted(SAMPLES))
def test_what_we_call_clean_the_library_takes(type_name: str) -> None:
    """References to custom types and to meta objects aside, which it does not know as STIX objects (§4.13 names them)."""
    text = json.dumps({name: item for name, item in SAMPLES[type_name].items() if name not in NOT_KNOWN})
    known = ref("tool" if type_name == "sighting" else "url")
    for other in ("x-custom", "marking-definition"):
        text = text.replace(f'"{ref(other)}"', f'"{known}"')
    value = {**json.loads(text), "id": SAMPLES[type_name]["id"]}
    assert stix2.parse(value, allow_custom=False).id == value["id"]
