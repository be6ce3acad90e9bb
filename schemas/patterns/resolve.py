"""From an object path to the kinds of value that it may lead to (§9.7)."""

from __future__ import annotations

from schemas.patterns.paths import COMMON, EXTENSIONS, OBJECTS, OBSERVABLES
from schemas.patterns.tree import Path

_ANY_REFERENCE = "@*"


def kinds(path: Path) -> frozenset[str]:
    """Kinds of value behind a path, all that its references allow; empty where STIX defines no such path."""
    found = frozenset((path.object_type,)) if path.object_type in OBSERVABLES else frozenset[str]()
    for step in path.steps:
        if not found:
            break
        if isinstance(step, str):
            found = frozenset(kind for parent in found for kind in _named(parent, step))
        else:
            found = frozenset(kind for parent in found for kind in _item(parent, step))
    return found


def _table(words: str) -> dict[str, str]:
    return {name: kind or "string" for name, _, kind in (word.partition("=") for word in words.split())}


_PROPERTIES = {
    **{name: {**_table(COMMON), **_table(words), "extensions": f"extensions-of {name}"} for name, words in OBSERVABLES.items()},
    **{name: _table(words) for name, words in OBJECTS.items()},
}


def _named(kind: str, name: str) -> tuple[str, ...]:
    if kind in ("any", "dictionary"):
        return ("any",)
    if kind == "hashes":
        return (f"hash {name}",)
    if kind.startswith("extensions-of "):
        return (name,) if name in EXTENSIONS.get(kind.removeprefix("extensions-of "), ()) else ()
    if kind == _ANY_REFERENCE:
        parents: list[str] = list(OBSERVABLES)
    else:
        parents = kind[1:].split("|") if kind[0] == "@" else [kind]
    return tuple(_PROPERTIES[parent][name] for parent in parents if name in _PROPERTIES.get(parent, ()))


def _item(kind: str, index: int | None) -> tuple[str, ...]:
    if kind == "any":
        return ("any",)
    return (kind[1:-1],) if kind[0] == "[" and (index is None or index >= 0) else ()
