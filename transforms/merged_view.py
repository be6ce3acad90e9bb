"""Merged values for one recipient: from what it may have of one meaning, by the stages that release it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from schemas.errors import BadInput
from transforms.entity import Block
from transforms.guard import Exists
from transforms.merge import EMPTY, Merged, merge, merged
from transforms.minimize import Minimizer
from transforms.release import Release, all_stages
from transforms.sight import Sight
from transforms.terms import Terms

Behind = Mapping[tuple[str, str], Iterable[dict[str, Any]]]
"""(producer, source id) of a candidate -> the objects of the sources that it stands for, which every recipient treats like it."""


def merged_for(block: Block, no: int, terms: Terms, minimizer: Minimizer, exists: Exists, behind: Behind) -> Merged:
    """What the contributions to an entity say together that may go to the recipient, each as minimized for it.

    Each candidate is released as if it were the only one, and with it all that it hangs on, so that the guard looks at that as well. What
    ids mean to the recipient stays what it is with all of them.
    """
    found = EMPTY
    sight = Sight(block, terms, minimizer)
    entity = block.entities[no]
    for candidate in entity.candidates:
        entities = {**block.entities, no: replace(entity, candidates=(candidate,))}
        alone = replace(block, entities=entities, emit=frozenset(entities))
        state = Release(alone, terms, minimizer, {})
        state.sight = sight
        all_stages(state, exists)
        if no in state.outgoing:
            others = behind.get((candidate.producer, candidate.source_id), ())
            shown = [state.chosen[no].value, *(value for other in others if (value := _minimized(other, minimizer)) is not None)]
            found = merge([found, *(merged(candidate.producer, value) for value in shown)])
    return found


def _minimized(value: dict[str, Any], minimizer: Minimizer) -> dict[str, Any] | None:
    try:
        return minimizer.minimize(value).value
    except BadInput:
        return None
