"""Granular markings follow what they mark (§7.2.3), so that no part of an object loses a marking."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, TypeGuard

from transforms.upgrade.draft import Draft, Move, Path, refuse

_INDEX = re.compile(r"\[(0|[1-9][0-9]{0,9})\]", re.ASCII)


def follow(draft: Draft) -> None:
    """Let the selectors of a draft point to where things are now; those of dropped parts go with them.

    Raises BadInput where a selector points to nothing among what has moved: nobody can say what it was to protect.
    """
    granular = draft.value.get("granular_markings")
    if granular is None or not draft.moves:
        return
    if not are_granular_markings(granular):
        refuse("granular_markings")
    after = _After(draft.moves)
    kept: list[dict[str, Any]] = []
    for entry in granular:
        selectors: dict[str, None] = {}
        for selector in entry["selectors"]:
            path = tuple(selector.split("."))
            if path[0] in after.names:
                if not resolves(draft.original, path):
                    refuse("granular_markings")
                selectors |= dict.fromkeys(".".join(way) for way in after.places(path))
            else:
                selectors[selector] = None
        if selectors:
            kept.append({**entry, "selectors": list(selectors)})
    if kept == granular:
        return
    draft.note("rewrite", "granular_markings")
    if kept:
        draft.value["granular_markings"] = kept
    else:
        del draft.value["granular_markings"]


def are_granular_markings(value: Any) -> TypeGuard[list[dict[str, Any]]]:
    """Whether a value is a list of dictionaries that have selectors."""
    return isinstance(value, list) and all(
        isinstance(entry, dict)
        and isinstance(entry.get("selectors"), list)
        and all(isinstance(selector, str) for selector in entry["selectors"])
        for entry in value
    )


def resolves(value: Mapping[str, Any], path: Path) -> bool:
    """Whether a selector points to something that is there."""
    node: Any = value
    for step in path:
        if isinstance(node, Mapping):
            if step not in node:
                return False
            node = node[step]
        elif isinstance(node, list):
            index = _INDEX.fullmatch(step)
            if index is None or int(index[1]) >= len(node):
                return False
            node = node[int(index[1])]
        else:
            return False
    return True


class _After:
    """Where things are after some moves; asked in time that depends on the length of the selector alone.

    names: the properties that anything moved in
    """

    def __init__(self, moves: Iterable[Move]) -> None:
        self._moves = dict(moves)
        self.names = {old[0] for old in self._moves}
        self._targets: defaultdict[Path, set[str]] = defaultdict(set)
        for old, new in self._moves.items():
            if new is not None and new[0] != old[0]:
                for end in range(1, len(old)):
                    self._targets[old[:end]].add(new[0])

    def places(self, path: Path) -> list[Path]:
        """The place itself, as it is called now, and the properties that parts of it have moved to, which hold nothing else."""
        found = [path]
        for end in range(len(path), 0, -1):
            if path[:end] in self._moves:
                new = self._moves[path[:end]]
                found = [] if new is None else [(*new, *path[end:])]
                break
        return [*found, *((name,) for name in sorted(self._targets.get(path, ())))]
