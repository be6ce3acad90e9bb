"""What is known of one object path: its canonical form, and which constants fit what it leads to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from schemas.patterns.addresses import ipv4_addr, ipv6_addr
from schemas.patterns.paths import CLOSED, OBJECTS
from schemas.patterns.printer import path_text, quoted
from schemas.patterns.resolve import kinds
from schemas.patterns.tree import Path, Step
from schemas.patterns.values import (
    HASH_NAME,
    JUDGES,
    Judge,
    domain_name,
    email_addr,
    hash_of,
    mac_addr,
    registry_key,
    url,
)

_COMPARABLE = {
    "boolean": frozenset(("boolean",)),
    "binary": frozenset(("binary", "hex", "string")),
    "hex": frozenset(("binary", "hex", "string")),
    "integer": frozenset(("integer", "float")),
    "float": frozenset(("integer", "float")),
    "string": frozenset(("string", "binary", "hex")),
    "timestamp": frozenset(("timestamp",)),
}
"""Kinds of constants -> data types that they may be compared with (§9.2)."""

_SCALARS = frozenset(("boolean", "binary", "hex", "integer", "float", "timestamp"))
_COMPOSED = frozenset(("hashes", "dictionary", *OBJECTS))
_RANGES = {"natural": (0, 1 << 53), "port": (0, 65535)}
_FORMS: dict[str, Judge] = {
    "ipv4-address": ipv4_addr,
    "ipv6-address": ipv6_addr,
    "mac-address": mac_addr,
    "registry-key": registry_key,
    "domain": domain_name,
    "email-address": email_addr,
    "uri": url,
}
"""The cheapest first: where a value may have one of several forms, they are tried in this order."""

_ADDRESSES = {"ipv4-address": ipv4_addr, "ipv6-address": ipv6_addr}
_PLAIN = frozenset("-_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_REMEMBERED = 256
"""Characters of a path that is worth remembering; the texts of a feed must not fill the memory."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What is known of a path.

    path:      in canonical form
    text:      the same for keys: steps of letters, digits, `-` and `_` without quotes, so that keys stay what they have always been
    printed:   the same as it stands in patterns
    prefix:    what the key of an equality with a string begins with
    kinds:     what the path may lead to; empty where STIX defines no such path
    judge:     canonical value and fitness of a string under =, != or IN; None where any string fits and means only itself
    addresses: what judges the addresses that the path leads to, if it does: ISSUBSET and ISSUPERSET ask for them
    constants: the kinds of constants that may be compared with what the path leads to (§9.2)
    ranges:    the least and the greatest number that a property behind the path can have (§6); empty where any number can be one
    starred:   whether it asks for every item of some list, where "not equal" and "none is equal" differ
    """

    path: Path
    text: str
    printed: str
    prefix: str
    kinds: frozenset[str]
    judge: Judge | None
    addresses: tuple[Judge, ...]
    constants: frozenset[str]
    ranges: tuple[tuple[int, int], ...]
    starred: bool


def rule_of(path: Path) -> Rule:
    """The rule of a path."""
    size = len(path.object_type) + 8 * len(path.steps)
    for step in path.steps:
        if step.__class__ is str:
            size += len(step)
    return _cached(path) if size <= _REMEMBERED else _rule(path)


def _rule(path: Path) -> Rule:
    object_type, steps = path
    hash_name = _hash_name(steps)
    if hash_name is not None:
        steps = (*steps[:-1], hash_name)
    canonical = Path(object_type, steps)
    found = kinds(canonical)
    text = "".join(map(_key_step, steps)).removeprefix(".")
    addresses = tuple(form for kind, form in _ADDRESSES.items() if kind in found)
    return Rule(
        path=canonical,
        text=text,
        printed=path_text(canonical),
        prefix=f"={object_type}:{text}=",
        kinds=found,
        judge=_judge(object_type, steps, hash_name, found),
        addresses=addresses,
        constants=_constants(found),
        ranges=tuple(_RANGES[kind] for kind in found) if _RANGES.keys() >= found else (),
        starred=None in steps,
    )


_cached = lru_cache(maxsize=4096)(_rule)


def _hash_name(steps: tuple[Step, ...]) -> str | None:
    """The STIX name of the algorithm that the last step is a spelling of."""
    if len(steps) < 2:
        return None
    parent, name = steps[-2:]
    if not isinstance(name, str) or not isinstance(parent, str) or not parent.endswith("hashes"):
        return None
    return HASH_NAME.get(name.replace("-", "").lower())


def _constants(found: frozenset[str]) -> frozenset[str]:
    """The kinds of constants that may be compared with what a path leads to; all of them where that is not known."""
    if not found or "any" in found:
        return frozenset(_COMPARABLE)
    types = {_data_type(kind) for kind in found}
    return frozenset(constant for constant, allowed in _COMPARABLE.items() if not allowed.isdisjoint(types))


def _judge(object_type: str, steps: tuple[Step, ...], hash_name: str | None, found: frozenset[str]) -> Judge | None:
    if hash_name is not None:
        return hash_of(hash_name)
    if steps == ("value",) and object_type in JUDGES:
        return JUDGES[object_type]
    if (object_type, steps) == ("windows-registry-key", ("key",)):
        return registry_key
    forms = [_form(kind) for kind in (*(kind for kind in _FORMS if kind in found), *sorted(found - _FORMS.keys()))]
    if None in forms or not forms:
        return None
    return lambda value: (value, any(form(value)[1] for form in forms if form is not None))


def _form(kind: str) -> Judge | None:
    """What a string must be to fit one kind of value; None where any may."""
    if kind in _FORMS:
        return _FORMS[kind]
    if kind.startswith("hash "):
        return hash_of(kind.removeprefix("hash "))
    if kind in CLOSED:
        return lambda value: (value, value in CLOSED[kind])
    if _data_type(kind) in _COMPARABLE["string"] or kind == "any":
        return None
    return lambda value: (value, False)


def _data_type(kind: str) -> str:
    if kind in _SCALARS:
        return kind
    if kind in _RANGES:
        return "integer"
    return "object" if kind in _COMPOSED or kind[0] == "[" or kind.startswith("extensions-of ") else "string"


def _key_step(step: Step) -> str:
    if isinstance(step, str):
        return f".{step}" if step and _PLAIN.issuperset(step) else f".{quoted(step)}"
    return "[*]" if step is None else f"[{step}]"
