"""Rules between properties of one object, made from their names: orders, alternatives and dependencies."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from schemas.stix.common import Check, Part
from schemas.stix.findings import Finding
from schemas.timestamps import sort_key

Model = TypeVar("Model", bound=Part)


def optional(reason: str, name: str, section: str, path: str = "") -> Finding:
    """A finding that dropping one optional property heals."""
    return Finding(reason, path or name, section, "optional_parts", (name,))


def is_after(later: str, earlier: str) -> bool:
    """Whether a valid timestamp is later than another, whatever their fraction digits."""
    return later > earlier if len(later) == len(earlier) else sort_key(later) > sort_key(earlier)


def in_order(first: str, last: str, section: str, *, equal: bool, required: bool = False) -> Check:
    """The time `last` is not before `first`, nor the same unless `equal`; where both are `required`, no setting softens it."""

    def check(value: Mapping[str, Any]) -> Iterator[Finding]:
        one, two = value.get(first), value.get(last)
        if one is not None and two is not None and (is_after(one, two) or (not equal and not is_after(two, one))):
            yield Finding("invalid-order", last, section) if required else optional("invalid-order", last, section)

    return check


def at_least_one(section: str, *names: str) -> Check:
    """One of these properties is present."""

    def check(value: Mapping[str, Any]) -> Iterator[Finding]:
        if value.keys().isdisjoint(names):
            yield Finding("missing-property", names[0], section)

    return check


def not_empty(section: str, *others: str) -> Callable[[type[Model]], type[Model]]:
    """Decorates a model of which at least one own property, or one of these common ones, must be present."""

    def decorate(model: type[Model]) -> type[Model]:
        own = [name for name in model.model_fields if name in model.__annotations__]
        model.CROSS = (at_least_one(section, *own, *others), *model.CROSS)
        return model

    return decorate


def exclusive(section: str, *names: str) -> Check:
    """At most one of these properties is present."""

    def check(value: Mapping[str, Any]) -> Iterator[Finding]:
        present = [name for name in names if name in value]
        if len(present) > 1:
            yield Finding("exclusive-properties", present[-1], section)

    return check


def needs(section: str, name: str, *others: str) -> Check:
    """Where one optional property is present, so are these others."""

    def check(value: Mapping[str, Any]) -> Iterator[Finding]:
        if name in value and not all(other in value for other in others):
            yield optional("missing-property", name, section)

    return check


def own_names(part: Mapping[str, Any], known: frozenset[str], name: str, at: int, section: str) -> Iterator[Finding]:
    """Properties of a part in the list of one property that it does not have: §11.1 allows custom ones on objects and extensions alone."""
    for inner_name in part:
        if inner_name not in known:
            yield Finding("custom-content", f"{name}.{at}.*", section, "custom_properties", (name, at, inner_name))
