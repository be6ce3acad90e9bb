"""What a statement changes in a view: the rule by which the publisher applies it, and by which a plan tells beforehand what it will do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from transforms.statement import Statement

Change = Literal["same", "added", "changed", "withdrawn", "revoked", "refused"]
"""same: nothing · added, changed: it is visible now · withdrawn: it is taken away · revoked: its producer's revocation is passed on
refused: it was not visible and is not, for another reason than before"""


Name = TypeVar("Name", int, str)


@dataclass(frozen=True, slots=True)
class Standing(Generic[Name]):
    """The decision that stands for one handle. object_id: as what it is visible, by id or by number; None where it is not."""

    decision: str
    reason: str
    object_id: Name | None
    digest: bytes | None
    slot: str


def change_of(known: Standing[Name] | None, statement: Statement, slot: str, named: Name) -> Change:
    """What a statement of a slot does to what stands; `named` is its object, as `known` names objects. Pure."""
    held = None if known is None else known.object_id
    if known is not None and slot < known.slot:
        return "same"
    if statement.decision == "withdraw" or (statement.decision == "revoke" and held is None):
        if known is not None and (known.decision, known.reason) == ("withdraw", statement.reason):
            return "same"
        return "refused" if held is None else "withdrawn"
    if known is not None and (known.decision, held, known.digest) == (statement.decision, named, statement.digest):
        return "same"
    if statement.decision == "revoke":
        return "revoked" if held == named else "withdrawn"
    return "added" if held is None else "changed"
