"""Police handling codes and grades, classification, releasability, audience."""

from __future__ import annotations

from schemas.labels.model import Classification, Grade, Label
from transforms.permit.model import Case

FORBIDS = {
    "H0": frozenset({"threat_research", "situational_awareness", "training"}),
    "H1": frozenset({"evidence", "extradition_support"}),
}
"""H0: only to prevent and combat crime · H1: not in judicial proceedings without permission."""

NEEDS_GRANT = frozenset({"H2", "H3"})
"""H2: no dissemination without permission · H3: other restrictions, which only its originator can explain."""


def handling_reason(label: Label, case: Case) -> str:
    """'' where no code on it is refused by the policy, or needs a permission that is not there."""
    refused = bool(label.handling & case.limits.refuse_handling)
    return "handling-refused" if refused or (label.handling & NEEDS_GRANT and not case.released) else ""


def handling_purposes(label: Label) -> frozenset[str]:
    """What its codes forbid to use it for."""
    return frozenset().union(*(FORBIDS.get(code, frozenset()) for code in label.handling))


def grade_reason(label: Label, case: Case) -> str:
    """'' where every grade reaches what the policy asks for; words alone do not show that it is reached."""
    source, information = case.limits.min_source, case.limits.min_information
    if source is None and information is None:
        return ""
    graded = any(not grade.word for grade in label.grades)
    return "" if graded and all(_reaches(grade, source, information) for grade in label.grades) else "grade-too-low"


def _reaches(grade: Grade, source: str | None, information: int | None) -> bool:
    return (source is None or grade.source <= source) and (information is None or grade.information <= information)


def classification_reason(label: Label) -> str:
    """'' where it is unclassified or says nothing."""
    return "classification-refused" if (label.classification or 0) > Classification.UNCLASSIFIED else ""


def releasable_reason(label: Label, case: Case) -> str:
    """'' where every list of permitted recipients names the taker."""
    if not label.rel_to:
        return ""
    names = case.taker.names
    return "" if all(permitted & names for permitted in label.rel_to) else "not-releasable-to"


def foreign_reason(label: Label, case: Case) -> str:
    """'' where the taker is under no other nation's law than the giver."""
    if not label.no_foreign:
        return ""
    nations = case.taker.nations
    abroad = not nations or not nations <= case.giver.nations or any(nations - {acs.nation} for acs in label.acs)
    return "no-foreign" if abroad else ""


def audience_reason(label: Label, case: Case) -> str:
    """'' where it names no audience, or the taker's only."""
    return "" if label.audiences <= {case.limits.audience} else "audience-mismatch"
