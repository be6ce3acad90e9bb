"""Observed data (STIX 2.1 §4.14), with references to observables or with the deprecated container of them (§2.13)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar

from pydantic import Field

from schemas.ids import type_of
from schemas.stix.checks import at_least_one, exclusive, in_order, optional
from schemas.stix.common import ABSENT, AnyValue, Check, Domain, Identifiers, NonEmpty, Timestamp
from schemas.stix.findings import Finding
from schemas.stix.names import BUNDLE, DOMAIN_TYPES, META_TYPES, RELATIONSHIP_TYPES
from schemas.stix.references import refers_not_to

Container = Annotated[dict[str, Annotated[dict[str, AnyValue], NonEmpty]], NonEmpty]
"""§2.13: looked at no deeper than the types and references of its objects."""


def _contains_observables(value: Mapping[str, Any]) -> Iterator[Finding]:
    """Each object of a container says its type, and its references stay in the container."""
    objects = value["objects"]
    for observable in objects.values():
        if not isinstance(observable.get("type"), str):
            yield optional("missing-property", "objects", "2.13", "objects.*.type")
            return
    for observable in objects.values():
        for name, found in observable.items():
            references = [found] if name.endswith("_ref") else found if name.endswith("_refs") and isinstance(found, list) else ()
            if not all(isinstance(reference, str) and reference in objects for reference in references):
                yield optional("invalid-reference", "objects", "2.13", "objects.*.*")
                return


_refers_to_what_is_observed = refers_not_to(DOMAIN_TYPES | META_TYPES | BUNDLE, "object_refs", "4.14.1", required=False)


def _refers_to_observables(value: Mapping[str, Any]) -> Iterator[Finding]:
    """Observables and relationships, at least one of them an observable."""
    yield from _refers_to_what_is_observed(value)
    if all(type_of(reference) in RELATIONSHIP_TYPES for reference in value["object_refs"]):
        yield optional("invalid-reference", "object_refs", "4.14.1")


class ObservedData(Domain):
    """§4.14."""

    SECTION = "4.14.1"
    WHEN: ClassVar[Mapping[str, Check]] = {"objects": _contains_observables, "object_refs": _refers_to_observables}
    CROSS = (
        in_order("first_observed", "last_observed", "4.14.1", equal=True, required=True),
        at_least_one("4.14", "object_refs", "objects"),
        exclusive("4.14", "object_refs", "objects"),
    )

    first_observed: Timestamp
    last_observed: Timestamp
    number_observed: Annotated[int, Field(strict=True, ge=1, le=999_999_999)]
    objects: Container = ABSENT
    object_refs: Identifiers = ABSENT
