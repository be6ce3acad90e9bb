"""A saved filter: which objects of a partner's view stand in one of its collections. Fields are ANDed, the values of one are ORed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from schemas.markings import NAMES, TLP_BY_ID, marking_ids


class SavedFilter(BaseModel):
    """The part `filter` of a collection. An empty one takes everything."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    types: tuple[str, ...] = Field(default=(), description="STIX types.")
    markings: tuple[str, ...] = Field(
        default=(), description="Markings, by the id of their definition or as clear, green, amber, amber+strict, red (either TLP version)."
    )
    labels: tuple[str, ...] = Field(default=(), description="Labels, as the objects write them.")
    min_confidence: Annotated[int, Field(ge=0, le=100)] | None = Field(
        default=None, description="Objects below it, and those without a confidence, are left out."
    )

    @property
    def by_type_alone(self) -> bool:
        """Whether the type of an object decides, so that its bytes need not be read."""
        return not self.markings and not self.labels and self.min_confidence is None

    def takes_type(self, type_name: str) -> bool:
        """Whether objects of the type can pass."""
        return not self.types or type_name in self.types

    def takes(self, value: Mapping[str, Any]) -> bool:
        """Whether an object passes."""
        if not self.takes_type(value["type"]):
            return False
        if self.min_confidence is not None:
            confidence = value.get("confidence")
            if not isinstance(confidence, int) or confidence < self.min_confidence:
                return False
        if self.labels and not set(self.labels) & set(value.get("labels") or ()):
            return False
        return not self.markings or not marking_definitions(self.markings).isdisjoint(marking_ids(value))


def marking_definitions(markings: tuple[str, ...]) -> frozenset[str]:
    """The ids of marking definitions that some names and ids mean."""
    levels = {NAMES[name] for name in markings if name in NAMES}
    return frozenset(markings) | {identifier for identifier, level in TLP_BY_ID.items() if level in levels}
