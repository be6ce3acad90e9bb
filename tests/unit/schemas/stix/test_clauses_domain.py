"""Domain objects and relationships by clause (STIX 2.1 §4, §5)."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.stix.domain import DOMAIN
from schemas.stix.inspection import inspect
from schemas.stix.names import DOMAIN_TYPES, META_TYPES, OBSERVABLE_TYPES, RELATIONSHIP_TYPES
from schemas.stix.registry import OBSERVABLES, REQUIRED
from schemas.timestamps import sort_key
from tests.unit.schemas.stix.clauses import GONE, Row, Told, broken, hard, optional, title, told
from tests.unit.schemas.stix.sample_objects import DOMAIN_SAMPLES, META_SAMPLES, TIME, ref

EARLIER = "2026-02-03T04:05:06.788Z"
JUST_AFTER = "2026-02-03T04:05:06.7890000001Z"
NOT_ENDS = ["sighting", "relationship", "bundle", "language-content", "marking-definition", "extension-definition"]


def vocabulary(path: str, section: str) -> list[Told]:
    return [("open-vocabulary", path, section, "vocabulary")]


def missed(path: str, section: str) -> list[Told]:
    return [("missing-recommended", path, section, "missing_parts")]


def numbered(**reference: str) -> dict[str, Any]:
    return {"external_references": [{"source_name": "s", "description": "d"}, reference]}


CONTAINER: dict[str, Any] = {
    "0": {"type": "ipv4-addr", "value": "198.51.100.3"},
    "1": {"type": "network-traffic", "src_ref": "0", "protocols": ["tcp"]},
    "2": {"type": "email-message", "is_multipart": False, "to_refs": ["3"]},
    "3": {"type": "email-addr", "value": "a@example.com"},
}


def container(**change: Any) -> dict[str, Any]:
    return {"object_refs": GONE, "objects": {**CONTAINER, **change}}


ROWS: list[Row] = [
    # §4.1 Attack Pattern
    ("attack-pattern", numbered(source_name="capec", external_id="CAPEC-163"), []),
    ("attack-pattern", numbered(source_name="capec", description="d"), []),
    (
        "attack-pattern",
        numbered(source_name="capec", external_id="163"),
        optional("invalid-property", "external_references.1.external_id", "4.1.1"),
    ),
    (
        "attack-pattern",
        numbered(source_name="CAPEC", external_id="CAPEC-1"),
        optional("invalid-property", "external_references.1.source_name", "4.1.1"),
    ),
    ("tool", numbered(source_name="CAPEC", external_id="CAPEC-1"), []),
    # §4.2 Campaign, §4.8 Infrastructure, §4.9 Intrusion Set, §4.11 Malware, §4.17 Threat Actor: periods
    *[
        (name, {"last_seen": EARLIER}, optional("invalid-order", "last_seen", section))
        for name, section in (
            *(("campaign", "4.2.1"), ("infrastructure", "4.8.1"), ("intrusion-set", "4.9.1"), ("malware", "4.11.1")),
            *(("threat-actor", "4.17.1"), ("sighting", "5.2.1")),
        )
    ],
    ("campaign", {"last_seen": EARLIER, "first_seen": GONE}, []),
    ("campaign", {"last_seen": JUST_AFTER}, []),
    # §4.4 Grouping
    ("grouping", {"name": GONE}, missed("name", "4.4.1")),
    ("grouping", {"context": GONE}, hard("missing-property", "context", "4.4.1")),
    ("grouping", {"context": "own"}, vocabulary("context", "4.4.1")),
    # §4.5 Identity
    ("identity", {"identity_class": "own"}, vocabulary("identity_class", "4.5.1")),
    ("identity", {"sectors": ["legal", "own", "dams", "Energy"]}, vocabulary("sectors.1", "4.5.1") + vocabulary("sectors.3", "4.5.1")),
    # §4.7 Indicator
    ("indicator", {"name": GONE}, missed("name", "4.7.1")),
    ("indicator", {"description": GONE}, missed("description", "4.7.1")),
    ("indicator", {"indicator_types": ["own"]}, vocabulary("indicator_types.0", "4.7.1")),
    ("indicator", {"pattern_type": "own"}, vocabulary("pattern_type", "4.7.1")),
    ("indicator", {"pattern": ""}, hard("invalid-property", "pattern", "4.7.1")),
    ("indicator", {"pattern": 5}, hard("invalid-property", "pattern", "4.7.1")),
    ("indicator", {"pattern_type": GONE}, hard("missing-property", "pattern_type", "4.7.1")),
    ("indicator", {"pattern_type": 5}, hard("invalid-property", "pattern_type", "4.7.1")),
    ("indicator", {"pattern": "title: x", "pattern_type": "sigma"}, []),
    ("indicator", {"valid_until": TIME}, optional("invalid-order", "valid_until", "4.7.1")),
    ("indicator", {"valid_until": "2026-02-03T04:05:06.7890Z"}, optional("invalid-order", "valid_until", "4.7.1")),
    ("indicator", {"valid_until": EARLIER}, optional("invalid-order", "valid_until", "4.7.1")),
    ("indicator", {"valid_until": JUST_AFTER}, []),
    # §4.10 Location
    (
        "location",
        {"latitude": 90.0001},
        optional("out-of-range", "latitude", "4.10.1")
        + optional("missing-property", "longitude", "4.10.1")
        + optional("missing-property", "precision", "4.10.1"),
    ),
    (
        "location",
        {"longitude": -181, "precision": GONE},
        optional("out-of-range", "longitude", "4.10.1") + optional("missing-property", "latitude", "4.10.1"),
    ),
    ("location", {"latitude": "48.8566", "longitude": GONE, "precision": GONE}, optional("invalid-property", "latitude", "4.10.1")),
    ("location", {"latitude": GONE, "precision": GONE}, optional("missing-property", "longitude", "4.10.1")),
    ("location", {"latitude": GONE, "longitude": GONE}, optional("missing-property", "precision", "4.10.1")),
    (
        "location",
        {"latitude": GONE, "longitude": GONE, "precision": GONE, "region": GONE, "country": GONE},
        hard("missing-property", "region", "4.10"),
    ),
    ("location", {"latitude": GONE, "longitude": GONE, "precision": GONE, "region": GONE}, []),
    ("location", {"region": GONE, "country": GONE}, []),
    ("location", {"precision": GONE}, missed("precision", "4.10")),
    ("location", {"region": "own"}, vocabulary("region", "4.10.1")),
    ("location", {"country": "Fiji"}, vocabulary("country", "4.10.1")),
    ("location", {"country": "FJ"}, []),
    # §4.11 Malware
    ("malware", {"name": GONE}, hard("missing-property", "name", "4.11.1")),
    ("malware", {"name": GONE, "is_family": False}, []),
    ("malware", {"is_family": GONE}, missed("is_family", "4.11.1")),
    ("malware", {"operating_system_refs": [ref("tool")]}, optional("invalid-reference", "operating_system_refs.0", "4.11.1")),
    ("malware", {"sample_refs": [ref("file"), ref("url")]}, optional("invalid-reference", "sample_refs.1", "4.11.1")),
    ("malware", {"malware_types": ["own"]}, vocabulary("malware_types.0", "4.11.1")),
    ("malware", {"architecture_execution_envs": ["own"]}, vocabulary("architecture_execution_envs.0", "4.11.1")),
    ("malware", {"implementation_languages": ["own"]}, vocabulary("implementation_languages.0", "4.11.1")),
    ("malware", {"capabilities": ["own"]}, vocabulary("capabilities.0", "4.11.1")),
    # §4.12 Malware Analysis
    ("malware-analysis", {"result": GONE, "analysis_sco_refs": GONE}, hard("missing-property", "result", "4.12")),
    ("malware-analysis", {"result": GONE}, []),
    ("malware-analysis", {"analysis_sco_refs": GONE}, []),
    ("malware-analysis", {"result": "own"}, vocabulary("result", "4.12.1")),
    *[
        ("malware-analysis", {name: ref("tool")}, optional("invalid-reference", name, "4.12.1"))
        for name in ("host_vm_ref", "operating_system_ref", "sample_ref")
    ],
    ("malware-analysis", {"installed_software_refs": [ref("tool")]}, optional("invalid-reference", "installed_software_refs.0", "4.12.1")),
    ("malware-analysis", {"analysis_sco_refs": [ref("url"), ref("tool")]}, optional("invalid-reference", "analysis_sco_refs.1", "4.12.1")),
    # §4.13 Note, §4.4, §4.15, §4.16, §8.2: nothing refers to a bundle
    *[
        (name, {"object_refs": [ref("url"), ref("bundle")]}, hard("invalid-reference", "object_refs.1", section))
        for name, section in (("grouping", "4.4.1"), ("note", "4.13.1"), ("opinion", "4.15.1"), ("report", "4.16.1"))
    ],
    # §4.14 Observed Data, §2.13
    ("observed-data", {"last_observed": EARLIER}, hard("invalid-order", "last_observed", "4.14.1")),
    ("observed-data", {"number_observed": 0}, hard("out-of-range", "number_observed", "4.14.1")),
    ("observed-data", {"number_observed": 1_000_000_000}, hard("out-of-range", "number_observed", "4.14.1")),
    ("observed-data", {"number_observed": 1.0}, hard("invalid-property", "number_observed", "4.14.1")),
    ("observed-data", {"object_refs": GONE}, hard("missing-property", "object_refs", "4.14")),
    ("observed-data", {"objects": CONTAINER}, hard("exclusive-properties", "objects", "4.14")),
    (
        "observed-data",
        {"object_refs": [ref("relationship")]},
        optional("invalid-reference", "object_refs", "4.14.1") + hard("missing-property", "object_refs", "4.14"),
    ),
    (
        "observed-data",
        {"object_refs": [ref("url"), ref("tool")]},
        optional("invalid-reference", "object_refs.1", "4.14.1") + hard("missing-property", "object_refs", "4.14"),
    ),
    ("observed-data", container(), []),
    (
        "observed-data",
        {"object_refs": GONE, "objects": {}},
        optional("empty-list", "objects", "2.3") + hard("missing-property", "object_refs", "4.14"),
    ),
    (
        "observed-data",
        container(x=5),
        optional("invalid-property", "objects.*", "4.14.1") + hard("missing-property", "object_refs", "4.14"),
    ),
    (
        "observed-data",
        container(x={"value": 5}),
        optional("missing-property", "objects.*.type", "2.13") + hard("missing-property", "object_refs", "4.14"),
    ),
    (
        "observed-data",
        container(x={"type": "file", "parent_directory_ref": "9"}),
        optional("invalid-reference", "objects.*.*", "2.13") + hard("missing-property", "object_refs", "4.14"),
    ),
    (
        "observed-data",
        container(x={"type": "file", "contains_refs": ["0", 5]}),
        optional("invalid-reference", "objects.*.*", "2.13") + hard("missing-property", "object_refs", "4.14"),
    ),
    # §4.15 Opinion
    ("opinion", {"opinion": "own"}, hard("closed-vocabulary", "opinion", "2.4")),
    # §4.16 Report
    ("report", {"report_types": ["own"]}, vocabulary("report_types.0", "4.16.1")),
    ("report", {"published": "2026"}, hard("invalid-timestamp", "published", "2.16")),
    # §4.8, §4.9, §4.17, §4.18: vocabularies
    ("infrastructure", {"infrastructure_types": ["own"]}, vocabulary("infrastructure_types.0", "4.8.1")),
    *[
        (name, {prop: "own"}, vocabulary(prop, section))
        for name, section in (("intrusion-set", "4.9.1"), ("threat-actor", "4.17.1"))
        for prop in ("resource_level", "primary_motivation")
    ],
    ("intrusion-set", {"secondary_motivations": ["own"]}, vocabulary("secondary_motivations.0", "4.9.1")),
    *[
        ("threat-actor", {prop: ["own"]}, vocabulary(f"{prop}.0", "4.17.1"))
        for prop in ("threat_actor_types", "roles", "secondary_motivations", "personal_motivations")
    ],
    ("threat-actor", {"sophistication": "own"}, vocabulary("sophistication", "4.17.1")),
    ("tool", {"tool_types": ["own"]}, vocabulary("tool_types.0", "4.18.1")),
    # §4.19 Vulnerability
    ("vulnerability", numbered(source_name="cve", external_id="CVE-2026-12345"), []),
    (
        "vulnerability",
        numbered(source_name="cve", external_id="2026-12345"),
        optional("invalid-property", "external_references.1.external_id", "4.19.1"),
    ),
    (
        "vulnerability",
        numbered(source_name="nvd", external_id="CVE-2026-1234"),
        optional("invalid-property", "external_references.1.source_name", "4.19.1"),
    ),
    # §5.1 Relationship
    *[
        ("relationship", {"relationship_type": wrong}, hard("invalid-property", "relationship_type", "5.1.2"))
        for wrong in ("", "related_to", "Related-To", "related to", "übt", 5)
    ],
    *[
        ("relationship", {end: ref(name)}, hard("invalid-reference", end, "5.1.2"))
        for end in ("source_ref", "target_ref")
        for name in NOT_ENDS
    ],
    ("relationship", {"stop_time": TIME}, optional("invalid-order", "stop_time", "5.1.2")),
    ("relationship", {"stop_time": EARLIER}, optional("invalid-order", "stop_time", "5.1.2")),
    ("relationship", {"stop_time": JUST_AFTER}, []),
    ("relationship", {"start_time": GONE, "stop_time": EARLIER}, []),
    # §5.2 Sighting
    *[
        ("sighting", {"sighting_of_ref": ref(name)}, hard("invalid-reference", "sighting_of_ref", "5.2.1"))
        for name in [*NOT_ENDS, "url", "file"]
    ],
    ("sighting", {"count": -1}, optional("out-of-range", "count", "5.2.1")),
    ("sighting", {"count": 1_000_000_000}, optional("out-of-range", "count", "5.2.1")),
    ("sighting", {"summary": "true"}, optional("invalid-property", "summary", "5.2.1")),
    ("sighting", {"observed_data_refs": [ref("url")]}, optional("invalid-reference", "observed_data_refs.0", "5.2.1")),
    ("sighting", {"where_sighted_refs": [ref("identity"), ref("tool")]}, optional("invalid-reference", "where_sighted_refs.1", "5.2.1")),
]


@pytest.mark.parametrize("row", ROWS, ids=title)
def test_a_clause(row: Row) -> None:
    type_name, change, findings = row
    assert told(broken(type_name, change)) == findings


def test_every_type_of_the_specification_has_a_model() -> None:
    assert set(DOMAIN) == set(DOMAIN_SAMPLES) == DOMAIN_TYPES | RELATIONSHIP_TYPES
    assert set(META_SAMPLES) == META_TYPES
    assert set(OBSERVABLES) == OBSERVABLE_TYPES


@pytest.mark.parametrize("type_name", sorted(DOMAIN))
def test_the_samples_have_every_property(type_name: str) -> None:
    missing = set(DOMAIN[type_name].model_fields) - set(DOMAIN_SAMPLES[type_name])
    assert missing == ({"objects"} if type_name == "observed-data" else set())


@pytest.mark.parametrize("type_name", sorted([*DOMAIN, *META_SAMPLES]))
def test_each_required_property_is_missed(type_name: str) -> None:
    model_requires = REQUIRED[type_name] - {"type", "spec_version", "id"}
    for name in model_requires:
        if (type_name, name) not in {("grouping", "name"), ("malware", "is_family")}:
            assert ("missing-property", name, "") in {
                (reason, path, setting) for reason, path, _, setting in told(broken(type_name, {name: GONE}))
            }


@pytest.mark.parametrize("type_name", sorted([*DOMAIN, *META_SAMPLES]))
def test_no_property_takes_another_kind_of_value(type_name: str) -> None:
    """Nothing is coerced: neither "50" to 50 nor "true" to true, nor one text to a list of one; null is no value at all."""
    sample = {**DOMAIN_SAMPLES, **META_SAMPLES}[type_name]
    for name, item in sample.items():
        wrong: list[Any] = [None, {"x": {}}]
        wrong += [] if isinstance(item, float) else [3.5] if name != "latitude" else [91]
        wrong += [] if isinstance(item, str) else ["1", "true"]
        wrong += [] if isinstance(item, bool) else [True]
        wrong += [] if isinstance(item, list) else [[item]]
        for other in wrong:
            if isinstance(item, dict) and isinstance(other, dict):
                continue
            found = inspect({**sample, name: other})
            assert name in {finding.path.partition(".")[0] for finding in found if finding.setting in ("", "optional_parts")}


@pytest.mark.parametrize("type_name", sorted([*DOMAIN, *META_SAMPLES]))
def test_no_list_and_no_dictionary_is_empty(type_name: str) -> None:
    sample = {**DOMAIN_SAMPLES, **META_SAMPLES}[type_name]
    for name, item in sample.items():
        if isinstance(item, list | dict):
            assert ("empty-list", name) in {(finding.reason, finding.path) for finding in inspect({**sample, name: type(item)()})}


def test_the_times_of_the_rows_are_in_the_order_that_they_claim() -> None:
    assert sort_key(EARLIER) < sort_key(TIME) < sort_key(JUST_AFTER)
