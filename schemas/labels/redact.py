"""Removing marked nodes from an object, so that what remains means what it meant.

All pointers are of the original. Selectors that survive are written anew from where their nodes stand afterwards; evaluating them again
on the shorter object would mark other items.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

from schemas.labels.granular import Pointer, pointers_of, selector_of

_GONE = object()
_END = object()
_Tree = dict[object, Any]


def redact(value: dict[str, Any], pointers: Iterable[Pointer]) -> dict[str, Any]:
    """A copy without the nodes at `pointers`, without lists and dictionaries that this empties, and with granular markings that fit.

    Pointers that lead nowhere are passed over, and so are those into `granular_markings`: a marking is never removed by another one.
    A granular marking that leads nowhere has counted for the whole object; it becomes a marking of the whole object.
    """
    tree = _tree(pointer for pointer in pointers if pointer and pointer[0] != "granular_markings")
    gone: set[Pointer] = set()
    left = _without(value, tree, (), gone)
    if left is _GONE:
        return {}
    kept: dict[str, Any] = left
    if gone and isinstance(value.get("granular_markings"), list):
        _fit(kept, value, gone)
    return kept


def _tree(pointers: Iterable[Pointer]) -> _Tree:
    root: _Tree = {}
    for pointer in pointers:
        at = root
        for step in pointer:
            at = at.setdefault(step, {})
        at[_END] = True
    return root


def _without(node: Any, tree: _Tree, where: Pointer, gone: set[Pointer]) -> Any:
    if not tree:
        return deepcopy(node)
    if _END in tree:
        gone.add(where)
        return _GONE
    if isinstance(node, Mapping):
        items = {key: _without(child, tree.get(key, {}), (*where, key), gone) for key, child in node.items()}
        left: Any = {key: child for key, child in items.items() if child is not _GONE}
    elif isinstance(node, list):
        parts = [_without(child, tree.get(index, {}), (*where, index), gone) for index, child in enumerate(node)]
        left = [child for child in parts if child is not _GONE]
    else:
        return deepcopy(node)
    if not left and node:
        gone.add(where)
        return _GONE
    return left


def _fit(kept: dict[str, Any], value: Mapping[str, Any], gone: set[Pointer]) -> None:
    places = _places(gone)
    markings: list[Any] = []
    whole: list[str] = []
    for marking in value["granular_markings"]:
        pointers = pointers_of(marking.get("selectors"), value) if isinstance(marking, Mapping) else None
        if pointers is None:
            if isinstance(marking, Mapping) and isinstance(marking.get("marking_ref"), str):
                whole.append(marking["marking_ref"])
            continue
        selectors = [selector_of(moved) for pointer in pointers if (moved := _moved(pointer, gone, places)) is not None]
        if selectors:
            markings.append({**deepcopy(marking), "selectors": selectors})
    if markings:
        kept["granular_markings"] = markings
    else:
        kept.pop("granular_markings", None)
    references = kept.get("object_marking_refs", [])
    if whole and isinstance(references, list):
        kept["object_marking_refs"] = list(dict.fromkeys([*references, *whole]))


def _places(gone: set[Pointer]) -> Mapping[Pointer, list[int]]:
    """Which items are gone of each list, in order."""
    places: dict[Pointer, list[int]] = defaultdict(list)
    for pointer in gone:
        if pointer and isinstance(pointer[-1], int):
            places[pointer[:-1]].append(pointer[-1])
    for items in places.values():
        items.sort()
    return places


def _moved(pointer: Pointer, gone: set[Pointer], places: Mapping[Pointer, list[int]]) -> Pointer | None:
    """Where a node stands afterwards; None where it is gone."""
    moved: list[str | int] = []
    for depth, step in enumerate(pointer):
        if pointer[: depth + 1] in gone:
            return None
        moved.append(step - bisect_left(places.get(pointer[:depth], ()), step) if isinstance(step, int) else step)
    return tuple(moved)
