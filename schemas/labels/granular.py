"""Granular markings (STIX 2.1 §7.2.3): which nodes of an object each of them marks, as it stands before anything is removed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

Pointer = tuple[str | int, ...]

_INDEX = re.compile(r"\[(0|[1-9][0-9]{0,8})\]", re.ASCII)
_MARKINGS = frozenset({"granular_markings", "object_marking_refs"})


class Nodes(NamedTuple):
    """What granular markings lead to.

    marked: (marking id, pointer) of every node that is marked
    broken: ids whose marking cannot be read or leads nowhere, so that it counts for the whole object; '' where there is no id
    """

    marked: tuple[tuple[str, Pointer], ...]
    broken: tuple[str, ...]


def marked_nodes(value: Mapping[str, Any]) -> Nodes:
    """The nodes of an object that are marked. Markings of language only say nothing here."""
    markings = value.get("granular_markings", [])
    if not isinstance(markings, list):
        return Nodes((), ("",))
    marked: dict[tuple[str, Pointer], None] = {}
    broken: dict[str, None] = {}
    for marking in markings:
        if not isinstance(marking, Mapping):
            broken[""] = None
            continue
        if "marking_ref" not in marking and "lang" in marking:
            continue
        reference = marking.get("marking_ref")
        identifier = reference if isinstance(reference, str) else ""
        pointers = pointers_of(marking.get("selectors"), value)
        if pointers is None or not identifier:
            broken[identifier] = None
        else:
            marked.update(((identifier, pointer), None) for pointer in pointers)
    return Nodes(tuple(marked), tuple(broken))


def pointers_of(selectors: object, value: Mapping[str, Any]) -> list[Pointer] | None:
    """Where the selectors of one marking lead to; None where one of them leads nowhere, or to the markings themselves."""
    if not isinstance(selectors, list) or not selectors:
        return None
    found: list[Pointer] = []
    for selector in selectors:
        pointer = resolve(selector, value) if isinstance(selector, str) else None
        if pointer is None or pointer[0] in _MARKINGS:
            return None
        found.append(pointer)
    return found


def resolve(selector: str, value: Mapping[str, Any]) -> Pointer | None:
    """Where one selector leads to: names of properties or keys, or `[n]` for items of lists, joined by dots."""
    at: Any = value
    pointer: list[str | int] = []
    for step in selector.split("."):
        index = _INDEX.fullmatch(step)
        key: str | int = step if index is None else int(index[1])
        if isinstance(key, str):
            if not isinstance(at, Mapping) or key not in at:
                return None
        elif not isinstance(at, list) or key >= len(at):
            return None
        at = at[key]
        pointer.append(key)
    return tuple(pointer)


def selector_of(pointer: Pointer) -> str:
    """The selector that leads to a node."""
    return ".".join(f"[{step}]" if isinstance(step, int) else step for step in pointer)
