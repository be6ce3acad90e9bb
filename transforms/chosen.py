"""What was chosen to stand for an entity, as far as one recipient may see it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from transforms.close import NO_LINKS, Links
from transforms.entity import Candidate
from transforms.frame import Frame

Form = tuple[str, str, bool]
"""(the hub's identity, slot, whether times are floored): what goes into final bytes beside what was chosen and its id."""


@dataclass(slots=True)
class Common:
    """What need not be worked out again where the very same is chosen for others.

    frames: the final bytes, their id apart · valid: names of what is left of it, of which it was found that the whole is valid
    free:   whether nothing about a recipient has to be asked any more, but which tables of verbs apply to all that is alike
    """

    frames: dict[Form, Frame] = field(default_factory=dict)
    valid: set[tuple[Any, ...]] = field(default_factory=set)
    free: bool = False


class Chosen(NamedTuple):
    """The candidate that stands for an entity, as minimized.

    touched: names of properties that differ from the contribution · refs, links: what it hangs on
    """

    candidate: Candidate
    value: dict[str, Any]
    common: Common
    changes: tuple[str, ...] = ()
    touched: frozenset[str] = frozenset()
    refs: tuple[str, ...] = ()
    links: Links = NO_LINKS
