"""Parties and limits for questions to `permit`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from schemas.labels import Label, Pap, Tlp, join, label_of
from transforms.permit import Party, Verdict, permit
from transforms.permit.model import Case

SLOT = datetime(2026, 7, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Allowed:
    """Limits of a recipient who may have what markings allow, and has promised everything."""

    tlp_max: Tlp = Tlp.RED
    honour_grants: bool = True
    statements: str = "pass"
    iep_accept: frozenset[str] = frozenset(
        {"none", "contact-for-instruction", "internally-visible-actions", "externally-visible-indirect-actions"}
    )
    pap_max: Pap = Pap.RED
    resale: bool = False
    attribution: str = "named"
    refuse_handling: frozenset[str] = frozenset()
    min_source: str | None = None
    min_information: int | None = None
    audience: str = "production"


GIVER = Party("maker", "csirt", frozenset({"XXA"}), frozenset({"forum"}))
TAKER = Party("taker", "csirt", frozenset({"XXA"}), frozenset({"forum"}), frozenset({"XXA.ORG"}))
STRANGER = Party("taker", "private", frozenset({"XXB"}), frozenset({"club"}), frozenset({"XXB.ORG"}))
NOBODY = Party("taker", "private", frozenset(), frozenset())


CLEAR, GREEN, AMBER, STRICT, RED = (Label(tlp=level) for level in Tlp)


def clear(**said: Any) -> Label:
    """TLP:CLEAR and something else."""
    return Label(tlp=Tlp.CLEAR, **said)


def marked(*definitions: dict[str, Any]) -> Label:
    """TLP:CLEAR and what some definitions say."""
    return join(CLEAR, *map(label_of, definitions))


def case_of(taker: Party = TAKER, *, giver: Party = GIVER, slot: datetime = SLOT, **asked: Any) -> Case:
    """A question; names of limits go into the limits, all else stands as it is without special permission."""
    names = Allowed.__dataclass_fields__.keys()
    limits = replace(Allowed(), **{name: value for name, value in asked.items() if name in names})
    rest = {"is_client": False, "granted": None, "released": False, "encrypted": True}
    return Case(giver, taker, limits, slot, **(rest | {name: value for name, value in asked.items() if name not in names}))


def ask(label: Label, taker: Party = TAKER, **asked: Any) -> Verdict:
    """The verdict on it."""
    case = case_of(taker, **asked)
    return permit(
        label,
        case.giver,
        case.taker,
        case.limits,
        case.slot,
        is_client=case.is_client,
        granted=case.granted,
        released=case.released,
        encrypted=case.encrypted,
    )
