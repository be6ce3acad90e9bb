"""Values of settings as people write them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import IntEnum
from typing import Any

from schemas.sharing import Effective
from schemas.sharing.order import line


def word(value: Any) -> str:
    """One value: a label by its name, a set sorted, a moment in ISO 8601; `-` for none."""
    match value:
        case None | "":
            return "-"
        case bool():
            return "yes" if value else "no"
        case IntEnum():
            return value.name.lower().replace("_", "+")
        case datetime():
            return value.isoformat()
        case str() | int():
            return str(value)
        case frozenset() | tuple() | list():
            return _several(value)
    return str(value)


def line_word(rules: Effective, name: str) -> str:
    """One line of an effective policy; for tables of verbs how many rows each file has."""
    if name == "layers":
        return "; ".join(f"{layer.origin}: {layer.profile or 'no profile'}, {len(layer.paths)} paths" for layer in rules.layers)
    if name == "topics" and not rules.topics:
        return "any"
    return word(line(rules, name))


def _several(items: Iterable[Any]) -> str:
    found = list(items)
    if found and isinstance(found[0], frozenset):  # groups of topics: each must be met by one of its members
        return " and ".join(sorted(f"({' or '.join(sorted(group))})" for group in found))
    if all(isinstance(item, int) for item in found):
        return ", ".join(str(item) for item in sorted(found)) or "none"
    return ", ".join(sorted(word(item) for item in found)) or "none"
