"""When the outcome of an entity changes by itself: something grows too old, or a marking begins or ceases to let it go."""

from __future__ import annotations

from collections.abc import Iterator

from schemas.labels import WELL_KNOWN_MARKINGS, Label, label_of
from schemas.timestamps import sort_key, stix
from transforms.decide import expiry
from transforms.entity import Candidate, Entity
from transforms.permit import next_turn
from transforms.release.state import Release


def due_moments(state: Release) -> list[tuple[str, int]]:
    """(moment as sortable text, entity) of what is to be decided anew then: what hangs on it as well."""
    emitted = [entity for no in state.block.emit if (entity := state.block.entities.get(no)) is not None]
    return [(moment, entity.no) for entity in emitted for moment in {*_expiries(state, entity), *_turns(state, entity)}]


def _expiries(state: Release, entity: Entity) -> Iterator[str]:
    """Of what stands for it, and of any other candidate, since references to its id lead nowhere from then on; of sightings also where
    they only count together with others.
    """
    if entity.no not in state.chosen and len(entity.candidates) == 1 and entity.type != "sighting":
        return
    for candidate in entity.candidates:
        ground = state.terms.ground(candidate.producer)
        moment = None if ground is None else expiry(candidate, ground.rules)
        if moment is not None and not state.sight.verdict(candidate):
            yield moment


def _turns(state: Release, entity: Entity) -> Iterator[str]:
    """Of the markings of all its candidates and their older versions, also of those that are withheld now."""
    for candidate in entity.candidates:
        if state.terms.ground(candidate.producer) is not None:
            for label in _labels(state, entity, candidate):
                turn = next_turn(label, state.terms.slot)
                if turn is not None:
                    yield sort_key(stix(turn))


def _labels(state: Release, entity: Entity, candidate: Candidate) -> Iterator[Label]:
    for version in (candidate.current, *candidate.older):
        if not WELL_KNOWN_MARKINGS.issuperset(version.labels):
            yield state.sight.judge.labels.of(candidate.producer, version.labels)
    if entity.type == "marking-definition":
        yield label_of(candidate.current.value)
