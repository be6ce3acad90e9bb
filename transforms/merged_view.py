"""Merged values for one recipient: from what it may have of one meaning, by the stages that release it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from schemas.errors import BadInput
from transforms.entity import Block, Candidate
from transforms.guard import Owners
from transforms.merge import EMPTY, Merged, merge, merged
from transforms.release import Release, all_stages
from transforms.second_look import Guards
from transforms.sight import Sight
from transforms.terms import Terms

Behind = Mapping[tuple[str, str], Iterable[dict[str, Any]]]
"""(producer, source id) of a candidate -> the objects of the sources that it stands for, which every recipient treats like it."""


def merged_for(block: Block, no: int, terms: Terms, owners: Owners, behind: Behind) -> Merged:
    """What the contributions to an entity say together that may go to the recipient, each as minimized for it.

    Each candidate is released as if it were the only one, and with it all that it hangs on, so that the guard looks at that as well. What
    ids mean to the recipient stays what it is with all of them.
    """
    found = EMPTY
    sight = Sight(block, terms)
    look = Guards().of(terms)
    entity = block.entities[no]
    for candidate in entity.candidates:
        entities = {**block.entities, no: replace(entity, candidates=(candidate,))}
        alone = replace(block, entities=entities, emit=frozenset(entities))
        state = Release(alone, terms)
        state.sight = sight
        all_stages(state, owners, look)
        if no in state.outgoing:
            others = behind.get((candidate.producer, candidate.source_id), ())
            shown = [state.chosen[no].value, *(value for other in others if (value := _minimized(sight, no, candidate, other)))]
            found = merge([found, *(merged(candidate.producer, value) for value in shown)])
    return found


def _minimized(sight: Sight, no: int, candidate: Candidate, value: dict[str, Any]) -> dict[str, Any] | None:
    ground = sight.terms.ground(candidate.producer)
    try:
        return None if ground is None else ground.minimizer.minimizer.minimize(value, sight.role(no, candidate)).value
    except BadInput:
        return None
