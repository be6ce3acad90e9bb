"""Checks of what stands inside a property: parts with rules of their own, and the values of dictionaries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from schemas.stix.checks import optional, own_names
from schemas.stix.common import WIDEST, Check, KillChainPhase, Part
from schemas.stix.crowds import MOST, few
from schemas.stix.findings import Finding

_PHASE = frozenset(KillChainPhase.model_fields)


def _of_part(model: type[Part], part: Mapping[str, Any]) -> Iterator[Finding]:
    for cross in model.CROSS:
        yield from cross(part)
    for name, when in model.WHEN.items():
        if name in part:
            yield from when(part)


def parts(name: str, model: type[Part]) -> Check:
    """What the model's own checks say of the part, or of each part of the list, in one optional property.

    A rule that no smaller part can heal is healed by dropping the property. What the model does not know is a custom property (§11.1).
    """
    known = frozenset(model.model_fields)

    def check(value: Mapping[str, Any]) -> Iterator[Finding]:
        return each(value) if len(value[name]) <= MOST else few(each(value), alone=True)

    def each(value: Mapping[str, Any]) -> Iterator[Finding]:
        inner = value[name]
        for at, part in enumerate(inner) if isinstance(inner, list) else [(None, inner)]:
            wrong = list(_of_part(model, part))
            if not wrong and part.keys() <= known:
                continue
            steps: tuple[str | int, ...] = (name,) if at is None else (name, at)
            prefix = ".".join(map(str, steps))
            for found in wrong:
                place = (*steps, *found.place) if found.place else (name,)
                yield Finding(found.reason, f"{prefix}.{found.path}", found.section, found.setting or "optional_parts", place)
            for inner_name in part:
                if inner_name not in known:
                    yield Finding("custom-content", f"{prefix}.*", "11.1", "custom_properties", (*steps, inner_name))

    return check


def kill_chain_findings(value: Mapping[str, Any]) -> Iterator[Finding]:
    """§2.11: a phase has no other properties."""
    for at, phase in enumerate(value["kill_chain_phases"]):
        if not phase.keys() <= _PHASE:
            yield from own_names(phase, _PHASE, "kill_chain_phases", at, "2.11")


def integers_or_texts(name: str, section: str) -> Check:
    """Each value of one optional dictionary is an integer or a text."""

    def check(value: Mapping[str, Any]) -> Iterator[Finding]:
        for item in value[name].values():
            if type(item) is int:
                if not -WIDEST <= item <= WIDEST:
                    yield optional("out-of-range", name, "2.10", f"{name}.*")
                    return
            elif not isinstance(item, str):
                yield optional("invalid-property", name, section, f"{name}.*")
                return

    return check
