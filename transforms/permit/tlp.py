"""TLP 2.0 and originator control: who may pass on what."""

from __future__ import annotations

from schemas.labels.model import Label
from schemas.markings import Tlp
from transforms.permit.model import Case


def tlp_reason(label: Label, case: Case) -> str:
    """'' where TLP lets it go. A label without TLP is read as AMBER+STRICT; the caller knows better what unmarked means, and says it."""
    tlp = Tlp.AMBER_STRICT if label.tlp is None else label.tlp
    if tlp > case.limits.tlp_max and not (case.released and case.limits.honour_grants):
        return "tlp-above-ceiling"
    if tlp == Tlp.CLEAR or case.released:
        return ""
    granted = Tlp.CLEAR if case.granted is None else min(case.granted, Tlp.AMBER)
    if tlp <= granted or (tlp <= Tlp.AMBER and case.is_client):
        return ""
    if tlp == Tlp.GREEN:
        return "" if case.giver.communities & case.taker.communities else "tlp-no-community"
    return "tlp-no-grant"


def control_reason(label: Label, case: Case) -> str:
    """Originator control (ORCON): nothing moves without a signed grant."""
    return "originator-control" if label.orcon and not case.released else ""
