"""STIX 2.0 objects for the tests, and two witnesses of what comes out: the reference library and the hub's own inspection."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import stix2

from schemas.errors import BadInput
from schemas.stix.inspection import inspect
from transforms.upgrade import Upgraded, is_stix20, upgrade

Stix = dict[str, Any]

GREEN = "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da"
RED = "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed"
OWN = "marking-definition--089a6ecb-cc15-43cc-9494-767639779123"
TIME = "2017-01-27T13:49:41.298Z"
UUID = "b67d30ff-02ac-498a-92f9-32f845f448cf"
MD5, SHA256 = "a" * 32, "b" * 64
OWN_PROPERTIES: dict[str, Stix] = {
    "attack-pattern": {"name": "Phishing"},
    "campaign": {"name": "Blue"},
    "course-of-action": {"name": "Block"},
    "identity": {"name": "Example Ltd", "identity_class": "organization"},
    "indicator": {"labels": ["malicious-activity"], "pattern": "[ipv4-addr:value = '192.0.2.1']", "valid_from": TIME},
    "intrusion-set": {"name": "Red"},
    "malware": {"labels": ["trojan"], "name": "Example"},
    "observed-data": {
        "first_observed": TIME,
        "last_observed": TIME,
        "number_observed": 1,
        "objects": {"0": {"type": "ipv4-addr", "value": "192.0.2.1"}},
    },
    "relationship": {
        "relationship_type": "indicates",
        "source_ref": f"indicator--{UUID}",
        "target_ref": f"malware--{UUID}",
    },
    "report": {"labels": ["malware"], "name": "Weekly", "published": TIME, "object_refs": [f"malware--{UUID}"]},
    "sighting": {"sighting_of_ref": f"malware--{UUID}", "where_sighted_refs": [f"identity--{UUID}"], "count": 3},
    "threat-actor": {"labels": ["spy"], "name": "Green"},
    "tool": {"labels": ["remote-access"], "name": "Example"},
    "vulnerability": {"name": "CVE-2017-0001"},
}
"""Each type of STIX 2.0 that has versions -> what it requires."""


def stix20(type_name: str, **more: Any) -> Stix:
    """A valid STIX 2.0 object of a type."""
    return {"type": type_name, "id": f"{type_name}--{UUID}", "created": TIME, "modified": TIME, **OWN_PROPERTIES[type_name], **more}


def observed(objects: Stix, **more: Any) -> Stix:
    """A STIX 2.0 observed-data with a container."""
    return stix20("observed-data", objects=objects, **more)


def checked(value: Stix, *, valid20: bool = True) -> Upgraded:
    """What an object becomes; what must hold of every upgrade is asserted on the way.

    Both witnesses find it valid, custom types included; it was valid STIX 2.0 unless `valid20` is false; nothing of the input is changed
    or shared.
    """
    if valid20:
        parse(value, "2.0")
    before = copy.deepcopy(value)
    assert is_stix20(value)
    result = upgrade(value)
    assert value == before
    assert result == upgrade(before)
    first = result.objects[0]
    for name in ("type", "id", "created", "modified"):
        assert first.get(name) == value.get(name)
    for item in result.objects:
        assert not is_stix20(item)
        assert upgrade(item) == Upgraded((item,), ())
        assert [finding for finding in inspect(item) if finding.setting in ("", "optional_parts")] == []
        parse(item, "2.1")
    assert len({item["id"] for item in result.objects}) == len(result.objects)
    return result


def parse(value: Stix, version: str) -> None:
    """Let the reference library object; it does not know selectors of containers and of names in capitals."""
    stix2.parse({name: item for name, item in value.items() if name != "granular_markings"}, version=version, allow_custom=True)


def refusal(value: Stix) -> str:
    """The path at which an object is refused."""
    with pytest.raises(BadInput) as caught:
        upgrade(value)
    assert caught.value.reason == "not-upgradable"
    return caught.value.path


def own_changes(result: Upgraded) -> tuple[str, ...]:
    """What was changed, apart from the version."""
    return tuple(change for change in result.changes if not change.endswith(".spec_version=add"))
