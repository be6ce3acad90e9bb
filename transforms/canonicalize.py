"""What an object means, as 16 bytes: the content key (architecture: observables by value, indicators by pattern, relationships by ends)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import orjson

from schemas.ids import CONTRIBUTING, contributing_values, digest16, type_of
from schemas.markings import TLP_BY_ID
from schemas.patterns import fold_value, pattern_key

Resolve = Callable[[str], bytes | None]
"""A source id -> the content key of what it names, or None while that is unknown."""

LINKS = frozenset({"relationship", "sighting"})
"""Level 1: keyed by the keys of what they link."""

CONTAINERS = frozenset({"report", "grouping", "note", "opinion", "observed-data", "language-content"})
"""Level 2: keyed by the keys of what they hold, which may be links."""

_NO_CONTENT = frozenset({"id", "created", "modified", "created_by_ref", "revoked", "spec_version"})
"""Ids and times of the object itself: feeds that re-issue everything at each publication change only these."""


def level(type_name: str) -> int:
    """0 for what is keyed by itself, 1 for links, 2 for containers. A key depends on keys of lower levels alone, so it never cycles."""
    return 1 if type_name in LINKS else 2 if type_name in CONTAINERS else 0


def content_key(value: Mapping[str, Any], producer: str, audience: str, resolve: Resolve) -> bytes:
    """The content key of a valid object.

    Observables, indicators and relationships mean the same whoever says them; everything else merges within one producer.
    References to higher or equal levels, and those that `resolve` does not know, count by their source id.
    """
    type_name = value["type"]
    frame = (audience.encode(), type_name.encode())
    match type_name:
        case "indicator":
            return digest16(*frame, pattern_key(value["pattern"], value["pattern_type"]).encode())
        case "relationship":
            ends = [_end(value[name], 1, resolve) for name in ("source_ref", "target_ref")]
            return digest16(*frame, value["relationship_type"].encode(), *ends)
        case _ if type_name in CONTRIBUTING:
            return digest16(*frame, _observable(value))
        case _:
            own = level(type_name)
            content = {name: item for name, item in value.items() if name not in _NO_CONTENT}
            if own:
                content = {name: _keyed(name, item, own, resolve) for name, item in content.items()}
            return digest16(*frame, producer.encode(), orjson.dumps(content, option=orjson.OPT_SORT_KEYS))


def references(value: Mapping[str, Any]) -> tuple[str, ...]:
    """Ids of all that an object refers to, at any depth, sorted, each once; the well-known TLP markings are left out."""
    return tuple(sorted(set(_walk(value))))


def content_digest(value: Mapping[str, Any]) -> bytes:
    """16 bytes that are equal for equal content, whatever its spelling as JSON. Raises TypeError where JSON cannot say it."""
    return digest16(orjson.dumps(value, option=orjson.OPT_SORT_KEYS))


def _observable(value: Mapping[str, Any]) -> bytes:
    values = contributing_values(value)
    if isinstance(values.get("value"), str):
        values["value"] = fold_value(value["type"], values["value"])
    if not values:
        return str(value["id"]).encode()  # nothing contributes: §2.9 gives it a random id, which is all that tells it apart
    return orjson.dumps(values, option=orjson.OPT_SORT_KEYS)


def _end(identifier: str, own: int, resolve: Resolve) -> bytes:
    key = resolve(identifier) if level(type_of(identifier)) < own else None
    return b"=" + key if key is not None else b"?" + identifier.encode()


def _keyed(name: str, item: Any, own: int, resolve: Resolve) -> Any:
    if name == "object_marking_refs":
        return item
    if name.endswith("_ref") and isinstance(item, str):
        return _end(item, own, resolve).hex()
    if name.endswith("_refs") and isinstance(item, list):
        return sorted(_end(entry, own, resolve).hex() for entry in item if isinstance(entry, str))
    return item


def _walk(value: Mapping[str, Any]) -> Iterator[str]:
    stack: list[Any] = [value]
    while stack:
        node = stack.pop()
        if isinstance(node, list):
            stack.extend(item for item in node if isinstance(item, dict | list))
            continue
        for name, item in node.items():
            if isinstance(item, str):
                if name[-4:] == "_ref" and item not in TLP_BY_ID:
                    yield item
            elif isinstance(item, dict):
                stack.append(item)
            elif isinstance(item, list):
                if name[-5:] == "_refs":
                    yield from (entry for entry in item if isinstance(entry, str) and entry not in TLP_BY_ID)
                elif not all(isinstance(entry, str) for entry in item):
                    stack.append(item)
