"""Hold two or more policies, or two or more agreements, against each other: field by field, and which differences block."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Any, Literal

from pipeline.policy.grounds import standing_of
from pipeline.policy.words import word
from schemas.errors import ConfigError
from schemas.sharing import Agreement, SharingSet, Template, effective
from schemas.sharing.extends import extended
from schemas.sharing.meet import meet, said
from schemas.sharing.order import line
from schemas.sharing.verbs import parse_verb, restriction, stricter

State = Literal["equal", "differs", "blocking"]

MOST = 100
"""The greatest exit code of a comparison: those above 125 mean other things to a shell."""

MUST_BE_EQUAL = frozenset({"onward", "retention_days", "transfer_ground", "assurances", "refuse_handling", "audience", "attribution"})
"""What is promised to somebody outside: two promises that differ cannot both be kept by one hub without a decision of people."""

MUST_MEET = frozenset({"types", "purposes", "legal_basis"})
"""What has to have something in common, or nothing can be shared under both."""


@dataclass(frozen=True)
class Row:
    """One field, what each side says of it, and whether that matters."""

    field: str
    values: tuple[str, ...]
    state: State


def compare(files: SharingSet, names: Sequence[str], slot: datetime) -> Sequence[Row]:
    """Row by row; names are recipients, or agreements as id or id@version. Raises ConfigError for others, for both kinds at once, and
    for fewer than two.
    """
    if len(names) < 2:
        message = "name two or more recipients or agreements"
        raise ConfigError(message)
    sides = [_side(files, name, slot) for name in names]
    if len({kind for kind, _ in sides}) > 1:
        message = f"{', '.join(names)}: compare recipients with recipients, or agreements with agreements"
        raise ConfigError(message)
    fields = dict.fromkeys(field for _, side in sides for field in side)
    rows = []
    for field in fields:
        values = [side.get(field) for _, side in sides]
        rows.append(Row(field, tuple(_told(value) for value in values), _state(field, values)))
    return rows


def blocking(rows: Sequence[Row]) -> int:
    """How many differences block; at most MOST, so that it can be an exit code."""
    return min(MOST, sum(row.state == "blocking" for row in rows))


def _side(files: SharingSet, name: str, slot: datetime) -> tuple[str, Mapping[str, Any]]:
    if name in files.policies and name in files.partners:
        return "policy", _policy(files, name, slot)
    found = [item for item in files.agreements.values() if name in (item.id, item.reference)]
    if not found:
        known = ", ".join([*sorted(files.policies), *sorted(files.agreements)]) or "none"
        message = f"{name}: no recipient with a policy and no agreement has this name; known are: {known}"
        raise ConfigError(message)
    return "agreement", _agreement(found[0], files.templates, slot)


def _policy(files: SharingSet, name: str, slot: datetime) -> Mapping[str, Any]:
    """The effective policy over all agreements in force, so that what others narrow is seen, too."""
    standing = standing_of(files, name, slot)
    in_force = {item.reference: item for ground in standing.grounds for item in ground.agreements}
    rules = effective(standing.policy, standing.partner, tuple(in_force.values()), files)
    fields = {field: line(rules, field) for field in rules.origins}
    return {**fields, **_tables([(layer.profile, dict(layer.paths)) for layer in rules.layers])}


def _agreement(item: Agreement, templates: Mapping[str, Template], slot: datetime) -> Mapping[str, Any]:
    base = [template for template in extended(item.extends, templates).values() if template is not None]
    heard = [said("", item.limits, item.minimize), *(said("", template.release, template.minimize) for template in base)]
    fields: dict[str, Any] = {
        "valid": (item.valid_from, item.valid_until),
        "legal_basis": frozenset(item.bases(slot)),
        "purposes": item.usable_purposes,
        "framework": frozenset(item.framework),
        "retention_days": item.retention_days,
        "onward": item.onward,
        "transfer_ground": item.transfer_ground,
        "assurances": frozenset(item.assurances),
        "legal_assistance": item.legal_assistance,
        "clients": frozenset(f"{one.client} of {one.of}" for one in item.clients),
        "grants": frozenset(f"{one.producer} to {one.recipient} up to {word(one.tlp_max)}" for one in item.grants),
        "unmarked": frozenset(f"{one.producer} as {word(one.tlp)}" for one in item.unmarked),
    }
    words = {name: meet(name, [one.words[name] for one in heard if name in one.words]) for one in heard for name in one.words}
    fields |= {name if name not in fields else f"limits.{name}": value for name, value in sorted(words.items())}
    tables = [(part.profile, part.paths) for part in (item.minimize, *(template.minimize for template in base))]
    return {**fields, **_tables(tables)}


def _tables(tables: Sequence[tuple[str | None, Mapping[str, str]]]) -> dict[str, Any]:
    """profile, and a field for each path with its most restrictive verb."""
    paths: dict[str, str] = {}
    for _, rows in tables:
        for path, text in rows.items():
            paths[path] = str(stricter(parse_verb(paths.get(path, text)), parse_verb(text)))
    profiles = frozenset(profile for profile, _ in tables if profile)
    return {"profile": profiles, **{f"paths {path}": verb for path, verb in sorted(paths.items())}}


def _state(field: str, values: Sequence[Any]) -> State:
    if all(value == values[0] for value in values):
        return "equal"
    if any(_blocks(field, one, other) for one, other in combinations(values, 2)):
        return "blocking"
    return "differs"


def _blocks(field: str, one: Any, other: Any) -> bool:
    if field == "valid":
        return bool(one[1] <= other[0] or other[1] <= one[0])
    if one == other:
        return False
    if field in MUST_MEET:
        return one is not None and other is not None and not one & other
    if field.startswith("paths ") and one and other:
        verbs = parse_verb(one), parse_verb(other)
        return restriction(stricter(*verbs)) > max(map(restriction, verbs))
    return field in MUST_BE_EQUAL


def _told(value: Any) -> str:
    return " to ".join(f"{moment:%Y-%m-%d}" for moment in value) if isinstance(value, tuple) else word(value)
