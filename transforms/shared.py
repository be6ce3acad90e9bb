"""What the releases of one block to several recipients have in common: worked out for the first, taken over by the others."""

from __future__ import annotations

from dataclasses import dataclass, field

from schemas.errors import BadInput
from transforms.chosen import Chosen
from transforms.entity import Alike
from transforms.minimize import Minimized, Role

Effect = tuple[int, bytes, Role]
"""(a contribution, what tables of verbs apply to it, whose it is): equal effects show the same, unless a recipient's key is in it."""


@dataclass
class Shared:
    """For one block, which keeps its contributions alive: they are told apart by where they lie in memory. Never for two blocks: entities
    are known by their numbers.

    shown:  effect -> what is shown, or why nothing is
    chosen: (effect, whether findings of enrichment are added) -> what stands for an entity, where nothing of a recipient is in it
    alike:  (what is alike, tables of verbs, whether findings are added) -> what stands for such entities, of all that is free
    """

    shown: dict[Effect, Minimized | BadInput] = field(default_factory=dict)
    chosen: dict[tuple[Effect, bool], Chosen] = field(default_factory=dict)
    alike: dict[tuple[Alike, bytes, bool], dict[int, Chosen]] = field(default_factory=dict)
