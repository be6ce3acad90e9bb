"""In which order candidates may stand for their entity."""

from __future__ import annotations

from collections.abc import Iterable

from transforms.entity import Candidate, Entity


def order(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Candidates in the order in which they may stand for their entity: in force before revoked, then the oldest id, then, among
    producers that serve the same object, the newest version.
    """
    newest_first = sorted(candidates, key=lambda item: (item.modified, item.producer), reverse=True)
    return tuple(sorted(newest_first, key=lambda item: (item.current.revoked, item.created, item.source_id)))


def entity_of(no: int, key: bytes, type_name: str, change: int, candidates: Iterable[Candidate]) -> Entity:
    """An entity with its candidates in order."""
    return Entity(no, key, type_name, change, order(candidates))
