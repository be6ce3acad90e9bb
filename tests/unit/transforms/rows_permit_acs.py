"""Questions about access control specifications, and their answers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from schemas.labels import Label, join, label_of
from tests.unit.schemas.labels.samples import acs, privilege
from tests.unit.transforms.cases_permit import AMBER, NOBODY, STRANGER, TAKER, marked
from transforms.permit import Party

OFFICER = Party("taker", "le", frozenset({"XXA"}), frozenset(), frozenset({"XXA.POLICE"}))
BUYER = replace(TAKER, kind="private")

ACS: dict[str, tuple[Label, Party, dict[str, Any], str]] = {
    "grants everything": (marked(acs()), TAKER, {}, ""),
    "refuses by default": (marked(acs(priv="deny")), TAKER, {"released": True}, "acs-refused"),
    "lets all see it": (marked(acs(priv="deny", access_privilege=[privilege("DSPLY")])), TAKER, {}, ""),
    "lets all do everything": (marked(acs(priv="deny", access_privilege=[privilege("ALL")])), TAKER, {}, ""),
    "lets a nation see it": (
        marked(acs(priv="deny", access_privilege=[privilege("DSPLY", permitted_nationalities=["XXA"])])),
        TAKER,
        {},
        "",
    ),
    "lets another nation see it": (
        marked(acs(priv="deny", access_privilege=[privilege("DSPLY", permitted_nationalities=["XXB"])])),
        TAKER,
        {},
        "acs-refused",
    ),
    "lets the organizations of a nation see it": (
        marked(
            acs(
                priv="deny",
                access_privilege=[privilege("DSPLY", permitted_nationalities=["XXA"], permitted_organizations=["XXB.ORG"])],
            )
        ),
        TAKER,
        {},
        "acs-refused",
    ),
    "a permission for the police": (marked(acs(priv="deny", access_privilege=[privilege("DSPLY", shareability=["LE"])])), OFFICER, {}, ""),
    "a permission for the police, to others": (
        marked(acs(priv="deny", access_privilege=[privilege("DSPLY", shareability=["LE"])])),
        TAKER,
        {},
        "acs-refused",
    ),
    "refuses the nation": (
        marked(acs(access_privilege=[privilege("DSPLY", "deny", permitted_nationalities=["XXA"])])),
        TAKER,
        {},
        "acs-refused",
    ),
    "refuses another nation": (marked(acs(access_privilege=[privilege("DSPLY", "deny", permitted_nationalities=["XXB"])])), TAKER, {}, ""),
    "refuses a nation, and nothing is known": (
        marked(acs(access_privilege=[privilege("DSPLY", "deny", permitted_nationalities=["XXB"])])),
        NOBODY,
        {},
        "acs-refused",
    ),
    "refuses a sort of reader, which is not known of partners": (
        marked(acs(access_privilege=[privilege("DSPLY", "deny", entity=["CTR"])])),
        TAKER,
        {},
        "acs-refused",
    ),
    "a refusal beats a permission": (
        marked(acs(access_privilege=[privilege("DSPLY"), privilege("ALL", "deny")])),
        TAKER,
        {},
        "acs-refused",
    ),
    "no passing on by default": (marked(acs(share="deny")), TAKER, {}, "acs-refused"),
    "passing on to an organization": (
        marked(acs(share="deny", further_sharing=[{"sharing_scope": ["XXA.ORG"], "rule_effect": "permit"}])),
        TAKER,
        {},
        "",
    ),
    "passing on to foreign governments": (
        marked(acs(share="deny", further_sharing=[{"sharing_scope": ["FOREIGNGOV"], "rule_effect": "permit"}])),
        replace(STRANGER, kind="nation"),
        {},
        "",
    ),
    "passing on to foreign governments, not companies": (
        marked(acs(share="deny", further_sharing=[{"sharing_scope": ["FOREIGNGOV"], "rule_effect": "permit"}])),
        STRANGER,
        {},
        "acs-refused",
    ),
    "no passing on to foreign governments": (
        marked(acs(further_sharing=[{"sharing_scope": ["FOREIGNGOV"], "rule_effect": "deny"}])),
        STRANGER,
        {},
        "acs-refused",
    ),
    "no passing on to foreign governments, at home": (
        marked(acs(further_sharing=[{"sharing_scope": ["FOREIGNGOV"], "rule_effect": "deny"}])),
        TAKER,
        {},
        "",
    ),
    "no passing on to a sector, which is not known of partners": (
        marked(acs(further_sharing=[{"sharing_scope": ["SECTOR"], "rule_effect": "deny"}])),
        TAKER,
        {},
        "acs-refused",
    ),
    "PII is a warning, and minimization answers it": (marked(acs({"sensitivity": ["PII"]})), TAKER, {}, ""),
    "LES is for the police": (marked(acs({"sensitivity": ["LES"]})), OFFICER, {}, ""),
    "LES is for nobody else": (marked(acs({"sensitivity": ["LES"]})), TAKER, {}, "acs-refused"),
    "PCII needs an accreditation": (marked(acs({"sensitivity": ["PCII"]})), TAKER, {}, "acs-refused"),
    "PCII, accredited": (marked(acs({"sensitivity": ["PCII"]})), replace(TAKER, organizations=frozenset({"PCII"})), {}, ""),
    "proprietary, not resold": (marked(acs({"sensitivity": ["PR"], "caveat": ["CISAPROPRIETARY"]})), BUYER, {}, ""),
    "proprietary, resold": (marked(acs({"sensitivity": ["PR"]})), BUYER, {"resale": True}, "acs-refused"),
    "proprietary by caveat, resold": (marked(acs({"caveat": ["CISAPROPRIETARY"]})), BUYER, {"resale": True}, "acs-refused"),
    "FISA is refused": (marked(acs({"caveat": ["FISA"]})), OFFICER, {}, "acs-refused"),
    "POSSIBLEPII is a warning": (marked(acs({"caveat": ["POSSIBLEPII"]})), TAKER, {}, ""),
    "shareability of centres": (marked(acs({"shareability": ["NCC"]})), TAKER, {}, ""),
    "shareability of the police": (marked(acs({"shareability": ["LE", "IC"]})), TAKER, {}, "acs-refused"),
    "entities of government": (marked(acs({"entity": ["GOV", "MIL"]})), OFFICER, {}, ""),
    "entities that are machines": (marked(acs({"entity": ["SVC"]})), TAKER, {}, "acs-refused"),
    "entities named in the partner's file": (
        marked(acs({"entity": ["SVC"]})),
        replace(TAKER, organizations=frozenset({"SVC"})),
        {},
        "",
    ),
    "past its disposition": (
        marked(acs(resource_disposition={"disposition_date": "2026-07-01T00:00:00Z", "disposition_process": "destroy"})),
        TAKER,
        {},
        "acs-refused",
    ),
    "before its disposition": (
        marked(acs(resource_disposition={"disposition_date": "2026-07-02T00:00:00Z", "disposition_process": "destroy"})),
        TAKER,
        {},
        "",
    ),
    "permitted nations": (marked(acs({"permitted_nationalities": ["XXB"]})), TAKER, {}, "not-releasable-to"),
    "secret": (marked(acs({"classification": "S"})), TAKER, {"released": True}, "classification-refused"),
    "PUBREL does not replace a TLP": (join(AMBER, label_of(acs({"formal_determination": ["PUBREL"]}))), TAKER, {}, "tlp-no-grant"),
}
