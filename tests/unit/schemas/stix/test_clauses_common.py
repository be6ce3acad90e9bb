"""Data types and common properties by clause (STIX 2.1 §2, §3)."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.stix.findings import Finding
from schemas.stix.inspection import inspect
from tests.unit.schemas.stix.clauses import GONE, Row, broken, hard, optional, title, told
from tests.unit.schemas.stix.sample_objects import BUNDLE, GREEN, RED, REFERENCES, SAMPLES, TIME, UUID, ref


def references(**change: Any) -> dict[str, Any]:
    made = {name: item for name, item in {**REFERENCES[0], **change}.items() if item is not GONE}
    return {"external_references": [REFERENCES[0], made]}


def granular(*markings: dict[str, Any]) -> dict[str, Any]:
    return {"granular_markings": list(markings)}


TYPES_OF_VALUES: list[Row] = [
    # §2.2 Boolean
    ("tool", {"revoked": "true"}, optional("invalid-property", "revoked", "3.2")),
    ("tool", {"revoked": 0}, optional("invalid-property", "revoked", "3.2")),
    ("tool", {"revoked": None}, optional("invalid-property", "revoked", "3.2")),
    # §2.3 Dictionary
    ("tool", {"extensions": {}}, optional("empty-list", "extensions", "2.3")),
    ("language-content", {"contents": {}, "granular_markings": GONE}, hard("empty-list", "contents", "2.3")),
    ("language-content", {"contents": {"de": {}}, "granular_markings": GONE}, hard("empty-list", "contents.*", "2.3")),
    (
        "language-content",
        {"contents": {"de": {"name": None}}, "granular_markings": GONE},
        hard("invalid-property", "contents.*.name", "2.3"),
    ),
    # §2.4 Enum
    ("opinion", {"opinion": "Agree"}, hard("closed-vocabulary", "opinion", "2.4")),
    ("opinion", {"opinion": 4}, hard("invalid-property", "opinion", "4.15.1")),
    # §2.5 External Reference
    ("tool", references(source_name=GONE), optional("missing-property", "external_references.1.source_name", "2.5.1")),
    ("tool", references(source_name=None), optional("invalid-property", "external_references.1.source_name", "2.5.1")),
    ("tool", references(url=5), optional("invalid-property", "external_references.1.url", "2.5.1")),
    ("tool", references(description=GONE, url=GONE, external_id=GONE), optional("missing-property", "external_references.1", "2.5.2")),
    ("tool", references(x_own=1), [("custom-content", "external_references.1.*", "2.5.1", "custom_properties")]),
    ("tool", {"external_references": []}, optional("empty-list", "external_references", "2.12")),
    ("tool", {"external_references": ["x"]}, optional("invalid-property", "external_references.0", "3.2")),
    # §2.7 Hashes
    ("tool", references(hashes={}), optional("empty-list", "external_references.1.hashes", "2.3")),
    ("tool", references(hashes={"é": "x"}), optional("invalid-name", "external_references.1.hashes.*", "2.7")),
    ("tool", references(hashes={"MD": "x"}), optional("invalid-name", "external_references.1.hashes.*", "2.7")),
    ("tool", references(hashes={"MD5": 1}), optional("invalid-property", "external_references.1.hashes.*", "2.5.1")),
    ("tool", references(hashes={"MD5": "a"}), optional("invalid-hash", "external_references.1.hashes.MD5", "10.7")),
    ("tool", references(hashes={"x_own": "a"}), [("open-vocabulary", "external_references.1.hashes.*", "10.7", "vocabulary")]),
    # §2.9 Identifier
    ("tool", {"created_by_ref": "identity"}, optional("invalid-property", "created_by_ref", "2.9")),
    ("tool", {"created_by_ref": f"identity--{UUID}\n"}, optional("invalid-property", "created_by_ref", "2.9")),
    ("report", {"object_refs": ["Tool--" + UUID]}, hard("invalid-property", "object_refs.0", "2.9")),
    ("report", {"object_refs": [f"tool--{UUID[:19]}c{UUID[20:]}"]}, hard("invalid-property", "object_refs.0", "2.9")),
    ("report", {"object_refs": [f"tool--{UUID[:14]}1{UUID[15:]}", f"x--{UUID.upper()}"]}, []),
    # §2.10 Integer
    ("tool", {"confidence": 50.0}, optional("invalid-property", "confidence", "3.2")),
    ("tool", {"confidence": "50"}, optional("invalid-property", "confidence", "3.2")),
    ("tool", {"confidence": True}, optional("invalid-property", "confidence", "3.2")),
    # §2.11 Kill Chain Phase
    (
        "tool",
        {"kill_chain_phases": [{"kill_chain_name": "k"}]},
        optional("missing-property", "kill_chain_phases.0.phase_name", "2.11"),
    ),
    (
        "tool",
        {"kill_chain_phases": [{"kill_chain_name": "k", "phase_name": 1}]},
        optional("invalid-property", "kill_chain_phases.0.phase_name", "2.11"),
    ),
    ("tool", {"kill_chain_phases": []}, optional("empty-list", "kill_chain_phases", "2.12")),
    # §2.12 List
    ("tool", {"aliases": []}, optional("empty-list", "aliases", "2.12")),
    ("tool", {"aliases": "a"}, optional("invalid-property", "aliases", "4.18.1")),
    ("tool", {"aliases": ["a", 1, 2]}, optional("invalid-property", "aliases.1", "4.18.1")),
    ("report", {"object_refs": []}, hard("empty-list", "object_refs", "2.12")),
    # §2.14 Open Vocabulary
    ("tool", {"tool_types": ["unknown", "own"]}, [("open-vocabulary", "tool_types.1", "4.18.1", "vocabulary")]),
    # §2.15 String
    ("tool", {"description": 1}, optional("invalid-property", "description", "4.18.1")),
    ("tool", {"name": ["n"]}, hard("invalid-property", "name", "4.18.1")),
    # §2.16 Timestamp
    *[
        ("campaign", {"first_seen": wrong}, optional("invalid-timestamp", "first_seen", "2.16"))
        for wrong in (
            *("2026-02-29T00:00:00Z", "2026-02-03T04:05:06.Z", "2026-02-03T04:05:06+00:00", "2026-02-03t04:05:06z", "2026-02-03 04:05:06Z"),
            *("2026-02-03", "2026-02-03T24:00:00Z", "0000-01-01T00:00:00Z", "2026-02-03T04:05:06.٣Z", "2026-04-31T00:00:00Z", ""),
        )
    ],
    ("campaign", {"first_seen": "2024-02-29T23:59:60.123456789012345Z"}, []),
    ("tool", {"created": "yesterday"}, hard("invalid-timestamp", "created", "2.16")),
]

UNSELECTED = hard("invalid-selector", "granular_markings.0.selectors.0", "7.2.3") + hard(
    "invalid-selector", "granular_markings.1.selectors.0", "7.2.3"
)
"""What follows where the labels are gone that the samples mark."""

COMMON: list[Row] = [
    # §3.1 names
    ("tool", {"Foo": 1}, [("invalid-name", "*", "3.1", "custom_properties")]),
    ("tool", {"fo": 1}, [("invalid-name", "*", "3.1", "custom_properties")]),
    ("tool", {"x-foo": 1}, [("invalid-name", "*", "3.1", "custom_properties")]),
    ("tool", {"1st_foo": 1}, [("invalid-name", "*", "3.1", "custom_properties")]),
    ("tool", {"x" * 251: 1}, [("invalid-name", "*", "3.1", "custom_properties")]),
    # §3.2 common properties
    *[(name, {"id": GONE}, hard("missing-id", "id", "3.2")) for name in ("tool", "relationship", "language-content", "marking-definition")],
    ("tool", {"id": f"tool-{UUID}"}, hard("invalid-id", "id", "2.9")),
    ("tool", {"id": ref("malware")}, hard("invalid-id", "id", "2.9")),
    ("tool", {"id": 1}, hard("invalid-id", "id", "2.9")),
    ("tool", {"id": f"tool--{UUID[:19]}c{UUID[20:]}"}, hard("invalid-id", "id", "2.9")),
    ("tool", {"id": ref("tool").upper()}, hard("invalid-id", "id", "2.9")),
    ("tool", {"spec_version": "2.0"}, hard("unsupported-version", "spec_version", "3.2")),
    ("tool", {"spec_version": GONE}, hard("unsupported-version", "spec_version", "3.2")),
    ("tool", {"spec_version": None}, hard("unsupported-version", "spec_version", "3.2")),
    ("tool", {"spec_version": 2.1}, hard("unsupported-version", "spec_version", "3.2")),
    ("tool", {"created": GONE}, hard("missing-property", "created", "3.2")),
    ("tool", {"modified": GONE}, hard("missing-property", "modified", "3.2")),
    ("tool", {"created": "2026-02-03T04:05:06.78Z"}, [("invalid-timestamp", "created", "3.2", "missing_parts")]),
    ("tool", {"modified": "2026-02-03T04:05:08Z"}, [("invalid-timestamp", "modified", "3.2", "missing_parts")]),
    ("marking-definition", {"created": "2026-02-03T04:05:08Z"}, [("invalid-timestamp", "created", "3.2", "missing_parts")]),
    ("tool", {"created_by_ref": ref("tool")}, optional("invalid-reference", "created_by_ref", "3.2")),
    ("tool", {"labels": []}, optional("empty-list", "labels", "2.12") + UNSELECTED),
    ("tool", {"confidence": 101}, optional("out-of-range", "confidence", "3.2")),
    ("tool", {"confidence": -1}, optional("out-of-range", "confidence", "3.2")),
    ("tool", {"confidence": 100}, []),
    *[("tool", {"lang": good}, []) for good in ("de", "zh-Hant-TW", "sl-rozaj-biske", "de-CH-x-phonebk", "i-klingon", "x-own", "es-419")],
    *[("tool", {"lang": bad}, optional("invalid-property", "lang", "3.2")) for bad in ("", "e", "de_DE", "de-", "en\n")],
    ("tool", {"object_marking_refs": []}, hard("empty-list", "object_marking_refs", "2.12")),
    ("tool", {"object_marking_refs": [ref("tool")]}, hard("invalid-reference", "object_marking_refs.0", "3.2")),
    ("tool", {"object_marking_refs": GREEN}, hard("invalid-property", "object_marking_refs", "3.2")),
    ("tool", {"defanged": True}, [("custom-content", "defanged", "3.2", "custom_properties")]),
    ("language-content", {"lang": "de"}, [("custom-content", "lang", "3.2", "custom_properties")]),
    ("marking-definition", {"modified": TIME}, [("custom-content", "modified", "3.2", "custom_properties")]),
    ("extension-definition", {"confidence": 1}, [("custom-content", "confidence", "3.2", "custom_properties")]),
    # §3.6.1 versioning
    ("tool", {"modified": "2026-02-03T04:05:06.788Z"}, hard("invalid-order", "modified", "3.6.1")),
    ("tool", {"modified": "2026-02-03T04:05:06.7889999Z"}, hard("invalid-order", "modified", "3.6.1")),
    ("tool", {"modified": "2026-02-03T04:05:06.7890Z"}, []),
    # §3.8 reserved names
    *[
        ("course-of-action", {name: "x"}, [("invalid-name", "*", "3.8", "custom_properties")])
        for name in ("severity", "username", "phone_number", "action")
    ],
    # §7.2.3 granular markings
    ("tool", {"granular_markings": []}, hard("empty-list", "granular_markings", "2.12")),
    ("tool", granular({"marking_ref": RED}), hard("missing-property", "granular_markings.0.selectors", "7.2.3")),
    ("tool", granular({"marking_ref": RED, "selectors": []}), hard("empty-list", "granular_markings.0.selectors", "2.12")),
    (
        "tool",
        granular({"marking_ref": ref("tool"), "selectors": ["name"]}),
        hard("invalid-reference", "granular_markings.0.marking_ref", "7.2.3"),
    ),
    ("tool", granular({"selectors": ["name"]}), hard("missing-property", "granular_markings.0", "7.2.3")),
    (
        "tool",
        granular({"marking_ref": RED, "lang": "de", "selectors": ["name"]}),
        hard("exclusive-properties", "granular_markings.0", "7.2.3"),
    ),
    ("tool", granular({"lang": "d", "selectors": ["name"]}), hard("invalid-property", "granular_markings.0.lang", "3.2")),
    ("tool", granular({"lang": "de", "selectors": ["nope"]}), optional("invalid-selector", "granular_markings.0.selectors.0", "7.2.3")),
    (
        "tool",
        granular({"marking_ref": RED, "selectors": ["name", "labels.[1]"]}),
        hard("invalid-selector", "granular_markings.0.selectors.1", "7.2.3"),
    ),
    (
        "tool",
        granular({"marking_ref": RED, "selectors": ["name"], "x_own": 1}),
        [("custom-content", "granular_markings.0.*", "7.2.3", "custom_properties")],
    ),
]


@pytest.mark.parametrize("row", [*TYPES_OF_VALUES, *COMMON], ids=title)
def test_a_clause(row: Row) -> None:
    type_name, change, findings = row
    assert told(broken(type_name, change)) == findings


@pytest.mark.parametrize("type_name", sorted(SAMPLES))
def test_an_object_with_every_property_is_clean(type_name: str) -> None:
    assert inspect(SAMPLES[type_name]) == ()


@pytest.mark.parametrize("wrong", [{}, {"type": None}, {"type": ""}, {"type": 5}, {"type": ["tool"]}, {"id": ref("tool")}])
def test_without_a_type_nothing_else_is_said(wrong: dict[str, Any]) -> None:
    assert inspect(wrong) == (Finding("missing-type", "type", "3.2"),)


def test_an_object_of_another_version_is_told_by_its_version_alone() -> None:
    assert told({"type": "tool", "id": ref("tool"), "name": 5}) == [("unsupported-version", "spec_version", "3.2", "")]
    assert told({"type": "tool"}) == [("unsupported-version", "spec_version", "3.2", "")]
    assert told({"type": "tool", "spec_version": "2.0"}) == [
        ("missing-id", "id", "3.2", ""),
        ("unsupported-version", "spec_version", "3.2", ""),
    ]


def test_an_observable_need_not_say_its_version() -> None:
    value = {"type": "mutex", "id": ref("mutex"), "name": "m"}
    assert told(value) == told({**value, "spec_version": "2.1"}) == []
    assert told({**value, "spec_version": "2.0"}) == [("unsupported-version", "spec_version", "3.2", "")]


def test_several_faults_are_all_found_each_once() -> None:
    value = broken("indicator", {"confidence": 101, "labels": [], "valid_until": "2020-01-01T00:00:00Z", "x_own": 1, "name": GONE})
    assert set(told(value)) == {
        ("out-of-range", "confidence", "3.2", "optional_parts"),
        ("empty-list", "labels", "2.12", "optional_parts"),
        ("invalid-order", "valid_until", "4.7.1", "optional_parts"),
        ("custom-content", "*", "11.1", "custom_properties"),
        ("missing-recommended", "name", "4.7.1", "missing_parts"),
        *UNSELECTED,
    }
    assert len(told(value)) == 7


BUNDLES: list[tuple[dict[str, Any], list[tuple[str, str, str, str]]]] = [
    ({}, []),
    ({"objects": GONE}, []),
    ({"objects": []}, optional("empty-list", "objects", "2.12")),
    ({"objects": [5]}, optional("invalid-property", "objects.0", "8.1")),
    ({"objects": [{}]}, optional("invalid-property", "objects.0.type", "8.1")),
    ({"objects": [{"type": "tool"}, BUNDLE]}, optional("invalid-property", "objects.1.type", "8.1")),
    ({"id": ref("tool")}, hard("invalid-id", "id", "2.9")),
    ({"id": GONE}, hard("missing-id", "id", "3.2")),
    ({"spec_version": "2.0"}, hard("unsupported-version", "spec_version", "3.2")),
    ({"spec_version": "2.1"}, [("custom-content", "spec_version", "3.2", "custom_properties")]),
    ({"x_own": 1}, [("custom-content", "*", "11.1", "custom_properties")]),
]


@pytest.mark.parametrize(("change", "findings"), BUNDLES)
def test_a_clause_of_bundles(change: dict[str, Any], findings: list[tuple[str, str, str, str]]) -> None:
    """§8.1."""
    assert told({name: item for name, item in {**BUNDLE, **change}.items() if item is not GONE}) == findings
