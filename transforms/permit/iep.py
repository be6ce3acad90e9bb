"""IEP 2.0 and PAP: duties that travel with an object go only to who has promised to keep them."""

from __future__ import annotations

from schemas.labels.model import Iep, Label, Pap
from transforms.permit.acs import acs_anonymous
from transforms.permit.model import Case

_NO_DUTY = "externally-visible-direct-actions"


def iep_reason(label: Label, case: Case) -> str:
    """'' where every information exchange policy on it is in force and kept to."""
    reasons = {_one(policy, label, case) for policy in label.iep}
    return next((reason for reason in ("iep-not-in-force", "iep-not-accepted", "iep-attribution") if reason in reasons), "")


def _one(policy: Iep, label: Label, case: Case) -> str:
    if case.slot < policy.starts or (policy.ends is not None and case.slot >= policy.ends):
        return "iep-not-in-force"
    if policy.encrypt and not case.encrypted:
        return "iep-not-accepted"
    if policy.actions != _NO_DUTY and policy.actions not in case.limits.iep_accept:
        return "iep-not-accepted"
    if not policy.resale and case.limits.resale:
        return "iep-not-accepted"
    if policy.attribution == "must" and (label.anonymous or acs_anonymous(label, case) or case.limits.attribution == "anonymous"):
        return "iep-attribution"
    return ""


def iep_purposes(label: Label) -> frozenset[str]:
    """What the policies forbid to use it for."""
    return frozenset() if all(policy.notify for policy in label.iep) else frozenset({"victim_notification"})


def pap_reason(label: Label, case: Case) -> str:
    """'' where the recipient keeps to actions as narrow as this."""
    return "pap-not-accepted" if (label.pap or Pap.CLEAR) > case.limits.pap_max else ""
