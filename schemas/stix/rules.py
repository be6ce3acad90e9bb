"""The rules of one type, taken out of its model once, so that an object without faults costs a few look-ups."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from schemas.stix.checks import is_after
from schemas.stix.common import Check, Part
from schemas.stix.crowds import MOST, few
from schemas.stix.findings import Finding
from schemas.stix.nested import kill_chain_findings
from schemas.stix.references import external_reference_findings
from schemas.stix.registry import names_of, required_of
from schemas.stix.selectors import granular_findings

_COMMON: tuple[tuple[str, Check], ...] = (
    ("external_references", external_reference_findings),
    ("granular_markings", granular_findings),
    ("kill_chain_phases", kill_chain_findings),
)
_PRECISE = len("2026-01-01T00:00:00.000Z")


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for objects of one type; see schemas.stix.common.Part."""

    section: str
    validate: Callable[[Any], Any]
    known: frozenset[str]
    required: frozenset[str]
    kept: frozenset[str]
    triggers: frozenset[str]
    when: tuple[tuple[str, Check], ...]
    cross: tuple[Check, ...]
    open: tuple[tuple[str, frozenset[str]], ...]
    recommended: Mapping[str, Finding]


def rules_of(model: type[BaseModel]) -> Rules:
    """The rules that a model states, with those that all models share."""
    assert issubclass(model, Part)
    known = names_of(model)
    when = [(name, check) for name, check in _COMMON if name in known] + list(model.WHEN.items())
    return Rules(
        section=model.SECTION,
        validate=model.__pydantic_validator__.validate_python,
        known=known,
        required=required_of(model),
        kept=required_of(model) | model.KEPT,
        triggers=frozenset(name for name, _ in when) | model.OPEN.keys(),
        when=tuple(when),
        cross=((_times,) if "created" in known else ()) + model.CROSS,
        open=tuple(model.OPEN.items()),
        recommended={name: Finding("missing-recommended", name, model.SECTION, "missing_parts") for name in model.RECOMMENDED},
    )


def examine(value: Mapping[str, Any], rules: Rules) -> list[Finding]:
    """What the checks say of an object, or extension, whose properties have their types."""
    found: list[Finding] = []
    for cross in rules.cross:
        found.extend(cross(value))
    if not rules.triggers.isdisjoint(value):
        for name, check in rules.when:
            if name in value:
                found.extend(check(value))
        for name, words in rules.open:
            if name in value:
                _look_up(value[name], name, words, rules.section, found)
    return found if len(found) <= MOST else list(few(found))


def _look_up(chosen: str | list[str], name: str, words: frozenset[str], section: str, found: list[Finding]) -> None:
    """§2.14: a word, or each of a list, SHOULD be a suggested one."""
    if isinstance(chosen, str):
        if chosen not in words:
            found.append(Finding("open-vocabulary", name, section, "vocabulary", (name,)))
    elif not words.issuperset(chosen):
        places = [place for place, word in enumerate(chosen) if word not in words]
        if len(places) > MOST:
            found.append(Finding("open-vocabulary", name, section, "vocabulary", (name,)))
        else:
            found.extend(Finding("open-vocabulary", f"{name}.{place}", section, "vocabulary", (name, place)) for place in places)


def _times(value: Mapping[str, Any]) -> Iterator[Finding]:
    """§3.2, §3.6.1: `modified` is not before `created`; both are precise to the millisecond, which many producers do not know."""
    created, modified = value.get("created"), value.get("modified")
    if created is not None and created == modified and len(created) >= _PRECISE:
        return iter(())
    found = []
    if created is not None and modified is not None and is_after(created, modified):
        found.append(Finding("invalid-order", "modified", "3.6.1"))
    for name, moment in (("created", created), ("modified", modified)):
        if moment is not None and len(moment) < _PRECISE:
            found.append(Finding("invalid-timestamp", name, "3.2", "missing_parts"))
    return iter(found)
