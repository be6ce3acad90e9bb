"""One object while it is upgraded: a copy of its own, what was done to it, and where its parts went."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NoReturn

from schemas.errors import BadInput
from schemas.split import MAX_DEPTH
from schemas.stix.registry import KNOWN_PROPERTIES

Verb = Literal["add", "drop", "extract", "move", "rename", "replace", "rewrite", "wrap"]

Path = tuple[str, ...]
"""The components of a granular selector (§7.2.3): names, and list indexes in brackets."""


Move = tuple[Path, Path | None]
"""Where something stood, and where it stands now, or None if it is gone."""


@dataclass(frozen=True, slots=True)
class Upgraded:
    """The object as STIX 2.1 and the observables taken out of it; what was changed, as `type.path=verb`, each once.

    A change names only what STIX names: types that it does not know appear as `*`.
    """

    objects: tuple[dict[str, Any], ...]
    changes: tuple[str, ...]


def refuse(path: str) -> NoReturn:
    """An object has no STIX 2.1 form because of what stands, or is missing, at `path`."""
    reason = "not-upgradable"
    raise BadInput(reason, path)


@dataclass(slots=True)
class Draft:
    """`value` is changed in place and belongs to nobody else; `original` is what came in.

    moves: for the selectors that point to what moved
    """

    original: Mapping[str, Any]
    value: dict[str, Any]
    changes: list[str] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)

    def note(self, verb: Verb, *path: str) -> None:
        """Record a change."""
        type_name = self.original["type"]
        self.changes.append(f"{type_name if type_name in KNOWN_PROPERTIES else '*'}.{'.'.join(path)}={verb}")

    def say_version(self) -> None:
        """The object says that it is STIX 2.1, as the second thing that it says."""
        if self.value.get("spec_version") != "2.1":
            self.note("replace" if "spec_version" in self.value else "add", "spec_version")
            self.value.pop("spec_version", None)
            self.value = {"type": self.value.pop("type"), "spec_version": "2.1", **self.value}

    def rename(self, old: str, new: str) -> None:
        """Give a property its name of STIX 2.1; where that is taken, the newer one wins."""
        if old in self.value:
            if new in self.value:
                self.drop(old)
                return
            self.value[new] = self.value.pop(old)
            self.moves.append(((old,), (new,)))
            self.note("rename", old)

    def drop(self, *path: str) -> None:
        """Take out what STIX 2.1 has no place for, and then the dictionaries around it that are left empty."""
        if next(parts(self.value, path), None) is None:
            return
        for end in range(len(path), 0, -1):
            ((_, holder),) = parts(self.value, path[: end - 1])
            del holder[path[end - 1]]
            self.moves.append((path[:end], None))
            self.note("drop", *path[:end])
            if holder:
                return


def parts(value: Any, path: Sequence[str]) -> Iterator[tuple[Path, Any]]:
    """Every part of a value that a path leads to, `*` being each item of a list; with the selector of each."""
    found: list[tuple[Path, Any]] = [((), value)]
    for step in path:
        if step == "*":
            found = [((*way, f"[{index}]"), item) for way, node in found if isinstance(node, list) for index, item in enumerate(node)]
        else:
            found = [((*way, step), node[step]) for way, node in found if isinstance(node, dict) and step in node]
    yield from found


def copied(value: Mapping[str, Any]) -> dict[str, Any]:
    """A deep copy. Raises BadInput for what is nested deeper than the hub reads."""
    root = dict(value)
    level: list[Any] = [root]
    for _ in range(MAX_DEPTH):
        deeper: list[Any] = []
        for node in level:
            for key, item in list(node.items() if isinstance(node, dict) else enumerate(node)):
                if isinstance(item, dict | list):
                    node[key] = fresh = item.copy()
                    deeper.append(fresh)
        if not deeper:
            return root
        level = deeper
    refuse("")
