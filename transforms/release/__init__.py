"""Release one block of the catalogue to one recipient: decide → minimize → close → guard, then state the outcome of each entity.

view(recipient) = f(catalogue, policies, keys, slot). This is f, on a block that is closed under references; it is pure.

Whatever removes an entity's candidate, at whichever stage, the next candidate is tried: a contribution that the recipient may not see
never takes an entitled one with it.
"""

from __future__ import annotations

from transforms.entity import Block
from transforms.guard import Owners
from transforms.release.choose import decide_block, minimize_block
from transforms.release.closing import close_block
from transforms.release.due import due_moments
from transforms.release.guarding import guard_block
from transforms.release.order import entity_of, order
from transforms.release.state import Release
from transforms.release.stating import state_block
from transforms.second_look import Guards, Look
from transforms.terms import Terms

__all__ = [
    "Release",
    "all_stages",
    "close_block",
    "decide_block",
    "due_moments",
    "entity_of",
    "guard_block",
    "minimize_block",
    "order",
    "release",
    "state_block",
]


def release(block: Block, terms: Terms, owners: Owners) -> Release:
    """All stages in order."""
    return all_stages(Release(block, terms), owners, Guards().of(terms))


def all_stages(state: Release, owners: Owners, look: Look) -> Release:
    """The same for a release that is prepared."""
    return guard_block(close_block(minimize_block(decide_block(state))), owners, look)
