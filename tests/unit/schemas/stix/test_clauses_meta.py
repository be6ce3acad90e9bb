"""Meta objects, extensions and custom content by clause (STIX 2.1 §7, §11)."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.ids import observable_id
from schemas.stix.extensions_known import ENRICHMENT_EXTENSION, HANDLING_EXTENSION, KNOWN_EXTENSIONS
from schemas.stix.findings import Finding
from schemas.stix.inspection import inspect
from tests.unit.schemas.stix.clauses import GONE, Row, Told, broken, hard, optional, title, told
from tests.unit.schemas.stix.sample_objects import ENRICHMENT, GREEN, RED, STRANGE, TIME, ref

TLP2 = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
AMBER_STRICT = "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003"
OWN = ref("marking-definition")


def marking(**properties: Any) -> dict[str, Any]:
    return {"type": "marking-definition", "spec_version": "2.1", "id": OWN, "created": TIME, **properties}


def tlp2(word: str) -> dict[str, Any]:
    return {"extensions": {TLP2: {"extension_type": "property-extension", "tlp_2_0": word}}}


MISMATCH = hard("marking-mismatch", "definition", "7.2.1")

MARKINGS: list[tuple[dict[str, Any], list[Told]]] = [
    (marking(definition_type="statement", definition={"statement": "s"}), []),
    (marking(id=GREEN, definition_type="tlp", definition={"tlp": "green"}), []),
    (marking(id=GREEN, definition_type="tlp", definition={"tlp": "green"}, name="TLP:GREEN"), []),
    (marking(id=AMBER_STRICT, **tlp2("amber+strict")), []),
    (marking(extensions={ENRICHMENT: {"extension_type": "property-extension", "score": 1}}), []),
    # §7.2.1: without extensions, a type and a definition
    (marking(), hard("missing-property", "definition_type", "7.2.1") + hard("missing-property", "definition", "7.2.1")),
    (marking(definition={"statement": "s"}), hard("missing-property", "definition_type", "7.2.1")),
    (marking(definition_type="statement"), hard("missing-property", "definition", "7.2.1")),
    (
        marking(definition_type="statement", definition={}),
        hard("empty-list", "definition", "2.3") + hard("missing-property", "definition", "7.2.1"),
    ),
    (marking(definition_type="own", definition={"x": 1}), [("open-vocabulary", "definition_type", "7.2.1", "vocabulary")]),
    # §7.2.1.3 statement
    (marking(definition_type="statement", definition={"x": 1}), hard("missing-property", "definition.statement", "7.2.1")),
    (marking(definition_type="statement", definition={"statement": 5}), hard("invalid-property", "definition.statement", "7.2.1")),
    # §7.2.1.4 TLP
    (marking(definition_type="tlp", definition={"tlp": "green"}), MISMATCH),
    (marking(id=GREEN, definition_type="tlp", definition={"tlp": "white"}), MISMATCH),
    (marking(id=GREEN, definition_type="statement", definition={"statement": "s"}), MISMATCH),
    (marking(definition_type="statement", definition={"statement": "s"}, name="TLP:AMBER+STRICT"), MISMATCH),
    (marking(**tlp2("clear")), MISMATCH),
    (marking(id=AMBER_STRICT, **tlp2("clear")), MISMATCH),
    (marking(id=RED, definition_type="tlp", definition={"x": 1}), MISMATCH + hard("missing-property", "definition.tlp", "7.2.1")),
    # §3.2: no marking of itself
    (
        marking(definition_type="statement", definition={"statement": "s"}, object_marking_refs=[GREEN, OWN]),
        hard("invalid-reference", "object_marking_refs", "3.2"),
    ),
    (
        marking(
            definition_type="statement",
            definition={"statement": "s"},
            granular_markings=[{"marking_ref": OWN, "selectors": ["definition"]}],
        ),
        hard("invalid-reference", "granular_markings", "3.2"),
    ),
    # what a marking means is never dropped
    (
        marking(extensions={STRANGE: {"extension_type": "own"}}),
        [
            *hard("closed-vocabulary", "extensions.*.extension_type", "10.5"),
            ("unregistered-extension", "extensions.*", "7.3", "extensions"),
        ],
    ),
]


@pytest.mark.parametrize(("value", "findings"), MARKINGS)
def test_a_clause_of_markings(value: dict[str, Any], findings: list[Told]) -> None:
    """§7.2.1."""
    assert told(value) == findings
    assert all(finding.place == () for finding in inspect(value) if finding.path.startswith("extensions"))


def extended(body: Any, name: str = STRANGE, **change: Any) -> dict[str, Any]:
    return {"extensions": {name: body}, **change}


UNREGISTERED = [("unregistered-extension", "extensions.*", "7.3", "extensions")]

ROWS: list[Row] = [
    # §7.1 Language Content
    ("language-content", {"object_ref": ref("bundle")}, hard("invalid-reference", "object_ref", "7.1.1")),
    ("language-content", {"object_ref": ref("relationship")}, []),
    (
        "language-content",
        {"contents": {"german!": {"name": "n"}}, "granular_markings": GONE},
        hard("invalid-property", "contents.*", "3.2"),
    ),
    ("language-content", {"contents": {"de": "n"}, "granular_markings": GONE}, hard("invalid-property", "contents.*", "7.1.1")),
    ("language-content", {"object_modified": "now"}, optional("invalid-timestamp", "object_modified", "2.16")),
    # §7.3.1 Extension Definition
    ("extension-definition", {"created_by_ref": GONE}, hard("missing-property", "created_by_ref", "3.2")),
    ("extension-definition", {"schema": GONE}, hard("missing-property", "schema", "7.3.1")),
    ("extension-definition", {"schema": 5}, hard("invalid-property", "schema", "7.3.1")),
    ("extension-definition", {"normative": "x"}, [("custom-content", "*", "11.1", "custom_properties")]),
    ("extension-definition", {"extension_types": []}, hard("empty-list", "extension_types", "2.12")),
    ("extension-definition", {"extension_types": ["own"]}, hard("closed-vocabulary", "extension_types.0", "2.4")),
    ("extension-definition", {"description": GONE}, [("missing-recommended", "description", "7.3.1", "missing_parts")]),
    ("extension-definition", {"extension_properties": GONE}, [("missing-recommended", "extension_properties", "7.3.1", "missing_parts")]),
    ("extension-definition", {"extension_types": ["new-sdo"]}, optional("exclusive-properties", "extension_properties", "7.3.1")),
    ("extension-definition", {"extension_types": ["new-sdo"], "extension_properties": GONE}, []),
    ("extension-definition", {"extension_properties": ["Rank"]}, optional("invalid-name", "extension_properties", "7.3.2")),
    ("extension-definition", {"extensions": {"a": 1}}, [("custom-content", "extensions", "3.2", "custom_properties")]),
    # §3.2, §7.3: extensions by definition
    ("tool", extended({"extension_type": "property-extension", "rank": 5}), UNREGISTERED),
    ("tool", extended({"extension_type": "property-extension", "tlp_2_0": "clear"}, TLP2), []),
    ("tool", extended({"rank": 5}, ENRICHMENT), optional("missing-property", "extensions.*.extension_type", "3.2")),
    ("tool", extended({"extension_type": "own"}, ENRICHMENT), optional("closed-vocabulary", "extensions.*.extension_type", "10.5")),
    ("tool", extended({"extension_type": ["new-sdo"]}, ENRICHMENT), optional("closed-vocabulary", "extensions.*.extension_type", "10.5")),
    ("tool", extended({}, ENRICHMENT), optional("empty-list", "extensions.*", "2.3")),
    ("tool", extended(None, ENRICHMENT), optional("invalid-property", "extensions.*", "3.2")),
    (
        "tool",
        extended({"extension_type": "property-extension", "Rank": 5}, ENRICHMENT),
        [("invalid-name", "extensions.*.*", "7.3.2", "extensions")],
    ),
    (
        "tool",
        extended({"extension_type": "property-extension", "rank": None}, ENRICHMENT),
        optional("invalid-property", "extensions.*.*", "2.3"),
    ),
    # §7.3: properties at the top level
    (
        "tool",
        extended({"extension_type": "toplevel-property-extension"}, rank=5, toxicity=8),
        UNREGISTERED + [("unregistered-extension", "*", "7.3", "extensions")] * 2,
    ),
    ("tool", extended({"extension_type": "toplevel-property-extension"}, ENRICHMENT, rank=5), []),
    (
        "tool",
        extended({"extension_type": "toplevel-property-extension"}, ENRICHMENT, Rank=5),
        [("invalid-name", "*", "7.3.2", "extensions")],
    ),
    (
        "tool",
        extended({"extension_type": "property-extension"}, ENRICHMENT, rank=5),
        [("custom-content", "*", "11.1", "custom_properties")],
    ),
    (
        "tool",
        extended({"extension_type": "toplevel-property-extension"}, ENRICHMENT, severity=5),
        [("invalid-name", "*", "3.8", "custom_properties")],
    ),
    # §3.10 predefined extensions
    ("tool", extended({"sid": "x"}, "ntfs-ext"), optional("invalid-property", "extensions.ntfs-ext", "3.10")),
    # §11.1 custom properties
    ("tool", {"x_own": {"deep": [1]}}, [("custom-content", "*", "11.1", "custom_properties")]),
    ("tool", {"x_own": None}, [("invalid-property", "*", "2", "optional_parts"), ("custom-content", "*", "11.1", "custom_properties")]),
    # §2.3, §2.12: nothing is empty, at any depth of custom content
    *[
        ("tool", {"x_own": content}, [(reason, "*", section, "custom_properties"), ("custom-content", "*", "11.1", "custom_properties")])
        for content, reason, section in (
            ([], "empty-list", "2.12"),
            ({}, "empty-list", "2.3"),
            ({"a": [1, {"b": []}]}, "empty-list", "2.12"),
            ([[1, {"b": {}}]], "empty-list", "2.3"),
            ([1, None], "invalid-property", "2"),
            ({"a": {"b": None}}, "invalid-property", "2"),
        )
    ],
    *[
        (
            "tool",
            extended({"extension_type": "property-extension", "rank": content}),
            [(reason, "extensions.*.*", section, "extensions"), *UNREGISTERED],
        )
        for content, reason, section in (([], "empty-list", "2.12"), ({"a": [None]}, "invalid-property", "2"))
    ],
    # §7.3.2: names in an extension are the producer's matter, also where the hub does not know the extension
    (
        "tool",
        extended({"extension_type": "property-extension", "id": "1", "no": 5}),
        [("invalid-name", "extensions.*.*", "7.3.2", "extensions"), *UNREGISTERED],
    ),
    # §11.3 custom extensions: on observables alone
    ("tool", extended({"foo": 1}, "x-own-ext"), [("invalid-name", "extensions.*", "11.3.1", "custom_properties")]),
]


@pytest.mark.parametrize("row", ROWS, ids=title)
def test_a_clause(row: Row) -> None:
    type_name, change, findings = row
    assert told(broken(type_name, change)) == findings


MUTEX: dict[str, Any] = {"type": "mutex", "id": ref("mutex"), "name": "m"}
CUSTOM: dict[str, Any] = {"type": "x-own", "spec_version": "2.1", "id": ref("x-own"), "created": TIME, "modified": TIME, "foo": 1}
OWN_OBSERVABLE: dict[str, Any] = {"type": "x-own", "id": ref("x-own"), "value": "a", "foo_refs": [ref("file")]}
UNKNOWN_TYPE = [("custom-content", "type", "11.2", "custom_objects")]

OTHERS: list[tuple[dict[str, Any], list[Told]]] = [
    # §11.3 custom extensions of observables
    ({**MUTEX, "extensions": {"x-own-ext": {"foo": 1}}}, [("custom-content", "extensions.*", "11.3", "custom_properties")]),
    *[
        ({**MUTEX, "extensions": {name: {"foo": 1}}}, [("invalid-name", "extensions.*", "11.3.1", "custom_properties")])
        for name in ("x-own", "X-own-ext", "x_own-ext", "x" * 247 + "-ext")
    ],
    # §3.2: properties that observables do not have
    *[
        ({**MUTEX, name: "x"}, [("custom-content", name, "3.2", "custom_properties")])
        for name in ("created_by_ref", "created", "revoked", "labels", "confidence", "lang", "external_references")
    ],
    # §7.2.3 on observables
    (
        {**MUTEX, "granular_markings": [{"marking_ref": RED, "selectors": ["value"]}]},
        hard("invalid-selector", "granular_markings.0.selectors.0", "7.2.3"),
    ),
    # §11.2 custom objects
    (CUSTOM, UNKNOWN_TYPE),
    (
        {**CUSTOM, "severity": 1, "Foo": 2},
        [*UNKNOWN_TYPE, ("invalid-name", "*", "3.8", "custom_properties"), ("invalid-name", "*", "3.1", "custom_properties")],
    ),
    ({**CUSTOM, "modified": "yesterday"}, [*UNKNOWN_TYPE, *hard("invalid-timestamp", "modified", "2.16")]),
    ({**CUSTOM, "created": GONE}, [*UNKNOWN_TYPE, *hard("missing-property", "created", "3.2")]),
    ({**CUSTOM, "spec_version": GONE}, hard("unsupported-version", "spec_version", "3.2")),
    ({**CUSTOM, "type": "x--own", "id": ref("x--own")}, [("invalid-name", "type", "3.1", "custom_objects"), *UNKNOWN_TYPE]),
    ({**CUSTOM, "type": "xx", "id": ref("xx")}, [("invalid-name", "type", "3.1", "custom_objects"), *UNKNOWN_TYPE]),
    (
        {**CUSTOM, "type": "X_Own", "id": ref("X_Own")},
        [("invalid-name", "type", "3.1", "custom_objects"), *UNKNOWN_TYPE, *hard("invalid-id", "id", "2.9")],
    ),
    # §11.2.1, §3.2: without times it is an observable, which need not say its version
    (OWN_OBSERVABLE, UNKNOWN_TYPE),
    ({**OWN_OBSERVABLE, "spec_version": "2.1", "defanged": True}, UNKNOWN_TYPE),
    ({**OWN_OBSERVABLE, "spec_version": "2.2"}, hard("unsupported-version", "spec_version", "3.2")),
    ({**OWN_OBSERVABLE, "id": GONE}, [*hard("missing-id", "id", "3.2"), *UNKNOWN_TYPE]),
    ({**OWN_OBSERVABLE, "labels": "a"}, [*UNKNOWN_TYPE, *optional("invalid-property", "labels", "3.2")]),
    ({**OWN_OBSERVABLE, "extensions": {STRANGE: {"extension_type": "property-extension"}}}, [*UNKNOWN_TYPE, *UNREGISTERED]),
    *[
        ({**OWN_OBSERVABLE, "spec_version": "2.1", name: TIME}, [*UNKNOWN_TYPE, *hard("missing-property", other, "3.2")])
        for name, other in (("created", "modified"), ("modified", "created"))
    ],
    ({**OWN_OBSERVABLE, "created": TIME}, hard("unsupported-version", "spec_version", "3.2")),
    # §7.3: types that an extension defines
    *[({**CUSTOM, "extensions": {STRANGE: {"extension_type": kind}}}, UNREGISTERED) for kind in ("new-sdo", "new-sro")],
    ({**CUSTOM, "extensions": {ENRICHMENT: {"extension_type": "new-sdo"}}}, []),
    ({**CUSTOM, "extensions": {STRANGE: {"extension_type": "property-extension"}}}, [*UNKNOWN_TYPE, *UNREGISTERED]),
    (
        {**CUSTOM, "extensions": {STRANGE: {"extension_type": "new-sdo"}}, "created": GONE},
        [*hard("missing-property", "created", "3.2"), *UNREGISTERED],
    ),
    ({"type": "x-own", "id": ref("x-own"), "foo": 1, "extensions": {STRANGE: {"extension_type": "new-sco"}}}, UNREGISTERED),
]


@pytest.mark.parametrize(("value", "findings"), OTHERS)
def test_a_clause_of_custom_content(value: dict[str, Any], findings: list[Told]) -> None:
    assert told({name: item for name, item in value.items() if item is not GONE}) == findings


def test_places_are_what_is_to_be_dropped() -> None:
    found = inspect(broken("tool", {**extended({"extension_type": "toplevel-property-extension"}), "rank": 1}))
    assert [finding.place for finding in found] == [("extensions", STRANGE), ("rank",)]
    whole = inspect({**CUSTOM, "extensions": {STRANGE: {"extension_type": "new-sdo"}}})
    assert [finding.place for finding in whole] == [()]


def test_a_versioned_observable_has_no_id_in_the_namespace_that_all_share() -> None:
    """§3.6."""
    value = {"type": "mutex", "name": "m"}
    deterministic = {**value, "id": observable_id(value), "created": TIME, "modified": TIME}
    assert Finding("reserved-id", "id", "3.6", "observable_ids") in inspect(deterministic)
    random = {**deterministic, "id": ref("mutex")}
    assert not any(finding.reason == "reserved-id" for finding in inspect(random))


def test_the_id_of_an_observable_is_held_against_what_came_and_not_against_what_is_left_of_it() -> None:
    """§2.9."""
    value: dict[str, Any] = {"type": "file", "name": "n", "hashes": {"MD5": "a"}, "size": -1}
    assert {reason for reason, *_ in told({**value, "id": observable_id(value)})} == {"invalid-hash", "out-of-range"}
    other = {**value, "id": observable_id({**value, "name": "o"})}
    assert {reason for reason, *_ in told(other)} == {"invalid-hash", "out-of-range", "observable-id"}
    assert told({**other, "id": "file"})[0] == ("invalid-id", "id", "2.9", "")


def test_the_hub_knows_its_own_extensions_and_those_of_markings() -> None:
    assert {ENRICHMENT_EXTENSION, HANDLING_EXTENSION} < KNOWN_EXTENSIONS
    assert len(KNOWN_EXTENSIONS) == 6
