"""ACS 3.0 (US Information Sharing Architecture) as a STIX extension: what it grants, refuses and asks for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from schemas.labels.join import join
from schemas.labels.model import FAULT, UNKNOWN, Acs, Classification, Label, Privilege, Sharing
from schemas.labels.reading import Misread, beyond, moment, one_of, property_extension, section, texts

ACTIONS = frozenset(
    "DSPLY IDSRC TENOT NETDEF LEGAL INTEL TEARLINE OPACTION REQUEST ANONYMOUSACCESS CISAUSES ALL".split()  # noqa: SIM905
)

_LEVELS = {
    "U": Classification.UNCLASSIFIED,
    "C": Classification.CONFIDENTIAL,
    "S": Classification.SECRET,
    "TS": Classification.TOP_SECRET,
}
_DETERMINATIONS = frozenset(
    {
        "PUBREL",
        "NF",
        "AIS",
        "PII-NECESSARY-TO-UNDERSTAND-THREAT",
        "NO-PII-PRESENT",
        "FOUO",
        "INFORMATION-DIRECTLY-RELATED-TO-CYBERSECURITY-THREAT",
    }
)
_CAVEATS = frozenset({"FISA", "POSSIBLEPII", "CISAPROPRIETARY"})
_SENSITIVITIES = frozenset({"NTOC_DHS_ECYBER_SVC_SHARE.NSA.NSA", "PCII", "LES", "INT", "PII", "PR", "TEI"})
_SHAREABILITY = frozenset({"NCC", "EM", "LE", "IC"})
_ENTITIES = frozenset({"MIL", "GOV", "CTR", "SVR", "SVC", "DEV", "NET"})
_ALL = frozenset({"ALL"})
_EFFECTS = ("permit", "deny")

_KNOWN = frozenset(
    {
        "extension_type",
        "identifier",
        "name",
        "create_date_time",
        "responsible_entity_custodian",
        "responsible_entity_originator",
        "authority_reference",
        "policy_reference",
        "original_classification",
        "derivative_classification",
        "declassification",
        "resource_disposition",
        "public_release",
        "access_privilege",
        "further_sharing",
        "control_set",
    }
)
_CONTROLS = frozenset(
    {
        "classification",
        "formal_determination",
        "caveat",
        "sensitivity",
        "shareability",
        "entity",
        "permitted_nationalities",
        "permitted_organizations",
    }
)
_POLICY = re.compile(r"(?:urn:isa:policy:acs:ns:v3\.0\?privdefault=(?:permit|deny)&sharedefault=(?:permit|deny)\s?)+", re.ASCII)
_CUSTODIAN = re.compile(r"([A-Z0-9]+)\.[A-Z0-9]+(?:\.[A-Z0-9][A-Z0-9-]+)?", re.ASCII)


def acs_label(body: Mapping[str, Any]) -> Label:
    """The label of one ACS extension. A word that its schema does not have makes it unknown, a form that it does not allow a fault."""
    try:
        property_extension(body)
        if not isinstance(body.get("identifier"), str):
            raise Misread
        moment(body.get("create_date_time"))
        controls = section(body.get("control_set"))
        said = _controls(controls)
        return join(said, Label(acs=frozenset({_rules(body, controls)})), beyond(body, _KNOWN), _vocabulary(controls))
    except Misread:
        return FAULT


def _controls(controls: Mapping[str, Any]) -> Label:
    determinations = texts(controls.get("formal_determination"))
    level = _LEVELS[one_of(controls.get("classification"), _LEVELS)]
    if "sci_controls" in controls:
        level = Classification.TOP_SECRET  # compartments exist only above secret
    named = (texts(controls.get("permitted_nationalities")), texts(controls.get("permitted_organizations")))
    return Label(
        classification=level,
        rel_to=frozenset(_capitals(names) for names in named if names),
        no_foreign="NF" in determinations,
    )


def _vocabulary(controls: Mapping[str, Any]) -> Label:
    known = (
        texts(controls.get("formal_determination")) <= _DETERMINATIONS
        and texts(controls.get("caveat")) <= _CAVEATS
        and texts(controls.get("sensitivity")) <= _SENSITIVITIES
        and texts(controls.get("shareability")) <= _SHAREABILITY
        and texts(controls.get("entity")) <= _ENTITIES
    )
    return beyond(controls, _CONTROLS | {"sci_controls"}) if known else UNKNOWN


def _rules(body: Mapping[str, Any], controls: Mapping[str, Any]) -> Acs:
    custodian = _CUSTODIAN.fullmatch(str(body.get("responsible_entity_custodian")))
    policy = body.get("policy_reference")
    if custodian is None or not isinstance(policy, str) or not _POLICY.fullmatch(policy):
        raise Misread
    disposition = body.get("resource_disposition")
    return Acs(
        nation=custodian[1],
        privilege_default="privdefault=deny" not in policy,
        sharing_default="sharedefault=deny" not in policy,
        caveat=texts(controls.get("caveat")),
        sensitivity=texts(controls.get("sensitivity")),
        shareability=texts(controls.get("shareability")),
        entity=texts(controls.get("entity")),
        privileges=frozenset(map(_privilege, _items(body.get("access_privilege")))),
        sharing=frozenset(map(_sharing, _items(body.get("further_sharing")))),
        disposed=None if disposition is None else moment(section(disposition).get("disposition_date")),
    )


def _items(value: object) -> list[Mapping[str, Any]]:
    if value is None:
        return []
    if not isinstance(value, list) or not value:
        raise Misread
    return [section(item) for item in value]


def _privilege(rule: Mapping[str, Any]) -> Privilege:
    scope = section(rule.get("privilege_scope"))
    dimensions = ("permitted_nationalities", "permitted_organizations", "shareability", "entity")
    if not scope or not scope.keys() <= set(dimensions):
        raise Misread
    nationalities, organizations, shareability, entity = (_capitals(texts(scope.get(name))) for name in dimensions)
    if not shareability <= _SHAREABILITY | _ALL or not entity <= _ENTITIES | _ALL:
        raise Misread
    return Privilege(
        one_of(rule.get("privilege_action"), ACTIONS),
        one_of(rule.get("rule_effect"), _EFFECTS) == "permit",
        nationalities,
        organizations,
        shareability,
        entity,
    )


def _sharing(rule: Mapping[str, Any]) -> Sharing:
    scope = _capitals(texts(rule.get("sharing_scope")))
    if not scope:
        raise Misread
    return Sharing(scope, one_of(rule.get("rule_effect"), _EFFECTS) == "permit")


def _capitals(names: frozenset[str]) -> frozenset[str]:
    return frozenset(name.upper() for name in names)
