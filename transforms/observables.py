"""What tells an observable apart, spelled one way: its id contributing properties (STIX 2.1 §2.9, §6), folded for the content key.

The values are folded as they are in patterns. The object that goes out stays the producer's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from schemas.ids import CONTRIBUTING, HASH_ORDER
from schemas.patterns.values import HASH_LENGTH, HASH_NAME, fold_value, hash_of, lower, registry_key
from schemas.timestamps import sort_key

Refer = Callable[[str], str]
"""The id of another observable -> how the key names it."""

COMPOSED = frozenset({"email-message", "file", "network-traffic"})
"""Observables whose contributing properties may name other observables (a sender, a folder, the two ends)."""

_TELLING = (*HASH_ORDER, *(name for name in HASH_LENGTH if name not in HASH_ORDER))
"""Hashes that tell one content from all others, in the order in which one is chosen (§2.9 orders the first four)."""

_DIGESTS = {name: hash_of(name) for name in HASH_LENGTH}
_WHOLE = 2**53


def identity_of(observable: Mapping[str, Any], refer: Refer) -> dict[str, Any]:
    """The contributing properties that an observable has, in canonical form; empty where nothing but its id tells it apart."""
    type_name = observable["type"]
    found = {name: _fold(type_name, name, observable[name], refer) for name in CONTRIBUTING[type_name] if name in observable}
    if not found.get("hashes", True):
        del found["hashes"]
    return found


def fold_hashes(hashes: Mapping[str, Any]) -> dict[str, Any]:
    """Hashes under one spelling of each algorithm's name, hexadecimal values in lower case. Where two spellings of a name give different
    values, nothing is folded: which of them is meant cannot be known.
    """
    found = _folded(hashes)
    return dict(hashes) if found is None else found


def _folded(hashes: Mapping[str, Any]) -> dict[str, Any] | None:
    found: dict[str, Any] = {}
    for name, value in hashes.items():
        plain = name if name in _DIGESTS else HASH_NAME.get(name.strip("'").replace("-", "").lower(), name)
        folded = _DIGESTS[plain](value)[0] if plain in _DIGESTS and isinstance(value, str) else value
        if found.setdefault(plain, folded) != folded:
            return None
    return found


def _fold(type_name: str, name: str, item: Any, refer: Refer) -> Any:
    match name, item:
        case "value", str():
            return fold_value(type_name, item)
        case "hashes", dict():
            return _telling(item)
        case "key", str():
            return registry_key(item)[0]
        case "protocols", list():
            return [lower(entry) if isinstance(entry, str) else entry for entry in item]  # RFC 6335 §5.1: names of services have no case
        case (("start" | "end"), str()):
            return _moment(item)
        case "values", list():
            return sorted((_deep(entry, refer) for entry in item), key=lambda entry: orjson.dumps(entry, option=orjson.OPT_SORT_KEYS))
        case _, str() if name.endswith("_ref"):
            return refer(item)
        case _:
            return _deep(item, refer)


def _telling(hashes: dict[str, Any]) -> dict[str, Any]:
    """The one hash that tells the content apart; all of them, where none does so alone, since similarity is not identity, or where they
    contradict each other.
    """
    found = _folded(hashes)
    if found is None:
        return hashes
    return next(({kind: found[kind]} for kind in _TELLING if kind in found), found)


def _deep(node: Any, refer: Refer) -> Any:
    """A value at any depth: hashes folded, observables named by their keys, and 1.0 as 1, as canonical JSON has it (RFC 8785)."""
    if isinstance(node, dict):
        return {name: _named(name, item, refer) for name, item in node.items()}
    if isinstance(node, list):
        return [_deep(item, refer) for item in node]
    if isinstance(node, float) and node.is_integer() and abs(node) < _WHOLE:
        return int(node)
    return node


def _named(name: str, item: Any, refer: Refer) -> Any:
    if name.endswith("_ref") and isinstance(item, str):
        return refer(item)
    if name.endswith("_refs") and isinstance(item, list):
        return [refer(entry) if isinstance(entry, str) else entry for entry in item]
    if name == "hashes" and isinstance(item, dict):
        return fold_hashes(item)
    return _deep(item, refer)


def _moment(text: str) -> str:
    """A timestamp with three fraction digits, or with more where they say more."""
    whole, _, fraction = sort_key(text).partition(".")
    return f"{whole}.{fraction:0<3}Z"
