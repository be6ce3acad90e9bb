"""Which model checks which type, and which properties each type knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from schemas.stix.common import Domain, Part
from schemas.stix.domain import DOMAIN
from schemas.stix.extensions import PREDEFINED
from schemas.stix.meta import META
from schemas.stix.observables import OBSERVABLES

__all__ = ["KNOWN_PROPERTIES", "KNOWN_WORDS", "MODELS", "OBSERVABLES", "REQUIRED", "model_for", "names_of", "required_of", "times"]

MODELS: Mapping[str, type[BaseModel]] = {**OBSERVABLES, **DOMAIN, **META}


def names_of(model: type[BaseModel]) -> frozenset[str]:
    """The properties of a model, as JSON spells them."""
    return frozenset(info.alias or name for name, info in model.model_fields.items())


def required_of(model: type[BaseModel]) -> frozenset[str]:
    """The properties without which nothing is valid."""
    return frozenset(info.alias or name for name, info in model.model_fields.items() if info.is_required())


KNOWN_PROPERTIES: Mapping[str, frozenset[str]] = {name: names_of(model) for name, model in MODELS.items()}
"""Type -> the properties that STIX 2.1 gives it. A type that is not here is custom."""

_TEXTS_DIFFER: Mapping[str, frozenset[str]] = {"grouping": frozenset({"name"}), "malware": frozenset({"is_family"})}
"""Required in one publication of STIX 2.1 and optional in another: accepted without, never sent without."""

REQUIRED: Mapping[str, frozenset[str]] = {name: required_of(model) | _TEXTS_DIFFER.get(name, frozenset()) for name, model in MODELS.items()}
"""Type -> the properties without which an object of it is no longer one."""


def _parts(model: type[Part]) -> Iterator[type[Part]]:
    yield model
    for narrower in model.__subclasses__():
        yield from _parts(narrower)


_INNER_WORDS = frozenset({"extension_type", "statement", "tlp"})
"""Names of what stands in extensions by definition (§3.2) and in the definitions of markings (§7.2.1)."""

KNOWN_WORDS: frozenset[str] = _INNER_WORDS.union(PREDEFINED, *(names_of(model) for model in _parts(Part)))
"""All names of properties and extensions of STIX 2.1, at any depth: no other name from a feed is ever shown."""

_DOMAIN_PROPERTIES = names_of(Domain)


def model_for(type_name: str) -> type[BaseModel]:
    """The model that checks objects of a type; custom types by the common properties of domain objects."""
    return MODELS.get(type_name, Domain)


def times(value: Mapping[str, Any]) -> tuple[str, str]:
    """(created, modified) of a valid object, '' where its type has none: a property of that name on an observable is custom."""
    known = KNOWN_PROPERTIES.get(value["type"], _DOMAIN_PROPERTIES)
    created = value.get("created") if "created" in known else None
    modified = value.get("modified") if "modified" in known else None
    return created or "", modified or ""
