"""What the release job reads of the catalogue: one meaning with the contributions that could stand for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import orjson

from schemas.ids import digest16
from schemas.labels import NOTHING, Label, Nodes, marked_nodes, words_in
from transforms.canonicalize import references
from transforms.guard import uuids

NO_NODES = Nodes((), ())
"""Of an object without granular markings."""


@dataclass(frozen=True)
class Contribution:
    """One version of a producer's object.

    labels:   ids of its markings, on the whole or on parts · altered: what the hub took away at intake
    received: when the hub got it (sortable)
    """

    feed: str
    labels: tuple[str, ...]
    altered: tuple[str, ...]
    enrichment: bytes
    revoked: bool
    body: bytes
    received: str = ""

    @cached_property
    def value(self) -> dict[str, Any]:
        """The object, read once for all recipients; not to be changed."""
        found: dict[str, Any] = orjson.loads(self.body)
        return found

    @cached_property
    def refs(self) -> tuple[str, ...]:
        """Ids of what it refers to."""
        return references(self.value)

    @cached_property
    def mentions(self) -> frozenset[str]:
        """UUIDs that stand anywhere in its bytes."""
        return uuids(self.body)

    @cached_property
    def words(self) -> Label:
        """What its texts say of sharing, which may restrict it further."""
        found = words_in(self.value)
        return NOTHING if found == NOTHING else found

    @cached_property
    def nodes(self) -> Nodes:
        """Its granular markings, resolved on the object as it came."""
        return marked_nodes(self.value) if "granular_markings" in self.value else NO_NODES

    @cached_property
    def whole(self) -> tuple[str, ...]:
        """Ids of the markings that count for the whole object: its own, and those whose selectors point at nothing."""
        return tuple(sorted({*self.value.get("object_marking_refs", ()), *self.nodes.broken}))

    @cached_property
    def is_plain(self) -> bool:
        """Whether nothing but the markings of the whole says who may have it."""
        return self.words is NOTHING and self.nodes is NO_NODES and self.value["type"] != "marking-definition"

    @cached_property
    def digest(self) -> bytes:
        """16 bytes of its bytes."""
        return digest16(self.body)


Alike = tuple[str, str, str, tuple[str, ...], str]
"""(producer, audience, feed, markings of the whole, type) of a plain contribution: what decides of it, apart from what it says."""


@dataclass(frozen=True)
class Candidate:
    """One producer's object: its current version, and the older ones in order.

    fresh: newest time of what it stands for (sortable)
    """

    source_id: str
    producer: str
    audience: str
    created: str
    modified: str
    fresh: str
    current: Contribution
    older: tuple[Contribution, ...] = ()

    @cached_property
    def alike(self) -> Alike | None:
        """Equal for candidates of which the same is decided by all that does not look into them; None where it has to be looked into: also
        of identities, since one may be the hub's.
        """
        current, type_name = self.current, self.current.value["type"]
        if type_name == "identity" or not current.is_plain:
            return None
        return self.producer, self.audience, current.feed, current.whole, type_name


@dataclass(frozen=True)
class Entity:
    """One meaning. Its candidates stand in order: those in force before revoked ones, then the oldest first."""

    no: int
    key: bytes
    type: str
    change: int
    candidates: tuple[Candidate, ...]

    @cached_property
    def by_id(self) -> dict[str, list[Candidate]]:
        """Source id -> the candidates of that id."""
        found: dict[str, list[Candidate]] = {}
        for candidate in self.candidates:
            found.setdefault(candidate.source_id, []).append(candidate)
        return found


Target = tuple[str, str]
"""(producer, source id): the same id can mean different objects to different producers."""

_NOTHING = (-1,)


Quotes = Mapping[Target, tuple[bytes, ...]]
"""(producer, source id) of what quotes -> digests of the values that it quotes, and that others are about."""

Holders = Mapping[tuple[str, int], Sequence[bytes]]
"""(producer, entity) -> digests of the values that the producer's words there are about, and that it quotes somewhere."""


@dataclass(frozen=True)
class Recalled:
    """What was taken back by hand: source ids, and feeds."""

    objects: frozenset[str] = frozenset()
    feeds: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Block:
    """A closed piece of the catalogue: whatever one of its entities refers to is in it, or is not known at all (if it is `complete`).

    emit:      numbers of the entities to state an outcome for; the others are there to decide those
    targets:   (producer, id that it refers to) -> numbers of the entities that have a source of that id: its own first
    faults:    (producer, TLP marking id) pairs whose body was a lie
    shadowed:  id that is referred to -> (producer, source id) of the candidates that stand for sources of that id, and go where these go
    witnesses: observable -> what refers to it, and may tell whether it is the threat's
    sightings: entity to be stated -> sightings of it
    quotes:    which values sources quote · holders: what is about these values; each apart, since their pairs may be too many
    recalled:  what was taken back by hand
    strangers: (producer, id) of what is of another audience although it came in
    tightened: (producer, id) -> from when a version is that was refused and was narrower than all before it
    """

    entities: Mapping[int, Entity]
    emit: frozenset[int]
    targets: Mapping[Target, tuple[int, ...]]
    faults: frozenset[Target] = frozenset()
    complete: bool = True
    shadowed: Mapping[str, tuple[Target, ...]] = field(default_factory=dict)
    witnesses: Mapping[int, tuple[Candidate, ...]] = field(default_factory=dict)
    sightings: Mapping[int, tuple[Candidate, ...]] = field(default_factory=dict)
    quotes: Quotes = field(default_factory=dict)
    holders: Holders = field(default_factory=dict)
    recalled: Recalled = Recalled()
    strangers: frozenset[Target] = frozenset()
    tightened: Mapping[Target, str] = field(default_factory=dict)

    @cached_property
    def _named(self) -> Set[Target]:
        return self.strangers | self.tightened.keys()

    @cached_property
    def kinds(self) -> tuple[Mapping[Alike, Mapping[int, Candidate]], Sequence[Entity]]:
        """The entities that have one candidate each of which nothing is said but what is said of all that is alike; and the others."""
        kinds: dict[Alike, dict[int, Candidate]] = {}
        others: list[Entity] = []
        for no, entity in self.entities.items():
            alike = self.kind(entity.candidates[0]) if len(entity.candidates) == 1 else None
            if alike is None:
                others.append(entity)
            else:
                kinds.setdefault(alike, {})[no] = entity.candidates[0]
        return kinds, others

    def kind(self, candidate: Candidate) -> Alike | None:
        """To what a candidate is alike; None where something is said of its very id, or it has to be looked into."""
        if candidate.source_id in self.recalled.objects or (candidate.producer, candidate.source_id) in self._named:
            return None
        try:
            return candidate.alike
        except Exception:  # noqa: BLE001 - whatever one object does here, its neighbours go on; it is asked by itself
            return None

    def find(self, producer: str, identifier: str) -> int:
        """The entity that an id means to a producer, whoever may know; -1 where it means none."""
        return self.targets.get((producer, identifier), _NOTHING)[0]

    def under(self, no: int, identifier: str) -> Iterator[Candidate]:
        """The candidates of an entity that an id names: those of that id, and those that stand for sources of that id."""
        entity = self.entities.get(no)
        if entity is None:
            return
        yield from entity.by_id.get(identifier, ())
        for producer, standing in self.shadowed.get(identifier, ()):
            yield from (candidate for candidate in entity.by_id.get(standing, ()) if candidate.producer == producer)
