"""What the releases of one block to several recipients have in common: worked out for the first, taken over by the others."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from schemas.errors import BadInput
from transforms.close import Links
from transforms.minimize import Minimized, Role

Effect = tuple[int, bytes, Role]
"""(a contribution, what tables of verbs apply to it, whose it is): equal effects show the same, unless a recipient's key is in it."""


@dataclass
class Shared:
    """For one block; objects are told apart by where they lie in memory, so all that is remembered here is kept alive here.

    links: contribution -> its links, as long as its references mean to a recipient what they mean to the hub
    shown: effect -> what is shown, or why nothing is · hung: what is shown -> its references, and their links likewise
    valid: (what is shown, names of the properties that are left) of what was found to be valid
    """

    links: dict[int, Links] = field(default_factory=dict)
    shown: dict[Effect, Minimized | BadInput] = field(default_factory=dict)
    hung: dict[int, tuple[tuple[str, ...], Links]] = field(default_factory=dict)
    valid: set[tuple[Any, ...]] = field(default_factory=set)
    _alive: list[object] = field(default_factory=list)

    def hang(self, value: dict[str, Any], refs: tuple[str, ...], links: Links) -> None:
        """Remember on what something hangs that is shown."""
        self.hung[id(value)] = refs, links
        self._alive.append(value)

    def is_valid(self, value: dict[str, Any], names: tuple[Any, ...]) -> bool:
        """Whether what is left of something that is shown was found to be valid."""
        return (id(value), names) in self.valid

    def note_valid(self, value: dict[str, Any], names: tuple[Any, ...]) -> None:
        """Remember that it is."""
        self.valid.add((id(value), names))
        self._alive.append(value)
