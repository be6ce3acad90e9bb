"""All rules on markings, one for each system, in the order in which the first that refuses gives its reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from schemas.labels.model import Label
from schemas.markings import Tlp
from transforms.permit.acs import acs_anonymous, acs_purposes, acs_reason
from transforms.permit.handling import (
    audience_reason,
    classification_reason,
    foreign_reason,
    grade_reason,
    handling_purposes,
    handling_reason,
    releasable_reason,
)
from transforms.permit.iep import iep_purposes, iep_reason, pap_reason
from transforms.permit.model import Case, Limits, Party, Verdict
from transforms.permit.tlp import control_reason, tlp_reason


class Rule(NamedTuple):
    """name: the system · reason: '' or why not"""

    name: str
    reason: Callable[[Label, Case], str]


RULES = (
    Rule("fault", lambda label, _case: "marking-mismatch" if label.fault else ""),
    Rule("unknown", lambda label, _case: "marking-unknown" if label.unknown else ""),
    Rule("classification", lambda label, _case: classification_reason(label)),
    Rule("audience", audience_reason),
    Rule("tlp", tlp_reason),
    Rule("orcon", control_reason),
    Rule("handling", handling_reason),
    Rule("rel_to", releasable_reason),
    Rule("no_foreign", foreign_reason),
    Rule("iep", iep_reason),
    Rule("pap", pap_reason),
    Rule("acs", acs_reason),
    Rule("grades", grade_reason),
    Rule("statement", lambda label, case: "marking-statement" if label.statement and case.limits.statements == "withhold" else ""),
)

_RELEASED = ("tlp", "orcon", "handling")


def permit(
    label: Label,
    giver: Party,
    taker: Party,
    limits: Limits,
    slot: datetime,
    *,
    is_client: bool,
    granted: Tlp | None,
    released: bool,
    encrypted: bool,
) -> Verdict:
    """What a label says of one recipient. Pure; a label that says more never allows more, except for the grade that a policy asks for."""
    case = Case(giver, taker, limits, slot, is_client, granted, released, encrypted)
    for rule in RULES:
        if reason := rule.reason(label, case):
            return Verdict(reason, grantable=rule.name in _RELEASED and _lifted(rule, label, case))
    forbidden = iep_purposes(label) | handling_purposes(label) | acs_purposes(label, case)
    return Verdict("", forbidden_purposes=forbidden, anonymous=label.anonymous or acs_anonymous(label, case))


def _lifted(rule: Rule, label: Label, case: Case) -> bool:
    granted = Case(case.giver, case.taker, case.limits, case.slot, case.is_client, case.granted, True, case.encrypted)
    return not rule.reason(label, granted)
