"""Which objects are STIX 2.0, and that all others come back as they are."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.ids import CONTRIBUTING
from tests.unit.transforms.upgrade.support import OWN_PROPERTIES, TIME, UUID, checked, own_changes, stix20
from transforms.upgrade import Upgraded, is_stix20, upgrade

VERSIONS = {"created": TIME, "modified": TIME}


@pytest.mark.parametrize("type_name", OWN_PROPERTIES)
def test_an_object_without_a_version_is_stix_20(type_name: str) -> None:
    value = stix20(type_name)
    assert is_stix20(value)
    assert is_stix20(value | {"spec_version": "2.0"})
    assert not is_stix20(value | {"spec_version": "2.1"})


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"type": "marking-definition", "id": f"marking-definition--{UUID}", "created": TIME}, True),
        ({"type": "x-thing", **VERSIONS}, True),
        ({"type": "x-thing", "created": TIME}, False),
        ({"type": "x-thing"}, False),
        ({"type": "x-thing", "id": f"x-thing--{UUID}", "value": "a"}, False),
        ({"type": "x-thing", "spec_version": "2.0"}, True),
        ({"type": "location", **VERSIONS}, True),
        ({"type": "ipv4-addr", "spec_version": "2.0"}, True),
        ({"type": "bundle", "spec_version": "2.0"}, False),
        ({"type": "tool", "spec_version": "2.2"}, False),
        ({"type": "tool", "spec_version": None}, False),
        ({"type": None, "spec_version": "2.0"}, False),
        ({"spec_version": "2.0"}, False),
        ({}, False),
    ],
)
def test_which_objects_are_stix_20(value: dict[str, Any], expected: bool) -> None:
    assert is_stix20(value) is expected
    if not expected:
        assert upgrade(value) == Upgraded((value,), ())


@pytest.mark.parametrize("type_name", CONTRIBUTING)
def test_observables_without_a_version_are_stix_21(type_name: str) -> None:
    assert not is_stix20({"type": type_name, "id": f"{type_name}--{UUID}", "created": TIME, "modified": TIME})


@pytest.mark.parametrize("type_name", OWN_PROPERTIES)
def test_the_version_is_said_and_recorded(type_name: str) -> None:
    result = checked(stix20(type_name))
    assert all(item["spec_version"] == "2.1" for item in result.objects)
    assert result.changes[0] == f"{type_name}.spec_version=add"
    labelled = upgrade(stix20(type_name, spec_version="2.0"))
    assert labelled.objects == result.objects
    assert labelled.changes[0] == f"{type_name}.spec_version=replace"


@pytest.mark.parametrize(
    "type_name", ["attack-pattern", "campaign", "course-of-action", "intrusion-set", "relationship", "sighting", "vulnerability"]
)
def test_types_that_are_the_same_in_both_versions_only_say_their_version(type_name: str) -> None:
    value = stix20(type_name, labels=["whatever"], x_example_score=3)
    result = checked(value)
    assert result.objects == ({**value, "spec_version": "2.1"},)
    assert own_changes(result) == ()


def test_custom_objects_are_kept_and_not_named_in_the_record() -> None:
    value = {"type": "x-canary", "id": f"x-canary--{UUID}", **VERSIONS, "x_secret": 1}
    result = upgrade(value)
    assert result.objects == ({**value, "spec_version": "2.1"},)
    assert result.changes == ("*.spec_version=add",)


@pytest.mark.parametrize("level", ["white", "green", "amber", "red"])
def test_tlp_markings_stay_what_they_are(level: str) -> None:
    from schemas.markings import TLP_BY_ID, is_genuine_tlp

    identifier = list(TLP_BY_ID)[["white", "green", "amber", "red"].index(level)]
    value = {
        "type": "marking-definition",
        "id": identifier,
        "created": "2017-01-20T00:00:00.000Z",
        "definition_type": "tlp",
        "definition": {"tlp": level},
    }
    result = checked(value)
    assert result.objects == ({**value, "spec_version": "2.1"},)
    assert is_genuine_tlp(result.objects[0])


def test_statement_markings_stay_what_they_are() -> None:
    value = {
        "type": "marking-definition",
        "id": f"marking-definition--{UUID}",
        "created": TIME,
        "definition_type": "statement",
        "definition": {"statement": "Copyright 2017, Example Ltd"},
    }
    assert checked(value).objects == ({**value, "spec_version": "2.1"},)
