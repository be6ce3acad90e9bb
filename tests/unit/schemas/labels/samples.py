"""Marking definitions of every system, built from their specifications' words."""

from __future__ import annotations

import uuid
from typing import Any

from schemas.markings import TLP2_EXTENSION
from schemas.stix.extensions_known import ACS_EXTENSION, HANDLING_EXTENSION, IEP_EXTENSION, PAP_EXTENSION

Stix = dict[str, Any]

CREATED = "2026-02-03T04:05:06.789Z"
NAMES = uuid.UUID("2f7a1d54-0c8e-4f0b-9a55-7f3c1e9b6d20")

TLP1 = {
    "white": "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9",
    "green": "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da",
    "amber": "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82",
    "red": "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed",
}
TLP2 = {
    "clear": "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
    "green": "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    "amber": "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    "amber+strict": "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
    "red": "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
}

PAP_IDS = {
    "clear": ("marking-definition--ad15a0cd-55b6-4588-a14c-a66105329b92", "2022-10-01T00:00:00.000Z"),
    "white": ("marking-definition--a3bea94c-b469-41dc-9cfe-d6e7daba7730", "2022-10-01T00:00:00.000Z"),
    "green": ("marking-definition--c43594d1-4b11-4c59-93ab-1c9b14d53ce9", "2022-10-09T00:00:00.000Z"),
    "amber": ("marking-definition--60f8932b-e51e-4458-b265-a2e8be9a80ab", "2022-10-02T00:00:00.000Z"),
    "red": ("marking-definition--740d36e5-7714-4c30-961a-3ae632ceee0e", "2022-10-06T00:00:00.000Z"),
}


def identifier(type_name: str, name: str) -> str:
    """An id that follows from a name."""
    return f"{type_name}--{uuid.uuid5(NAMES, name)}"


def indicator(name: str = "a", /, **more: Any) -> Stix:
    """An indicator."""
    return {
        "type": "indicator",
        "spec_version": "2.1",
        "id": identifier("indicator", name),
        "created": CREATED,
        "modified": CREATED,
        "pattern": "[domain-name:value = 'evil.example']",
        "pattern_type": "stix",
        "valid_from": CREATED,
    } | more


def definition(marking_id: str, /, **more: Any) -> Stix:
    """A marking definition without a body."""
    return {"type": "marking-definition", "spec_version": "2.1", "id": marking_id, "created": CREATED} | more


def tlp1(word: str) -> Stix:
    """The definition of a TLP 1 colour."""
    return definition(TLP1[word], name=f"TLP:{word.upper()}", definition_type="tlp", definition={"tlp": word})


def tlp2(word: str) -> Stix:
    """The definition of a TLP 2.0 label."""
    body = {"extension_type": "property-extension", "tlp_2_0": word}
    return definition(TLP2[word], name=f"TLP:{word.upper()}", extensions={TLP2_EXTENSION: body})


def statement_marking(name: str, /, **more: Any) -> Stix:
    """A statement."""
    made = definition(identifier("marking-definition", name), definition_type="statement", definition={"statement": f"Copyright {name}"})
    return made | more


def extended(extension: str, body: Any, /, **more: Any) -> Stix:
    """A marking definition with one extension."""
    return definition(identifier("marking-definition", "sample"), extensions={extension: body}) | more


def pap(word: str, /, **more: Any) -> Stix:
    """The PAP definition of one colour, word for word."""
    named, created = PAP_IDS[word]
    body = {"extension_type": "property-extension", "pap": word}
    return extended(PAP_EXTENSION, body, id=named, created=created, name=f"PAP:{word.upper()}") | more


def iep_body(**more: Any) -> Stix:
    """An IEP that asks for nothing."""
    return {
        "extension_type": "property-extension",
        "encrypt_in_transit": "may",
        "permitted_actions": "externally-visible-direct-actions",
        "affected_party_notifications": "may",
        "tlp": "white",
        "provider_attribution": "may",
        "unmodified_resale": "may",
        "iep_id": "6b9d2f0e-3c51-4d6e-8a0b-2f9c7c1d4e55",
        "iep_version": 2.0,
        "description": "Asks for nothing.",
        "start_date": "2026-01-01T00:00:00Z",
    } | more


def iep(**more: Any) -> Stix:
    """A definition with it."""
    return extended(IEP_EXTENSION, iep_body(**more), name="Policy of the example group")


def without(body: Stix, *names: str) -> Stix:
    """A copy that lacks some properties."""
    return {key: value for key, value in body.items() if key not in names}


def acs_body(control_set: Stix | None = None, /, priv: str = "permit", share: str = "permit", **more: Any) -> Stix:
    """An ACS body that grants everything, from a custodian under the code XXA."""
    return {
        "extension_type": "property-extension",
        "identifier": "isa:guide.19001.ACS3-0c2b1d8e-5a4f-4a77-9d3c-8e6f1a2b3c4d",
        "create_date_time": "2026-01-01T00:00:00Z",
        "responsible_entity_custodian": "XXA.ORG",
        "policy_reference": f"urn:isa:policy:acs:ns:v3.0?privdefault={priv}&sharedefault={share}",
        "control_set": {"classification": "U"} | (control_set or {}),
    } | more


def acs(control_set: Stix | None = None, /, **more: Any) -> Stix:
    """A definition with it."""
    return extended(ACS_EXTENSION, acs_body(control_set, **more))


def privilege(action: str, effect: str = "permit", /, **scope: list[str]) -> Stix:
    """One rule of access; for all where nothing narrows it."""
    return {"privilege_action": action, "privilege_scope": scope or {"permitted_nationalities": ["ALL"]}, "rule_effect": effect}


def handling(**body: Any) -> Stix:
    """A definition with our own extension."""
    return extended(HANDLING_EXTENSION, {"extension_type": "property-extension"} | body)
