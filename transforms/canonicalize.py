"""What an object means, as 16 bytes: the content key. docs/content-keys.md tells what is folded in it, what never is, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from schemas.ids import CONTRIBUTING, digest16, type_of
from schemas.labels import WELL_KNOWN_MARKINGS
from schemas.patterns import pattern_key
from transforms.external_keys import external_ids
from transforms.observables import COMPOSED, identity_of

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


def content_key(
    value: Mapping[str, Any], producer: str, audience: str, resolve: Resolve, external_sources: frozenset[str] = frozenset()
) -> bytes:
    """The content key of a valid object.

    Observables, indicators and relationships mean the same whoever says them, and so does what a source in `external_sources` names;
    everything else merges within one producer. References to higher or equal levels, and those that `resolve` does not know, count by
    their source id. Among observables, COMPOSED ones stand above the others.
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
            return digest16(*frame, _observable(value, resolve))
        case _ if external_sources and (names := external_ids(value, external_sources)):
            return digest16(*frame, b"", orjson.dumps(names))  # a list, where content is a JSON object: the two never meet
        case _:
            own = level(type_name)
            content = {name: item for name, item in value.items() if name not in _NO_CONTENT}
            if own:
                content = {name: _keyed(name, item, own, resolve) for name, item in content.items()}
            return digest16(*frame, producer.encode(), orjson.dumps(content, option=orjson.OPT_SORT_KEYS))


def references(value: Mapping[str, Any]) -> tuple[str, ...]:
    """Ids of all that an object refers to, at any depth, sorted, each once; the well-known TLP markings are left out."""
    found: set[str] = set()
    stack: list[Any] = [value]
    while stack:
        node = stack.pop()
        if isinstance(node, list):
            stack += [item for item in node if isinstance(item, dict | list)]
            continue
        for name, item in node.items():
            if isinstance(item, str):
                if name[-4:] == "_ref":
                    found.add(item)
            elif isinstance(item, dict):
                stack.append(item)
            elif isinstance(item, list):
                if name[-5:] == "_refs":
                    found.update(entry for entry in item if isinstance(entry, str))
                elif not all(isinstance(entry, str) for entry in item):
                    stack.append(item)
    return tuple(sorted(found - WELL_KNOWN_MARKINGS))


def content_digest(value: Mapping[str, Any]) -> bytes:
    """16 bytes that are equal for equal content, whatever its spelling as JSON. Raises TypeError where JSON cannot say it."""
    return digest16(orjson.dumps(value, option=orjson.OPT_SORT_KEYS))


def _observable(value: Mapping[str, Any], resolve: Resolve) -> bytes:
    found = identity_of(value, lambda identifier: _part(identifier, resolve))
    if not found:
        return str(value["id"]).encode()  # nothing contributes: §2.9 gives it a random id, which is all that tells it apart
    return orjson.dumps(found, option=orjson.OPT_SORT_KEYS)


def _part(identifier: str, resolve: Resolve) -> str:
    """How an observable names one that it is made of: feeds give their observables random ids, so by the key where that is known."""
    type_name = type_of(identifier)
    key = resolve(identifier) if type_name in CONTRIBUTING and type_name not in COMPOSED else None
    return identifier if key is None else f"={key.hex()}"


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
