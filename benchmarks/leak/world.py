"""The feeds: bundles of valid STIX 2.1 objects of several producers, and the ledger of what was planted in them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TypeVar

from benchmarks.leak.canaries import Ledger, Role
from benchmarks.leak.disguises import DISGUISES, PLAIN
from benchmarks.leak.locales import LOCALES
from benchmarks.leak.places import PLACES, UTILITY
from benchmarks.leak.plant import PIPELINE, Plant, Stix
from benchmarks.leak.recipients import PRODUCERS
from benchmarks.leak.values import uuid4

Item = TypeVar("Item")

LABELS = ("clear", "green", "clear", "green", "green", "amber", "green", "clear", "amber+strict", "green", "red", "")
"""In which proportion objects are marked; '' is unmarked."""

OBJECTS_IN_BUNDLE = 2_000


PLAIN_SHARE = 18
"""How often the plain form stands among the disguises: four of ten values are plain."""

UTILITY_EVERY = 8
"""One round of what must be kept for so many plantings of what must not leave."""


@dataclass
class World:
    """Objects by producer in order, and the ledger of what was planted in them."""

    ledger: Ledger
    feeds: dict[str, list[Stix | bytes]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many objects there are."""
        return sum(map(len, self.feeds.values()))


def make_world(canaries: int, seed: int) -> World:
    """A world of at least so many canaries of people, in whole rounds of all places. The same seed makes the same world."""
    random = Random(seed)
    world = World(Ledger(random))
    creators = {producer.id: _introduce(world, producer.id) for producer in PRODUCERS}
    labels, locales = _shuffled(random, LABELS), _shuffled(random, LOCALES)
    disguises = _shuffled(random, (*(PLAIN,) * PLAIN_SHARE, *DISGUISES))
    producers = _shuffled(random, [producer.id for producer in PRODUCERS])
    number = 0
    while world.ledger.count() < canaries:
        for place in PLACES:
            for chosen in (place, *(UTILITY if number % UTILITY_EVERY == 0 else ())):
                producer = next(producers)
                plant = Plant(world.ledger, producer, creators[producer], next(labels), next(locales), next(disguises), chosen.row)
                world.feeds[producer].extend(chosen.plant(plant))
            number += 1
    return world


def write_feeds(world: World, folder: Path) -> None:
    """Each producer's objects as bundles in `folder`/PRODUCER; the ids of the bundles are canaries too (row 37)."""
    for producer, objects in world.feeds.items():
        place = folder / producer
        place.mkdir(parents=True)
        for start in range(0, len(objects), OBJECTS_IN_BUNDLE):
            plant = Plant(world.ledger, producer, "", "clear", LOCALES[0], PLAIN, 37)
            bundle = {"id": f"bundle--{uuid4(world.ledger.random)}"}
            plant.whose(bundle, "bundle.id", Role.REPORTER, place=PIPELINE)
            bodies = [item if isinstance(item, bytes) else json.dumps(item, ensure_ascii=False).encode()
                      for item in objects[start : start + OBJECTS_IN_BUNDLE]]  # fmt: skip
            head = f'{{"type":"bundle","id":"{bundle["id"]}","objects":['.encode()
            (place / f"{start:06}.json").write_bytes(head + b",\n".join(bodies) + b"]}")


def _introduce(world: World, producer: str) -> str:
    """The producer's own identity goes first; returns its id."""
    plant = Plant(world.ledger, producer, "", "clear", LOCALES[0], PLAIN, 1)
    name = plant.value("identity.name", "organization", Role.REPORTER)
    creator = plant.domain("identity", created_by_ref=None, identity_class="organization", name=name)
    plant.whose(creator, "created_by_ref", Role.REPORTER)
    world.feeds[producer] = [creator]
    return str(creator["id"])


def _shuffled(random: Random, items: Sequence[Item]) -> Iterator[Item]:
    """The items over and over, each round in an order of its own: chance without gaps."""
    while True:
        yield from random.sample(items, len(items))
