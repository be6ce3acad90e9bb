"""Where in an object: places as tuples of names, and tables of paths with wildcards that are asked about them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from typing import Generic, TypeVar

Place = tuple[str, ...]
"""Type, property, and names below it. Steps into lists leave no trace."""

Entry = TypeVar("Entry")


class Table(Generic[Entry]):
    """Paths, in which `*` stands for any name or the rest of one, each with an entry."""

    def __init__(self, rows: Iterable[tuple[str, Entry]]) -> None:
        self._rows = [(tuple(path.split(".")), entry) for path, entry in rows]

    def at(self, place: Place) -> Sequence[Entry]:
        """The entries of the most specific paths for exactly this place, that is of those with the fewest wildcards."""
        return [entry for _, entry in self._found(place)]

    def paths(self, place: Place) -> Sequence[str]:
        """The paths of these entries."""
        return [".".join(path) for path, _ in self._found(place)]

    def of_type(self, type_name: str) -> Sequence[Entry]:
        """The entries of all paths that name a type without wildcards."""
        return [entry for path, entry in self._rows if path[0] == type_name]

    def below(self, place: Place) -> bool:
        """Whether any path leads deeper than this place."""
        return any(len(path) > len(place) and _begins(path, place) for path, _ in self._rows)

    def _found(self, place: Place) -> Sequence[tuple[Place, Entry]]:
        found = [
            (sum("*" not in step for step in path), path, entry)
            for path, entry in self._rows
            if len(path) == len(place) and _begins(path, place)
        ]
        most = max((score for score, _, _ in found), default=0)
        return [(path, entry) for score, path, entry in found if score == most]


def _begins(path: Sequence[str], place: Place) -> bool:
    return all(fnmatchcase(step, want) for step, want in zip(place, path, strict=False))
