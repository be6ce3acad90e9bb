"""Where one block stands for one recipient, from stage to stage."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from transforms.chosen import Chosen
from transforms.entity import Alike, Block, Candidate
from transforms.shape import Outgoing
from transforms.shared import Shared
from transforms.sight import Sight
from transforms.terms import Terms


@dataclass
class Release:
    """What the stages hand on to each other.

    chosen:   entity -> the candidate that stands for it · reasons: entity -> why its first candidate does not go out
    together: what is alike, and decided as one
    next:     entity -> place of the candidate to try next · late: (entity, producer) -> candidates that failed late
    outgoing: entity -> final bytes · shared: what the recipients of the block have in common
    stopped:  (candidate, reason) of what the guard found · sight: what ids mean to the recipient
    """

    block: Block
    terms: Terms
    shared: Shared = field(default_factory=Shared)
    chosen: dict[int, Chosen] = field(default_factory=dict)
    reasons: dict[int, str] = field(default_factory=dict)
    together: list[Alike] = field(default_factory=list)
    next: dict[int, int] = field(default_factory=dict)
    late: Counter[tuple[int, str]] = field(default_factory=Counter)
    outgoing: dict[int, Outgoing] = field(default_factory=dict)
    stopped: list[tuple[Candidate, str]] = field(default_factory=list)
    sight: Sight = field(init=False)

    def __post_init__(self) -> None:
        self.sight = Sight(self.block, self.terms, self.shared)
