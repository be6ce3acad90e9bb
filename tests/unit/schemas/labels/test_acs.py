"""ACS 3.0: what its blocks become in a label, and which bodies are not believed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from schemas.labels import FAULT, Classification, Label, join, label_of
from schemas.stix.extensions_known import ACS_EXTENSION
from tests.unit.schemas.labels.samples import acs, acs_body, extended, privilege, without


def one(label: Label, part: str) -> Any:
    (item,) = getattr(label, part)
    return item


ACS: dict[str, tuple[dict[str, Any], dict[str, Any], Label]] = {
    "U": ({}, {}, Label(classification=Classification.UNCLASSIFIED)),
    "C": ({"classification": "C"}, {}, Label(classification=Classification.CONFIDENTIAL)),
    "S": ({"classification": "S"}, {}, Label(classification=Classification.SECRET)),
    "TS": ({"classification": "TS"}, {}, Label(classification=Classification.TOP_SECRET)),
    "compartments are of what is top secret": ({"sci_controls": ["X"]}, {}, Label(classification=Classification.TOP_SECRET)),
    "NF": ({"formal_determination": ["NF", "FOUO"]}, {}, Label(classification=Classification.UNCLASSIFIED, no_foreign=True)),
    "REL TO": (
        {"permitted_nationalities": ["XXA", "XXB"]},
        {},
        Label(classification=Classification.UNCLASSIFIED, rel_to=frozenset({frozenset({"XXA", "XXB"})})),
    ),
    "nations and organizations must both be met": (
        {"permitted_nationalities": ["XXA"], "permitted_organizations": ["ISAC", "XXA.ORG"]},
        {},
        Label(classification=Classification.UNCLASSIFIED, rel_to=frozenset({frozenset({"XXA"}), frozenset({"ISAC", "XXA.ORG"})})),
    ),
    "PUBREL widens nothing": ({"formal_determination": ["PUBREL"]}, {}, Label(classification=Classification.UNCLASSIFIED)),
    "NO-PII-PRESENT is a claim only": ({"formal_determination": ["NO-PII-PRESENT"]}, {}, Label(classification=Classification.UNCLASSIFIED)),
    "a determination that nobody knows": (
        {"formal_determination": ["OTHER"]},
        {},
        Label(classification=Classification.UNCLASSIFIED, unknown=True),
    ),
    "a caveat that nobody knows": ({"caveat": ["OTHER"]}, {}, Label(classification=Classification.UNCLASSIFIED, unknown=True)),
    "a sensitivity that nobody knows": ({"sensitivity": ["OTHER"]}, {}, Label(classification=Classification.UNCLASSIFIED, unknown=True)),
    "a category of another registry": (
        {"logical_authority_category": ["X"]},
        {},
        Label(classification=Classification.UNCLASSIFIED, unknown=True),
    ),
    "a part that its schema does not have": ({}, {"more": 1}, Label(classification=Classification.UNCLASSIFIED, unknown=True)),
}


@pytest.mark.parametrize("case", ACS)
def test_acs(case: str) -> None:
    controls, body, label = ACS[case]
    found = label_of(acs(controls, **body))
    assert found == join(label, Label(acs=found.acs))
    assert one(found, "acs").nation == "XXA"


@pytest.mark.parametrize(
    ("controls", "body", "part", "value"),
    [
        ({}, {}, "privilege_default", True),
        ({}, {"priv": "deny"}, "privilege_default", False),
        ({}, {"share": "deny"}, "sharing_default", False),
        (
            {},
            {"policy_reference": " ".join(acs_body(share=share)["policy_reference"] for share in ("permit", "deny"))},
            "sharing_default",
            False,
        ),
        ({"caveat": ["FISA"]}, {}, "caveat", {"FISA"}),
        ({"sensitivity": ["LES", "PII"]}, {}, "sensitivity", {"LES", "PII"}),
        ({"shareability": ["LE"]}, {}, "shareability", {"LE"}),
        ({"entity": ["GOV"]}, {}, "entity", {"GOV"}),
        (
            {},
            {"resource_disposition": {"disposition_date": "2026-02-01T00:00:00Z", "disposition_process": "x"}},
            "disposed",
            datetime(2026, 2, 1, tzinfo=UTC),
        ),
    ],
)
def test_acs_rules(controls: dict[str, Any], body: dict[str, Any], part: str, value: object) -> None:
    assert getattr(one(label_of(acs(controls, **body)), "acs"), part) == value


def test_acs_privileges_and_further_sharing() -> None:
    rules = [privilege("IDSRC", "deny", entity=["GOV"], shareability=["ALL"]), privilege("DSPLY")]
    sharing = [{"sharing_scope": ["FOREIGNGOV"], "rule_effect": "deny"}]
    found = one(label_of(acs(access_privilege=rules, further_sharing=sharing)), "acs")
    assert {(rule.action, rule.allowed, *rule.entity) for rule in found.privileges} == {("IDSRC", False, "GOV"), ("DSPLY", True)}
    assert [(*rule.scope, rule.allowed) for rule in found.sharing] == [("FOREIGNGOV", False)]


@pytest.mark.parametrize(
    "body",
    [
        *(without(acs_body(), name) for name in sorted(set(acs_body()) - {"extension_type"})),
        acs_body({"classification": "R"}),
        acs_body({"classification": None}),
        acs_body({"caveat": []}),
        acs_body({"caveat": "FISA"}),
        acs_body({"permitted_nationalities": [1]}),
        acs_body(control_set="U"),
        acs_body(policy_reference="urn:isa:policy:acs:ns:v3.0"),
        acs_body(responsible_entity_custodian="XXA"),
        acs_body(access_privilege=[]),
        acs_body(access_privilege=[{"privilege_action": "DSPLY", "rule_effect": "permit"}]),
        acs_body(access_privilege=[privilege("PRINT")]),
        acs_body(access_privilege=[privilege("DSPLY", "allow")]),
        acs_body(access_privilege=[privilege("DSPLY", entity=["MARS"])]),
        acs_body(access_privilege=[privilege("DSPLY", other=["ALL"])]),
        acs_body(further_sharing=[{"rule_effect": "permit"}]),
        acs_body(further_sharing=[{"sharing_scope": ["SECTOR"], "rule_effect": "maybe"}]),
        acs_body(resource_disposition={"disposition_process": "x"}),
        acs_body(extension_type="new-sdo"),
    ],
)
def test_an_acs_of_another_form_is_a_fault(body: dict[str, Any]) -> None:
    assert label_of(extended(ACS_EXTENSION, body)) == FAULT
