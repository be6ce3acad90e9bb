"""ACS 3.0: rules of access and of further sharing, read for one taker.

Where the marking asks for something that the hub cannot know of a partner, permission is not assumed and a refusal is.
"""

from __future__ import annotations

from schemas.labels.model import Acs, Label, Privilege, Sharing
from transforms.permit.model import Case, Party

PURPOSES = {
    "NETDEF": frozenset({"network_defence", "incident_response"}),
    "LEGAL": frozenset({"evidence", "law_enforcement", "extradition_support"}),
    "INTEL": frozenset({"intelligence", "threat_research", "situational_awareness"}),
    "TENOT": frozenset({"victim_notification"}),
}
"""What may not be done without a privilege."""

KINDS = {
    "LE": frozenset({"le"}),
    "IC": frozenset({"intel"}),
    "NCC": frozenset({"csirt"}),
    "GOV": frozenset({"nation", "le", "intel"}),
    "LES": frozenset({"le"}),
    "INT": frozenset({"intel"}),
}
"""Which partners a code means, beside those whose file names it as an organization."""

_HARMLESS = frozenset({"PII"})
_PROPRIETARY = frozenset({"PR"})
_STATES = frozenset({"nation", "le", "intel", "csirt"})


def acs_reason(label: Label, case: Case) -> str:
    """'' where every specification lets the taker see it, and lets it be passed on to the taker."""
    return "" if all(_lets(acs, case) for acs in label.acs) else "acs-refused"


def acs_purposes(label: Label, case: Case) -> frozenset[str]:
    """What the specifications forbid this taker to use it for."""
    denied = (purposes for acs in label.acs for action, purposes in PURPOSES.items() if not _may(acs, action, case.taker))
    return frozenset().union(*denied)


def acs_anonymous(label: Label, case: Case) -> bool:
    """Whether a specification does not let the taker know the source."""
    return any(not _may(acs, "IDSRC", case.taker) for acs in label.acs)


def _lets(acs: Acs, case: Case) -> bool:
    taker = case.taker
    return (
        (acs.disposed is None or case.slot < acs.disposed)
        and "FISA" not in acs.caveat
        and not (case.limits.resale and ("CISAPROPRIETARY" in acs.caveat or acs.sensitivity & _PROPRIETARY))
        and all(_is(taker, code) for code in acs.sensitivity - _HARMLESS - _PROPRIETARY)
        and (not acs.shareability or any(_is(taker, code) for code in acs.shareability))
        and (not acs.entity or any(_is(taker, code) for code in acs.entity))
        and _may(acs, "DSPLY", taker)
        and _shared(acs, taker)
    )


def _is(taker: Party, code: str) -> bool:
    return taker.kind in KINDS.get(code, frozenset()) or code in taker.called


def _may(acs: Acs, action: str, taker: Party) -> bool:
    """A refusal that may mean the taker beats a permission; without either the default holds."""
    rules = [rule for rule in acs.privileges if rule.action in {action, "ALL"}]
    if any(not rule.allowed and _may_cover(rule, taker) for rule in rules):
        return False
    return acs.privilege_default or any(rule.allowed and _covers(rule, taker) for rule in rules)


def _covers(rule: Privilege, taker: Party) -> bool:
    names = taker.names
    named = all("ALL" in scope or scope & names for scope in (rule.nationalities, rule.organizations) if scope)
    return named and all("ALL" in codes or any(_is(taker, code) for code in codes) for codes in (rule.shareability, rule.entity) if codes)


def _may_cover(rule: Privilege, taker: Party) -> bool:
    """What sort of person or machine reads it is not known of a partner, so only nations and organizations can be ruled out."""
    known = ((rule.nationalities, taker.nations), (rule.organizations, taker.called))
    return all("ALL" in scope or not names or scope & names for scope, names in known if scope)


def _shared(acs: Acs, taker: Party) -> bool:
    if any(not rule.allowed and _may_mean(rule, acs, taker) for rule in acs.sharing):
        return False
    return acs.sharing_default or any(rule.allowed and _means(rule, acs, taker) for rule in acs.sharing)


def _means(rule: Sharing, acs: Acs, taker: Party) -> bool:
    foreign = bool(taker.nations) and acs.nation not in taker.nations and taker.kind in _STATES
    return bool(rule.scope & taker.names) or ("FOREIGNGOV" in rule.scope and foreign)


def _may_mean(rule: Sharing, acs: Acs, taker: Party) -> bool:
    if not taker.organizations or rule.scope & taker.names or "SECTOR" in rule.scope:
        return True
    return "FOREIGNGOV" in rule.scope and taker.nations != {acs.nation}
