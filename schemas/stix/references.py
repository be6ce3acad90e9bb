"""References (STIX 2.1 §3.3): to which types a property may not refer, and what an external reference needs (§2.5)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from schemas.ids import type_of
from schemas.stix.checks import optional, own_names
from schemas.stix.common import Check, ExternalReference
from schemas.stix.crowds import MOST, few
from schemas.stix.findings import Finding
from schemas.stix.hashes import hash_findings

_REFERENCE = frozenset(ExternalReference.model_fields)
_PLAIN = _REFERENCE - {"hashes"}
"""Two of these are right whatever they say, since the source's name is required."""


def refers_not_to(types: frozenset[str], name: str, section: str, *, required: bool) -> Check:
    """The check of one property, a reference or a list of them, that names every type but these (custom types can be any)."""

    def check(value: Mapping[str, Any]) -> Iterator[Finding]:
        found = value[name]
        if isinstance(found, str):
            return iter((finding(name),) if type_of(found) in types else ())
        wrong = next((place for place, reference in enumerate(found) if type_of(reference) in types), None)
        return iter(() if wrong is None else (finding(f"{name}.{wrong}"),))

    def finding(path: str) -> Finding:
        return Finding("invalid-reference", path, section) if required else optional("invalid-reference", name, section, path)

    return check


def external_reference_findings(value: Mapping[str, Any]) -> Iterator[Finding]:
    """§2.5.2: beside the source's name, an external reference says something; hashes fit their algorithms."""
    references = value["external_references"]
    for reference in references:
        if len(reference) < 2 or not reference.keys() <= _PLAIN:
            return _each(value) if len(references) <= MOST else few(_each(value), alone=True)
    return iter(())


def _each(value: Mapping[str, Any]) -> Iterator[Finding]:
    for place, reference in enumerate(value["external_references"]):
        if not reference.keys() <= _REFERENCE:
            yield from own_names(reference, _REFERENCE, "external_references", place, "2.5.1")
        if "external_id" not in reference and "url" not in reference and "description" not in reference:
            yield optional("missing-property", "external_references", "2.5.2", f"external_references.{place}")
        if "hashes" in reference:
            where = ("external_references", place, "hashes")
            yield from hash_findings(reference["hashes"], f"external_references.{place}.hashes", where)


def numbered_by(source: str, form: str, section: str) -> Check:
    """An external id of this form names this source, and this source's ids have this form."""
    matches = re.compile(form, re.ASCII).fullmatch

    def check(value: Mapping[str, Any]) -> Iterator[Finding]:
        return each(value) if len(value["external_references"]) <= MOST else few(each(value), alone=True)

    def each(value: Mapping[str, Any]) -> Iterator[Finding]:
        for place, reference in enumerate(value["external_references"]):
            number = reference.get("external_id")
            if number is not None and (reference["source_name"] == source) != bool(matches(number)):
                wrong = "external_id" if reference["source_name"] == source else "source_name"
                yield optional("invalid-property", "external_references", section, f"external_references.{place}.{wrong}")

    return check
